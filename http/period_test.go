package http_test

import (
	"strings"
	"testing"
	"time"
)

func TestAnEmployeesPeriods(t *testing.T) {
	s, o := office(t)
	for d := mustDay("2026-11-01"); d <= mustDay("2026-11-22"); d++ {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday { // 9 hours net
			put(s, "7", d.String(), d.String()+"T07:00:00Z", d.String()+"T18:00:00Z")
		}
	}
	h := newHandler(o)
	type period struct {
		ID       string `json:"employee_id"`
		Name     string
		From, To string
		Entries  []row
		Weeks    []struct {
			Week, From, To string
			Totals         map[string]any
		}
		Totals map[string]any
	}
	t.Run("a week", func(t *testing.T) {
		w := answered[period](t, h, "/v1/employees/7/weeks/2026-W47")
		if w.From != "2026-11-16" || w.To != "2026-11-22" || len(w.Entries) != 7 || w.Name != "Ada Lovelace" {
			t.Fatalf("%+v", w)
		}
		if h := w.Entries[2]; h.Status != "complete" || *h.HolidayWorked != 9*3600 || h.Expected != 0 {
			t.Errorf("the holiday: %+v", h)
		}
		if sunday := w.Entries[6]; sunday.Status != "day_off" {
			t.Errorf("sunday: %+v", sunday)
		}
		for name, want := range map[string]any{"worked_seconds": 45 * 3600., "overtime_seconds": 3600., "weekly_overtime_seconds": 4 * 3600., "days_worked": 5., "expected_seconds": 28 * 3600., "provisional": false} {
			if w.Totals[name] != want {
				t.Errorf("%s: %v, want %v", name, w.Totals[name], want)
			}
		}
	})
	t.Run("a month, with the weeks that end in it", func(t *testing.T) {
		m := answered[period](t, h, "/v1/employees/7/months/2026-11")
		if m.From != "2026-11-01" || m.To != "2026-11-30" || len(m.Entries) != 30 || m.Entries[0].Day != "2026-11-01" {
			t.Fatalf("%s %s %d", m.From, m.To, len(m.Entries))
		}
		var weeks []string
		for _, w := range m.Weeks {
			weeks = append(weeks, w.Week+" "+w.From)
		}
		if got := strings.Join(weeks, ", "); got != "2026-W44 2026-10-26, 2026-W45 2026-11-02, 2026-W46 2026-11-09, 2026-W47 2026-11-16, 2026-W48 2026-11-23" {
			t.Error(got)
		}
		if m.Totals["worked_seconds"] != (15*9+8)*3600. || m.Totals["days_worked"] != 16. || m.Totals["provisional"] != true {
			t.Errorf("%v", m.Totals)
		}
	})
	t.Run("days without a clocking where they are asked for", func(t *testing.T) {
		all := answered[boardAnswer](t, h, "/v1/employees/7/days?from=2026-11-20&to=2026-11-24&empty=true")
		if len(all.Entries) != 5 || all.Entries[1].Status != "day_off" || all.Entries[4].Status != "expected" {
			t.Errorf("%+v", all.Entries)
		}
		if some := answered[boardAnswer](t, h, "/v1/employees/7/days?from=2026-11-20&to=2026-11-24"); len(some.Entries) != 2 {
			t.Errorf("%+v", some.Entries)
		}
	})
	t.Run("an alias has none of its own", func(t *testing.T) {
		if none := answered[boardAnswer](t, h, "/v1/employees/old7/days"); len(none.Entries) != 0 {
			t.Errorf("%+v", none.Entries)
		}
	})
	t.Run("400 days and no more", func(t *testing.T) {
		if w := get(h, "/v1/employees/7/days?from=2025-10-20&to=2026-11-23"); w.Code != 200 {
			t.Error(w.Code, w.Body)
		}
		if w := get(h, "/v1/employees/7/days?from=2025-10-19&to=2026-11-23"); w.Code != 400 {
			t.Error(w.Code)
		}
	})
}
