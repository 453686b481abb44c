package timesheet_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func TestRowSearch(t *testing.T) {
	good := func() timesheet.RowSearch {
		return timesheet.RowSearch{Employees: []timesheet.EmployeeID{"7"}, From: 1, To: 2, FromWall: 1, ToWall: 2, Limit: 1}
	}
	many := func(n int) []timesheet.EmployeeID { return slices.Repeat([]timesheet.EmployeeID{"7"}, n) }
	for name, c := range map[string]struct {
		change func(*timesheet.RowSearch)
		words  string
	}{
		"one employee":        {func(*timesheet.RowSearch) {}, ""},
		"as many as can be":   {func(s *timesheet.RowSearch) { s.Employees, s.Limit = many(16), 200 }, ""},
		"no employee":         {func(s *timesheet.RowSearch) { s.Employees = nil }, "0 employees"},
		"17 employees":        {func(s *timesheet.RowSearch) { s.Employees = many(17) }, "17 employees"},
		"not an id":           {func(s *timesheet.RowSearch) { s.Employees = []timesheet.EmployeeID{"7", " 7"} }, `" 7" is not an employee id`},
		"no time":             {func(s *timesheet.RowSearch) { s.To = s.From }, "ends before"},
		"no time on the wall": {func(s *timesheet.RowSearch) { s.ToWall = s.FromWall }, "ends before"},
		"no rows":             {func(s *timesheet.RowSearch) { s.Limit = 0 }, "limit of 0"},
		"too many rows":       {func(s *timesheet.RowSearch) { s.Limit = 201 }, "limit of 201"},
	} {
		t.Run(name, func(t *testing.T) {
			s := good()
			c.change(&s)
			err := s.Validate()
			if c.words == "" && err != nil || c.words != "" && (timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), c.words)) {
				t.Errorf("%v, want %q", err, c.words)
			}
		})
	}
}

// Whatever wall time a calendar reads as a moment that is searched, is searched: around
// every change of the clocks, a day that was left out, and a change of rules.
func TestSearchedWalls(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Pacific/Honolulu"}
	for i, z := range zones {
		t.Run(z, func(t *testing.T) {
			next := zones[(i+1)%len(zones)]
			rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{
				{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: z}},
				{From: timesheet.DayOf(2012, time.January, 3), Rule: timesheet.DayRule{Zone: next, Boundary: 4 * time.Hour}},
			}, time.LoadLocation)
			if err != nil {
				t.Fatal(err)
			}
			c := rules.For("7")
			begin := timesheet.InstantOf(time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC))
			const step = 30 * time.Minute
			for at := begin; at < begin.Add(2*365*24*time.Hour); at = at.Add(step) {
				if offset(c, at) == offset(c, at.Add(step)) {
					continue
				}
				for from := at.Add(-28 * time.Hour); from < at.Add(28*time.Hour); from = from.Add(step) {
					searched(t, c, from, from.Add(step))
					searched(t, c, from, from.Add(26*time.Hour))
				}
			}
		})
	}
}

func offset(c timesheet.Calendar, i timesheet.Instant) timesheet.Wall {
	return c.Wall(i) - timesheet.Wall(i)
}

// searched looks at the wall times about both ends.
func searched(t *testing.T, c timesheet.Calendar, from, to timesheet.Instant) {
	t.Helper()
	const step = timesheet.Wall(30 * time.Minute / time.Millisecond)
	first, end := c.Searched(from, to)
	for w := timesheet.Wall(from) - 54*step; w < timesheet.Wall(to)+54*step; w += step {
		if at, _ := c.Instant(timesheet.LocalTime(w)); from <= at && at < to && (w < first || w >= end) {
			t.Fatalf("from %d to %d: the wall time %d is the moment %d and isn't searched", from, to, w, at)
		}
	}
	if length := time.Duration(end-first) * time.Millisecond; length > to.Sub(from)+53*time.Hour {
		t.Fatalf("%v are searched for %v", length, to.Sub(from))
	}
}
