package http_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

func mustDay(s string) timesheet.Day {
	d, err := timesheet.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// officeRules are the schedule office (9 to 6, lunch 12 to 2), with a holiday and a leave,
// and a directory of four, of whom 7 has had the badge old7.
func officeRules(tb testing.TB) timesheethttp.Rules {
	tb.Helper()
	work, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {{
		Hours:  timesheet.Hours{Start: timesheet.NewTimeOfDay(9, 0), End: timesheet.NewTimeOfDay(18, 0), LateGrace: 5 * time.Minute},
		Breaks: []timesheet.Break{{From: timesheet.NewTimeOfDay(12, 0), To: timesheet.NewTimeOfDay(14, 0)}},
	}}},
		[]timesheet.Holiday{{Day: mustDay("2026-11-18"), Name: "Repentance"}},
		[]timesheet.Leave{{Employee: "8", From: mustDay("2026-11-23"), To: mustDay("2026-11-24"), Name: "Vacation"}})
	if err != nil {
		tb.Fatal(err)
	}
	directory, err := timesheet.NewDirectory([]timesheet.DirectoryRow{
		{Employee: "7", Name: "Ada Lovelace", Team: "Engines", Aliases: []timesheet.EmployeeID{"old7"}},
		{Employee: "8", Name: "Mary Somerville", Team: "Engines"},
		{Employee: "9", Name: "charles babbage", Team: "Mills"},
		{Employee: "10", Team: "Mills"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return timesheethttp.Rules{Work: work, Directory: directory}
}

// office is a site with officeRules on Monday evening, 2026-11-23: 7 worked from 08:09
// to 18:09 with the old badge first, 8 is on leave, 9 came late and is still there, 10
// hasn't come, and 99 is in no directory.
func office(tb testing.TB) (*site, timesheethttp.Options) {
	tb.Helper()
	s := newSite(tb)
	put(s, "old7", "2026-11-23", "2026-11-23T07:09:00Z", "2026-11-23T07:09:00Z")
	put(s, "7", "2026-11-23", "2026-11-23T17:09:00Z", "2026-11-23T17:09:00Z")
	put(s, "9", "2026-11-23", "2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z")
	put(s, "99", "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T17:30:00Z")
	rules := officeRules(tb)
	o := options(s)
	o.Rules = func() timesheethttp.Rules { return rules }
	return s, o
}

type row struct {
	ID            string  `json:"employee_id"`
	Name, Team    *string `json:",omitempty"`
	Day, Status   string
	ClockIn       *string `json:"clock_in"`
	Gross         *int    `json:"gross_seconds"`
	Break         *int    `json:"break_seconds"`
	Worked        *int    `json:"worked_seconds"`
	Expected      int     `json:"expected_seconds"`
	Late          *int    `json:"late_seconds"`
	Early         *int    `json:"early_seconds"`
	Overtime      *int    `json:"overtime_seconds"`
	HolidayWorked *int    `json:"holiday_worked_seconds"`
	Marks         []string
	Provisional   bool
}

// answered decodes the JSON answer to a GET.
func answered[T any](t testing.TB, h http.Handler, target string) (v T) {
	t.Helper()
	w := get(h, target)
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %s (%v)", target, w.Code, w.Body, err)
	}
	return v
}

type boardAnswer struct {
	Entries []row
	Next    *string
	Totals  map[string]int
}

func (b boardAnswer) ids() string {
	var ids []string
	for _, r := range b.Entries {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}
