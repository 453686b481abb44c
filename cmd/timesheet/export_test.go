package main

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// entriesOf draws entries of different employees and days, in any order.
func entriesOf(t *rapid.T) []timesheet.Entry {
	type key struct {
		e timesheet.EmployeeID
		d timesheet.Day
	}
	keys := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) key {
		return key{
			rapid.SampledFrom([]timesheet.EmployeeID{"7", "07", "70", "a", "A", "ä", `a"b`, "a,b", "a b"}).Draw(t, "employee"),
			timesheet.Day(rapid.IntRange(int(timesheet.FirstDay), int(timesheet.FirstDay)+9).Draw(t, "day")),
		}
	}), 0, 40, rapid.ID).Draw(t, "keys")
	var entries []timesheet.Entry
	for _, k := range keys {
		first := timesheet.Instant(k.d)*86_400_000 + timesheet.Instant(rapid.IntRange(0, 86_400_000).Draw(t, "first"))
		last := first + timesheet.Instant(rapid.IntRange(0, 86_400_000).Draw(t, "last"))
		flags := rapid.SampledFrom([]timesheet.Flags{0, timesheet.Direct, timesheet.AmbiguousTime}).Draw(t, "flags")
		entries = append(entries, timesheet.Entry{Employee: k.e, Day: k.d, Flags: flags, Earliest: first, Latest: last})
	}
	return entries
}

func rulesOf(t rapid.TB, assignments ...timesheet.Assignment) *timesheet.DayRules {
	t.Helper()
	r, err := timesheet.NewDayRules(1, assignments, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func inZone(zone string) timesheet.Assignment {
	return timesheet.Assignment{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: zone}}
}

func TestExportIsSortedAndComplete(t *testing.T) {
	const zone = "Asia/Kathmandu"
	rules := rulesOf(t, inZone(zone))
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		entries := entriesOf(t)
		var all sorted
		for _, e := range entries {
			if err := all.add(e); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := all.writeCSV(&out, rules); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(entries, timesheet.Compare)
		want := [][]string{{"employee_id", "day", "earliest", "latest"}}
		for _, e := range entries {
			want = append(want, []string{string(e.Employee), e.Day.String(), e.Earliest.Format(location), e.Latest.Format(location)})
		}
		got, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The offset is that of the rule in force on the entry's own day.
func TestExportFollowsTheDayRules(t *testing.T) {
	from := timesheet.FirstDay + 10
	rules := rulesOf(t, inZone("UTC"), timesheet.Assignment{From: from, Rule: timesheet.DayRule{Zone: "Asia/Tokyo"}},
		timesheet.Assignment{Employee: "8", From: from, Rule: timesheet.DayRule{Zone: "Asia/Kathmandu"}})
	var all sorted
	for _, id := range []timesheet.EmployeeID{"7", "8"} {
		for _, d := range []timesheet.Day{from - 1, from} {
			at := timesheet.Instant(d) * 86_400_000
			if err := all.add(timesheet.Entry{Employee: id, Day: d, Earliest: at, Latest: at}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := all.writeCSV(&out, rules); err != nil {
		t.Fatal(err)
	}
	want := `employee_id,day,earliest,latest
7,2000-01-09,2000-01-09T00:00:00Z,2000-01-09T00:00:00Z
7,2000-01-10,2000-01-10T09:00:00+09:00,2000-01-10T09:00:00+09:00
8,2000-01-09,2000-01-09T00:00:00Z,2000-01-09T00:00:00Z
8,2000-01-10,2000-01-10T05:45:00+05:45,2000-01-10T05:45:00+05:45
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
