package rulesfile_test

import (
	"strings"
	"testing"

	"timesheet"
	"timesheet/rulesfile"
)

// checkFound holds a refusal to its form: Invalid, with problems that say where they
// are. Only what is wrong with a file as a whole has no line, so that a problem which
// the root alone has found, without a line, is a check that is missing here.
func checkFound(t *testing.T, err error) {
	t.Helper()
	found := rulesfile.Found(err)
	if timesheet.CodeOf(err) != timesheet.Invalid || len(found) == 0 {
		t.Fatalf("refused without a problem: %v", err)
	}
	for _, p := range found {
		if p.Line == 0 && !strings.Contains(p.Text, "the file is empty") && !strings.Contains(p.Text, "are read") {
			t.Fatalf("no line: %v", p)
		}
		if len(p.String()) > 2000 || strings.ContainsAny(p.String(), "\n\x1b\x00") {
			t.Fatalf("not one short line: %q", p)
		}
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte("format: 1\nschedules: {a: {break: [{after: 6h, deduct: 30m}], rounding: [{target: in, mode: up, interval: 5m}], start: \"22:00\", end: 06:00}}\n"))
	f.Add([]byte("format: 1\ndefault_schedule: a\nschedules:\n  a:\n  - {}\n  - {from: 2026-01-01, start: off}\n  b: {work_days: []}\nholidays: [{day: 2026-12-25, name: x, schedules: [b]}]\nleave: [{employee: 7, from: 2026-01-01, to: 2026-02-01}]\n"))
	f.Add([]byte("format: 1\na: &a [*a, *a]\nschedules: {x: {<<: *a}}\n"))
	f.Add([]byte("format: !!binary MQ==\n? [x]\n: {y: z}\n---\n..."))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := rulesfile.ParseRules("r.yaml", text)
		if err != nil {
			checkFound(t, err)
			return
		}
		v := &rulesfile.Version{Rules: rules}
		if d, differs := rulesfile.FirstDifference(v, v); differs {
			t.Fatalf("differs from itself: %v", d)
		}
	})
}

func FuzzDirectory(f *testing.F) {
	f.Add(false, []byte("employee_id,name,team,schedule,aliases,from,until\n7,Ada,A,office,17;18,,\n7,,B,,-,2026-01-01,2026-02-01\n8,\"x\ny\",,nights,,,\n"))
	f.Add(false, []byte("\xef\xbb\xbfemployee_id;aliases;from\r\n7;\"17;18\";\r\n17;;2026-01-01\r\n;;\r\n"))
	f.Add(true, []byte("- {employee_id: 7, aliases: [17]}\n- {employee_id: 7, from: 2026-01-01, until: 2026-02-01}\n- {employee_id: 17}\n"))
	rules, err := rulesfile.ParseRules("r.yaml", []byte(twoSchedules))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, yaml bool, text []byte) {
		name := "d.csv"
		if yaml {
			name = "d.yaml"
		}
		directory, err := rulesfile.ParseDirectory(name, text, rules)
		if err != nil {
			checkFound(t, err)
			return
		}
		v := &rulesfile.Version{Rules: rules, Directory: directory}
		if d, differs := rulesfile.FirstDifference(v, v); differs {
			t.Fatalf("differs from itself: %v", d)
		}
	})
}
