package rulesfile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timesheet/rulesfile"
)

// largeDirectory has n rows: two versions of each employee, with an alias each.
func largeDirectory(n int) []byte {
	var b strings.Builder
	b.WriteString("employee_id,name,team,schedule,aliases,from,until\n")
	for i := range n / 2 {
		fmt.Fprintf(&b, "%06d,Employee Number %d,Team %d,office,A%06d,,\n%06d,,Team %d,,,2026-03-01,\n", i, i, i%50, i, i, i%49)
	}
	return []byte(b.String())
}

func BenchmarkDirectoryOf100000Rows(b *testing.B) {
	rules, err := rulesfile.ParseRules("r.yaml", []byte(twoSchedules))
	if err != nil {
		b.Fatal(err)
	}
	text := largeDirectory(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rulesfile.ParseDirectory("d.csv", text, rules); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFirstDifferenceOf100000Rows(b *testing.B) {
	compile := func(directory string) *rulesfile.Version {
		v, err := rulesfile.Compile(&rulesfile.Text{Name: "r.yaml", Content: []byte(twoSchedules)}, &rulesfile.Text{Name: "d.csv", Content: []byte(directory)})
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
	text := string(largeDirectory(100_000))
	before, after := compile(text), compile(text+"new,,,,,2026-11-23,\n")
	for b.Loop() {
		if d, ok := rulesfile.FirstDifference(before, after); !ok || d.Employee != "new" {
			b.Fatal(d, ok)
		}
	}
}

// TestLargeDirectory is the guard against quadratic behaviour, which would take minutes;
// the figure is BenchmarkDirectoryOf100000Rows'.
func TestLargeDirectory(t *testing.T) {
	text := largeDirectory(50_000)
	began := time.Now()
	if _, err := rulesfile.ParseDirectory("d.csv", text, nil); err != nil {
		t.Fatal(err)
	}
	rules := "format: 1\ndefault_schedule: s0\nschedules:\n"
	for i := range 200 {
		rules += fmt.Sprintf("  s%d%s: {}\n", i, strings.Repeat("x", 50*min(i, 1)))
	}
	wrong := strings.ReplaceAll(string(text), ",office,", ",office"+strings.Repeat("x", 50)+",")
	_, err := rulesfile.ParseDirectory("d.csv", []byte(wrong), parseRules(t, rules))
	if n := len(rulesfile.Found(err)); n != 100 {
		t.Errorf("%d problems", n)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
