package rulesfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"timesheet"
	"timesheet/rulesfile"

	"github.com/google/go-cmp/cmp"
)

// wantProblems demands that err tells exactly of want, in order: each is
// "line:column field" and a part of the text, separated by " | ".
func wantProblems(t *testing.T, err error, want ...string) {
	t.Helper()
	if !errors.Is(err, timesheet.Invalid) {
		t.Fatalf("not Invalid: %v", err)
	}
	var got []string
	for i, p := range rulesfile.Found(err) {
		place := strings.TrimSpace(fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Field))
		if i < len(want) {
			if wantPlace, part, _ := strings.Cut(want[i], " | "); wantPlace == place && strings.Contains(p.String(), part) {
				place = want[i]
			} else {
				place += " | " + p.String()
			}
		}
		got = append(got, place)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\nall:\n%v", diff, err)
	}
}

func TestMistakesInRules(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"an_empty_file", "", []string{"0:0 | empty"}},
		{"nothing_but_comments", "# nothing\n", []string{"0:0 | empty"}},
		{"no_format", "schedules: {a: {}}", []string{"1:1 format | is missing"}},
		{"another_format", "format: 2", []string{`1:9 format | "2" is no format that is known; write 1`}},
		{"a_list_instead_of_a_mapping", "- a", []string{"1:1 | has to be a mapping"}},
		{"a_second_document", "format: 1\n---\nformat: 1\n", []string{"2:0 | second document"}},
		{"no_YAML", "format: 1\nschedules: {a: {}\nleave: []\n", []string{"2:0 | this is no YAML here or on the next line"}},
		{"an_indentation_too_deep", "format: 1\nleave: []\n  holidays: []\nschedules: {}\n", []string{"2:0 | here or on the next line: did not find expected key"}},
		{"a_list_that_is_not_indented_alike", "format: 1\nleave:\n  - employee: 1\n    from: 2026-01-01\n   to: 2026-01-01\nholidays: []\n", []string{"4:0 | here or on the next line: did not find"}},
		{"a_quote_that_is_not_closed", "format: 1\ndefault_schedule: \"a\nschedules: {}\n", []string{"2:0 | unexpected end"}},
		{"a_mistake_on_the_first_line", "format: @1", []string{"1:0 | cannot start any token"}},
		{"a_tab", "format: 1\nschedules:\n\ta: {}\n", []string{"3:1 | the line is indented with a tab; YAML takes spaces alone"}},
		{"an_unknown_key", "format: 1\nschedule: {a: {}}", []string{`2:1 | "schedule" is no key here; did you mean schedules?`}},
		{"a_key_like_no_other", "format: 1\nxyzzy: 1", []string{"2:1 | write one of format, default_schedule"}},
		{"a_key_twice", "format: 1\nleave: []\nleave: []", []string{"3:1 leave | the first is on line 2"}},
		{"several_schedules_without_a_default", "format: 1\nschedules: {a: {}, b: {}}", []string{"1:1 default_schedule | is missing"}},
		{"an_unknown_default", "format: 1\ndefault_schedule: ofice\nschedules: {office: {}, night: {}}", []string{"2:19 default_schedule | did you mean office?"}},
		{"a_schedule_without_a_version", "format: 1\nschedules: {a: []}", []string{"2:13 schedules.a | has no versions"}},
		{"a_schedule_without_a_value", "format: 1\nschedules:\n  a:\n", []string{"3:5 schedules.a | has to be a list of versions"}},
		{"anchors", "format: 1\nschedules: {a: &x {}, b: *x}\ndefault_schedule: a", []string{"2:16 schedules.a[0] | anchors and aliases", "2:26 schedules.b | anchors and aliases"}},
		{"a_merge_key", "format: 1\nschedules: {a: {<<: {}}}", []string{"2:17 schedules.a[0] | << are not read"}},
		{"a_tag", "format: !!int 1", []string{"1:9 format | the tag !!int is not read"}},
		{"a_typo_in_a_rule", "format: 1\nschedules:\n  a:\n    - late_grase: 5m\n", []string{`4:7 schedules.a[0] | "late_grase" is no key here; did you mean late_grace?`}},
		{"a_number_without_a_unit", "format: 1\nschedules:\n  a: {start: 08:00, late_grace: 5}\n", []string{`3:33 schedules.a[0].late_grace | "5" has no unit; write 5m for minutes or 5h for hours`}},
		{"an_unknown_unit", "format: 1\nschedules: {a: {max_shift: 1d}}", []string{"2:28 schedules.a[0].max_shift | is not a duration"}},
		{"a_negative_duration", "format: 1\nschedules: {a: {max_shift: -1h}}", []string{"2:28 schedules.a[0].max_shift | is negative"}},
		{"seconds", "format: 1\nschedules: {a: {min_in_out_gap: 90s}}", []string{"2:33 schedules.a[0].min_in_out_gap | whole minutes"}},
		{"too_long", "format: 1\nschedules: {a: {max_shift: 25h}}", []string{"2:28 schedules.a[0].max_shift | 24h"}},
		{"no_value", "format: 1\nschedules: {a: {max_shift: }}", []string{"2:28 schedules.a[0].max_shift | has no value; write a duration"}},
		{"no_overtime_at_all", "format: 1\nschedules: {a: {overtime_daily: 0m}}", []string{"2:33 schedules.a[0].overtime_daily | write off to switch the rule off"}},
		{"no_time_of_day", "format: 1\nschedules: {a: {start: 9:00, end: \"25:00\"}}", []string{`2:24 schedules.a[0].start | "9:00" is not a time`, `2:35 schedules.a[0].end | "25:00" is not a time`}},
		{"an_end_at_the_start", "format: 1\nschedules: {a: {start: 09:00, end: 09:00}}", []string{"2:36 schedules.a[0].end | also the start"}},
		{"a_grace_without_a_start", "format: 1\nschedules: {a: {late_grace: 5m}}", []string{"2:29 schedules.a[0].late_grace | there is no start"}},
		{"no_day_of_the_week", "format: 1\nschedules: {a: {work_days: [mon, tues, mon], week_start: monday}}",
			[]string{`2:34 schedules.a[0].work_days[1] | "tues" is no day of the week`, "2:40 schedules.a[0].work_days[2] | twice", "2:58 schedules.a[0].week_start | write mon"}},
		{"a_week_that_never_starts", "format: 1\nschedules: {a: {week_start: off}}", []string{"2:29 schedules.a[0].week_start | can't be off"}},
		{"no_truth", "format: 1\nschedules: {a: {count_before_start: yes}}", []string{"2:37 schedules.a[0].count_before_start | neither true nor false"}},
		{"a_break_of_both_kinds", "format: 1\nschedules:\n  a:\n    - break:\n      - {after: 6h, deduct: 30m}\n      - {after: 7h, deduct: 30m, from: \"12:00\", to: \"13:00\"}\n",
			[]string{"6:9 schedules.a[0].break[1] | make two breaks of it"}},
		{"a_break_without_an_end", "format: 1\nschedules: {a: {break: [{from: 12:00}]}}", []string{"2:25 schedules.a[0].break[0] | missing beside from"}},
		{"a_break_without_a_deduction", "format: 1\nschedules: {a: {break: [{after: 6h, deduct: 0m}]}}", []string{"2:45 schedules.a[0].break[0].deduct | whole minutes from 1m"}},
		{"a_break_that_is_no_list", "format: 1\nschedules: {a: {break: 30m}}", []string{"2:24 schedules.a[0].break | has to be a list of breaks"}},
		{"breaks_that_overlap", "format: 1\nschedules: {a: {break: [{from: 12:00, to: 13:00}, {from: 12:30, to: 14:00}]}}", []string{"2:58 schedules.a[0].break[1].from | overlaps"}},
		{"a_rounding_without_an_interval", "format: 1\nschedules: {a: {rounding: [{target: in, mode: up}]}}", []string{"2:28 schedules.a[0].rounding[0].interval | is missing"}},
		{"roundings_that_cannot_be", "format: 1\nschedules: {a: {rounding: [{target: into, mode: up, interval: 5m}, {target: in, mode: off, interval: 5m}, {target: out, mode: up, interval: 7m}]}}",
			[]string{"2:37 schedules.a[0].rounding[0].target | in, out or total", "2:87 schedules.a[0].rounding[1].mode | down, nearest or up", "2:141 schedules.a[0].rounding[2].interval | divide an hour"}},
		{"half_a_day_below_none", "format: 1\nschedules: {a: {half_day_below: 1h, absent_below: 2h}}", []string{"2:51 schedules.a[0].absent_below | above half_day_below"}},
		{"what_is_inherited_is_told_once", "format: 1\nschedules:\n  a:\n    - {half_day_below: 1h, absent_below: 2h}\n    - {from: 2026-01-01}\n", []string{"4:42 schedules.a[0].absent_below | above"}},
		{"a_version_that_spoils_what_it_inherits", "format: 1\nschedules:\n  a:\n    - {half_day_below: 3h, absent_below: 2h}\n    - {from: 2026-01-01, half_day_below: 1h}\n", []string{"5:7 schedules.a[1].absent_below | above"}},
		{"a_version_without_a_day", "format: 1\nschedules:\n  a:\n    - {}\n    - {start: 08:00}\n", []string{"5:7 schedules.a[1].from | is missing"}},
		{"versions_out_of_order", "format: 1\nschedules:\n  a:\n    - {from: 2026-01-02}\n    - {from: 2026-01-02}\n    - {from: 2026-01-01}\n",
			[]string{"5:14 schedules.a[1].from | is not after the version before it (2026-01-02)", "6:14 schedules.a[2].from | is not after"}},
		{"no_day_of_the_calendar", "format: 1\nholidays: [{day: 2026-02-30, name: x}]", []string{`2:18 holidays[0].day | "2026-02-30" is not a day of the calendar; write it as 2026-12-25`}},
		{"a_day_too_early", "format: 1\nschedules: {a: {from: 1999-01-01}}", []string{"2:23 schedules.a[0].from | is outside 1999-12-31"}},
		{"a_holiday_twice", "format: 1\nschedules: {a: {}, b: {}}\ndefault_schedule: a\nholidays:\n- {day: 2026-12-25, name: x, schedules: [a]}\n- {day: 2026-12-25, name: y}\n",
			[]string{"6:9 holidays[1].day | is a holiday of schedule a twice; the first is on line 5"}},
		{"a_holiday_of_no_schedule", "format: 1\nschedules: {a: {}}\nholidays:\n- {day: 2026-12-25, name: x, schedules: [offic, a, a]}\n- {day: 2026-12-26, name: x, schedules: []}\n",
			[]string{`4:42 holidays[0].schedules[0] | "offic" is no schedule of this file`, "4:52 holidays[0].schedules[2] | twice", "5:41 holidays[1].schedules | is empty"}},
		{"a_holiday_without_a_name", "format: 1\nholidays: [{day: 2026-12-25}]", []string{"2:12 holidays[0].name | is missing"}},
		{"leave_of_nobody", "format: 1\nleave: [{from: 2026-01-01}, {employee: \" \", from: 2026-01-01}]", []string{"2:9 leave[0].employee | is missing", "2:40 leave[1].employee | is no employee id"}},
		{"leave_that_ends_before_it_begins", "format: 1\nleave: [{employee: 7, from: 2026-01-02, to: 2026-01-01}]", []string{"2:45 leave[0].to | lies before from (2026-01-02)"}},
		{"leave_that_overlaps", "format: 1\nleave:\n- {employee: 7, from: 2026-01-10}\n- {employee: 7, from: 2026-01-01, to: 2026-01-31}\n- {employee: 7, from: 2026-01-20}\n- {employee: 8, from: 2026-01-20}\n- {employee: 8, from: 2026-01-18, to: 2026-01-20}\n",
			[]string{"4:3 leave[1] | line 3", "5:3 leave[2] | line 4 (2026-01-01 to 2026-01-31)", "7:3 leave[4] | line 6"}},
		{"all_at_once", "format: 1\nholidays: [{day: x, name: y}]\nschedules: {a: {start: x, end: y}}\n",
			[]string{"2:18 holidays[0].day | x", "3:24 schedules.a[0].start | x", "3:32 schedules.a[0].end | y"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rulesfile.ParseRules("rules.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			wantProblems(t, err, c.want...)
		})
	}
}

// TestNearest holds a guess to a likeness.
func TestNearest(t *testing.T) {
	for name, want := range map[string]bool{"ofice": true, "offices": true, "o": false, "x": false, "fireworks": false} {
		_, err := rulesfile.ParseRules("r.yaml", []byte("format: 1\nschedules: {office: {}, y: {}}\ndefault_schedule: "+name))
		if strings.Contains(err.Error(), "did you mean") != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDigest(t *testing.T) {
	digest := func(rules, directory string) string {
		v, err := rulesfile.Compile(&rulesfile.Text{Name: "r.yaml", Content: []byte(rules)}, &rulesfile.Text{Name: "d.csv", Content: []byte(directory)})
		if err != nil {
			t.Fatal(err)
		}
		return v.Digest
	}
	if digest("format: 1\n\n", "employee_id\n") == digest("format: 1\n", "\nemployee_id\n") {
		t.Error("the same of other files")
	}
}

func TestProblemsAreBounded(t *testing.T) {
	text := "format: 1\nholidays:\n" + strings.Repeat("- {day: x, name: y}\n", 150)
	_, err := rulesfile.ParseRules("rules.yaml", []byte(text))
	if n := len(rulesfile.Found(err)); n != 100 {
		t.Errorf("%d are kept", n)
	}
	if !strings.HasSuffix(err.Error(), "… and 50 more") || !strings.Contains(rulesfile.Detail(err), "150 problems, the first at rules.yaml:3:9: holidays[0].day") {
		t.Errorf("%v\n%s", err, rulesfile.Detail(err))
	}
}

func TestDetailNamesNobody(t *testing.T) {
	_, err := rulesfile.ParseDirectory("people.csv", []byte("employee_id,from\nsecret,x\nsecret,y\n"), nil)
	if d := rulesfile.Detail(err); strings.Contains(d, "secret") || !strings.Contains(d, "2 problems, the first at people.csv:2:8: from") {
		t.Error(d)
	}
	_, err = rulesfile.Compile(&rulesfile.Text{Name: "r.yaml", Content: []byte("format: secret")}, &rulesfile.Text{Name: "people.csv", Content: []byte("employee_id,from\nsecret,x\n")})
	if d := rulesfile.Detail(err); d != "2 problems, the first at r.yaml:1:9: format (see: timesheet rules check)" {
		t.Error(d)
	}
}

func TestBounds(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, text, want string }{
		{"size", "#" + strings.Repeat(" ", rulesfile.MaxRules), "at most 8388608 are read"},
		{"schedules", "format: 1\nschedules:\n" + many(201, "  s%d: {}\n"), "there are 201; at most 200"},
		{"versions", "format: 1\nschedules:\n  a:\n" + many(1001, "  - {from: x%d}\n"), "more than 1000 versions"},
		{"holidays", "format: 1\nholidays:\n" + many(5001, "- {day: x%d, name: y}\n"), "and 4901 more"},
		{"leave", "format: 1\nleave:\n" + strings.Repeat("- {employee: 1, from: 2026-01-01}\n", 10_001), "more than 10000 leaves of one employee"},
		{"depth", "format: 1\nleave: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "has to be a mapping"},
		{"a_bomb", "format: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nleave: [*c, *c]\n", "anchors and aliases are not read"},
		{"a_long_key", "format: 1\n? " + strings.Repeat("x", 1<<20) + "\n: 1\n", "is no key here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rulesfile.ParseRules("rules.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.300v", err)
			}
			if err != nil && len(err.Error()) > 20_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}
