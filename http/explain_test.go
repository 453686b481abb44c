package http_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"timesheet"
)

// onDemand answers rows, or fails.
type onDemand struct {
	rows     []timesheet.Row
	err      error
	badges   []timesheet.EmployeeID
	from, to timesheet.Instant
}

func (d *onDemand) Rows(_ context.Context, badges []timesheet.EmployeeID, from, to timesheet.Instant) ([]timesheet.Row, bool, error) {
	d.badges, d.from, d.to = badges, from, to
	return d.rows, len(d.rows) > 3, d.err
}

func TestExplain(t *testing.T) {
	type step struct {
		Rule, Key, Text string
		Values          []struct{ Name, Kind, Text string }
		Before          *int `json:"before_seconds"`
		After           *int `json:"after_seconds"`
	}
	type explanation struct {
		Entry row
		Steps []step
		Rows  []struct {
			ID        int
			Employee  string  `json:"employee_id"`
			ClockedAt *string `json:"clocked_at"`
			Fault     *string
		}
		Error     *string `json:"rows_error"`
		Truncated bool    `json:"rows_truncated"`
	}
	s, o := office(t)
	put(s, "7", "2026-11-20", "2026-11-20T07:09:00Z", "2026-11-20T17:09:00Z")
	rows := new(onDemand)
	o.SourceRows = rows
	h := newHandler(o)
	t.Run("says what each rule did", func(t *testing.T) {
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-20/explain")
		var breaks []string
		for _, s := range e.Steps {
			if s.Rule == "break" && *s.Before-*s.After == 7200 {
				breaks = append(breaks, s.Text)
			}
		}
		if *e.Entry.Worked != 28800 || len(breaks) != 1 || breaks[0] != "break 12:00–14:00 −2h0m" {
			t.Fatalf("%+v", e)
		}
	})
	t.Run("names each rule's sentence and its values, for other languages", func(t *testing.T) {
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-20/explain")
		for key, want := range map[string]string{
			"work_day_hours": "[{weekday weekday Friday} {day date 2026-11-20} {schedule text office} {start clock 09:00} {end clock 18:00}]",
			"break_window":   "[{from clock 12:00} {to clock 14:00} {change duration −2h0m}]",
			"settled":        "[]",
		} {
			i := slices.IndexFunc(e.Steps, func(s step) bool { return s.Key == key })
			if i < 0 {
				t.Errorf("no step says %s: %+v", key, e.Steps)
			} else if got := fmt.Sprint(e.Steps[i].Values); got != want || e.Steps[i].Values == nil {
				t.Errorf("%s: %s, want %s", key, got, want)
			}
		}
	})
	t.Run("shows the source's rows of the day, of all badges", func(t *testing.T) {
		local := func(s string) timesheet.Timestamp {
			at, err := timesheet.ParseTimestamp(s)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		rows.rows = []timesheet.Row{
			{ID: 12, Clocking: timesheet.Clocking{Employee: "7", At: local("2026-11-23T18:09:00")}},
			{ID: 11, Clocking: timesheet.Clocking{Employee: "old7", At: local("2026-11-23T08:09:00")}},
			{ID: 13, Clocking: timesheet.Clocking{Employee: "7", At: local("2026-11-24T00:00:00")}},
			{ID: 14, Clocking: timesheet.Clocking{Employee: "7"}, Fault: "it has no time"},
		}
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-23/explain")
		if fmt.Sprint(rows.badges) != "[7 old7]" || rows.from != instant("2026-11-22T23:00:00Z") || rows.to != instant("2026-11-23T23:00:00Z") {
			t.Errorf("asked for %v from %v to %v", rows.badges, rows.from.Time(), rows.to.Time())
		}
		if len(e.Rows) != 3 || e.Rows[0].ID != 11 || *e.Rows[0].ClockedAt != "2026-11-23T08:09:00+01:00" || e.Rows[1].ID != 12 || *e.Rows[2].Fault != "it has no time" || e.Error != nil || !e.Truncated {
			t.Errorf("%+v", e.Rows)
		}
	})
	t.Run("says why there are no rows", func(t *testing.T) {
		rows.err = timesheet.NewError(timesheet.Unavailable, "query", errors.New("no route to db.internal"))
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-23/explain")
		if e.Rows != nil || e.Error == nil || strings.Contains(*e.Error, "db.internal") || len(e.Steps) == 0 {
			t.Errorf("%+v", e)
		}
		o.SourceRows = nil
		if e := answered[explanation](t, newHandler(o), "/v1/employees/7/days/2026-11-23/explain"); e.Rows != nil || e.Error == nil {
			t.Errorf("%+v", e)
		}
	})
}
