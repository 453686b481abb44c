package tests

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// clocking is a row as a machine's system shows it: times are local wall time, as text.
type clocking struct {
	ID       int
	Employee string
	At       string // 2006-01-02T15:04:05
}

// facts are the earliest and latest clocking of one employee and day, as text.
type facts struct{ Earliest, Latest string }

// expected folds clockings by comparing their texts: no code of the service has a
// part in it. Keys are "employee,day"; the site's zone is UTC, its days begin at 00:00.
func expected(clockings []clocking) map[string]facts {
	want := make(map[string]facts)
	for _, c := range clockings {
		key := c.Employee + "," + c.At[:10]
		f, ok := want[key]
		if !ok || c.At < f.Earliest {
			f.Earliest = c.At
		}
		if c.At > f.Latest {
			f.Latest = c.At
		}
		want[key] = f
	}
	return want
}

// generated makes the clockings of a staff over some days, in the order in which
// the machines uploaded them: with lunches, double touches and late uploads.
func generated(t testing.TB, employees, days int) []clocking {
	t.Helper()
	staff := generate.New(generate.Options{Seed: 7, Employees: employees, NightShift: employees / 20, Zone: time.UTC})
	first := timesheet.DayOf(2026, time.March, 2)
	var touches []generate.Touch
	for d := range days {
		touches = append(touches, staff.Day(first+timesheet.Day(d))...)
	}
	slices.SortStableFunc(touches, func(a, b generate.Touch) int { return int(a.Uploaded - b.Uploaded) })
	clockings := make([]clocking, len(touches))
	for i, touch := range touches {
		at := time.UnixMilli(int64(touch.Wall)).UTC().Format("2006-01-02T15:04:05")
		clockings[i] = clocking{ID: i + 1, Employee: string(touch.Employee), At: at}
	}
	if len(clockings) < employees*days {
		t.Fatalf("the generator made only %d clockings", len(clockings))
	}
	return clockings
}

func shuffled(clockings []clocking) []clocking {
	out := slices.Clone(clockings)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func csvOf(clockings []clocking) string {
	var b strings.Builder
	b.WriteString("id,employee_id,clocked_at\n")
	for _, c := range clockings {
		fmt.Fprintf(&b, "%d,%s,%s\n", c.ID, c.Employee, c.At)
	}
	return b.String()
}

// requireEqual fails with the first differences, counted by kind.
func requireEqual(t testing.TB, got, want map[string]facts) {
	t.Helper()
	var missing, extra, different []string
	for key, w := range want {
		if g, ok := got[key]; !ok {
			missing = append(missing, key)
		} else if g != w {
			different = append(different, fmt.Sprintf("%s: got %v, want %v", key, g, w))
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			extra = append(extra, key)
		}
	}
	if len(missing)+len(extra)+len(different) > 0 {
		t.Fatalf("%d missing %v, %d extra %v, %d different %v", len(missing), head(missing), len(extra), head(extra), len(different), head(different))
	}
}

// requireCovered fails when an acknowledged clocking lies outside its entry.
func requireCovered(t testing.TB, got map[string]facts, acknowledged []clocking) {
	t.Helper()
	var missing []string
	for _, c := range acknowledged {
		f, ok := got[c.Employee+","+c.At[:10]]
		if !ok || c.At < f.Earliest || c.At > f.Latest {
			missing = append(missing, fmt.Sprint(c))
		}
	}
	if len(missing) > 0 {
		t.Fatalf("%d of %d acknowledged clockings are missing: %v", len(missing), len(acknowledged), head(missing))
	}
}

func head(list []string) []string { return list[:min(len(list), 5)] }
