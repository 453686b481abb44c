package timesheet_test

import (
	"testing"
	"time"

	"timesheet"
)

func TestChangeOfRules(t *testing.T) {
	change := timesheet.DayOf(2026, 11, 23)
	t.Run("to nights: the day before lasts until noon", func(t *testing.T) {
		cal := mustRules(t,
			timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
			timesheet.Assignment{Employee: "7", From: change, Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}},
		).For("7")
		for s, want := range map[string]timesheet.Day{
			"2026-11-22T23:59:59+01:00": change - 1, "2026-11-23T00:00:00+01:00": change - 1, "2026-11-23T11:59:59+01:00": change - 1,
			"2026-11-23T12:00:00+01:00": change, "2026-11-24T11:59:59+01:00": change, "2026-11-24T12:00:00+01:00": change + 1,
		} {
			if got := cal.Day(at(t, s)); got != want {
				t.Errorf("%s belongs to %v, want %v", s, got, want)
			}
		}
	})
	t.Run("from nights: the night before ends at midnight", func(t *testing.T) {
		cal := mustRules(t,
			timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}},
			timesheet.Assignment{Employee: "7", From: change, Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
		).For("7")
		for s, want := range map[string]timesheet.Day{
			"2026-11-22T23:59:59+01:00": change - 1, "2026-11-23T00:00:00+01:00": change, "2026-11-23T06:00:00+01:00": change,
		} {
			if got := cal.Day(at(t, s)); got != want {
				t.Errorf("%s belongs to %v, want %v", s, got, want)
			}
		}
	})
	t.Run("in an hour that comes twice: what is later belongs to the new rule's days", func(t *testing.T) {
		autumn := timesheet.DayOf(2026, 10, 25)
		rule := timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 150 * time.Minute}
		cal := mustRules(t,
			timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
			timesheet.Assignment{Employee: "7", From: autumn, Rule: rule},
		).For("7")
		for s, want := range map[string]timesheet.Day{
			"2026-10-25T02:29:59+02:00": autumn - 1, "2026-10-25T02:30:00+02:00": autumn, "2026-10-25T02:10:00+01:00": autumn,
		} {
			if got := cal.Day(at(t, s)); got != want {
				t.Errorf("%s belongs to %v, want %v", s, got, want)
			}
		}
		if got := mustRules(t, timesheet.Assignment{Rule: rule}).For("7").Day(at(t, "2026-10-25T02:10:00+01:00")); got != autumn-1 {
			t.Errorf("without a change of rules what the wall shows counts: it belongs to %v", got)
		}
	})
	t.Run("to another zone: local times are read in the zone of their day", func(t *testing.T) {
		cal := mustRules(t,
			timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
			timesheet.Assignment{Employee: "7", From: change, Rule: timesheet.DayRule{Zone: "America/New_York"}},
		).For("7")
		for s, want := range map[string]string{"2026-11-22 12:00:00": "2026-11-22T11:00:00Z", "2026-11-23 12:00:00": "2026-11-23T17:00:00Z"} {
			local, err := timesheet.ParseTimestamp(s)
			if err != nil {
				t.Fatal(err)
			}
			if got, flags := cal.Instant(local); got != at(t, want) || flags != 0 {
				t.Errorf("%s is %v, %d; want %s", s, got.Time(), flags, want)
			}
		}
		if a, b := cal.Location(change-1).String(), cal.Location(change).String(); a != "Europe/Berlin" || b != "America/New_York" {
			t.Errorf("shown in %s, then in %s", a, b)
		}
	})
}
