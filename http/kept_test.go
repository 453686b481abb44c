package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

// purged is a store that keeps nothing before a day.
type purged struct {
	timesheethttp.Store
	floor timesheet.Day
	err   error
}

func (p purged) Floor(context.Context) (timesheet.Day, error) { return p.floor, p.err }

func TestWhatIsNoLongerKept(t *testing.T) {
	s, o := office(t)
	put(s, "7", "2026-11-19", "2026-11-19T08:00:00Z", "2026-11-19T17:00:00Z")
	put(s, "7", "2026-11-20", "2026-11-20T08:00:00Z", "2026-11-20T17:00:00Z")
	boards := o
	o.Store = purged{Store: boards.Store, floor: mustDay("2026-11-20")}
	h := newHandler(o)

	t.Run("is told, where there is nothing else to show", func(t *testing.T) {
		for _, target := range []string{
			"/v1/days/2026-11-19", "/v1/days/2026-11-19.csv", "/v1/employees/7/days?from=2026-11-01&to=2026-11-19", "/v1/employees/7/weeks/2026-W46",
			"/v1/employees/7/months/2026-10", "/v1/employees/7/months/2026-10.xlsx", "/v1/employees/7/days/2026-11-19/explain",
			"/v1/timesheets/2026-10", "/v1/timesheets/2026-10.csv", "/v1/exceptions?from=2026-11-01&to=2026-11-19", "/v1/exceptions.csv?from=2026-11-01&to=2026-11-19",
		} {
			if w := get(h, target); w.Code != 404 || !strings.Contains(w.Body.String(), "days before 2026-11-20 are no longer kept") {
				t.Errorf("%s: %d %.300s", target, w.Code, w.Body)
			}
		}
	})
	t.Run("isn't shown as days on which nobody came, beside what is kept", func(t *testing.T) {
		for target, first := range map[string]string{
			"/v1/employees/7/days?from=2026-11-01&to=2026-11-23&empty=true": "2026-11-20",
			"/v1/employees/7/weeks/2026-W47":                                "2026-11-20",
			"/v1/employees/7/months/2026-11":                                "2026-11-20",
		} {
			var a struct {
				Entries []row
				Totals  struct {
					Absent int `json:"absent_days"`
				}
			}
			if err := json.Unmarshal(get(h, target).Body.Bytes(), &a); err != nil || len(a.Entries) == 0 || a.Entries[0].Day != first || a.Totals.Absent != 0 {
				t.Errorf("%s: %+v (%v)", target, a, err)
			}
		}
		if w := get(h, "/v1/exceptions?from=2026-11-01&to=2026-11-23"); w.Code != 200 || strings.Contains(w.Body.String(), "2026-11-19\"") {
			t.Errorf("exceptions: %d %s", w.Code, w.Body)
		}
	})
	t.Run("is on nobody's mind while the store is away", func(t *testing.T) {
		o.Store = purged{Store: boards.Store, err: timesheet.NewError(timesheet.Unavailable, "read the floor", errors.New("no route"))}
		if w := get(newHandler(o), "/v1/days/2026-11-23"); w.Code != 503 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
