package timesheet_test

import (
	"testing"

	"timesheet"
)

func TestGroups(t *testing.T) {
	presumed := timesheet.MarkPresumedPresent
	for _, c := range []struct {
		status timesheet.Status
		marks  timesheet.Marks
		in     string
	}{
		{timesheet.StatusOpen, 0, "present here"},
		{timesheet.StatusOpen, presumed, "present here"},
		{timesheet.StatusComplete, timesheet.MarkLate, "present left"},
		{timesheet.StatusComplete, presumed, "present here"},
		{timesheet.StatusMissingOut, 0, "present"},
		{timesheet.StatusExpected, 0, ""},
		{timesheet.StatusAbsent, 0, ""},
		{timesheet.StatusOnLeave, 0, "away"},
		{timesheet.StatusHoliday, 0, "away"},
		{timesheet.StatusDayOff, 0, "away"},
	} {
		got := ""
		for g := timesheet.GroupAll + 1; g <= timesheet.GroupAway; g++ {
			if again, err := timesheet.ParseGroup(g.String()); err != nil || again != g {
				t.Errorf("%v is read as %v (%v)", g, again, err)
			}
			if g.Has(&timesheet.Workday{Status: c.status, Marks: c.marks}) {
				if got != "" {
					got += " "
				}
				got += g.String()
			}
		}
		if got != c.in {
			t.Errorf("%v with %v is of %q, want %q", c.status, c.marks, got, c.in)
		}
		if !timesheet.GroupAll.Has(&timesheet.Workday{Status: c.status}) {
			t.Errorf("%v isn't of everybody", c.status)
		}
	}
	if _, err := timesheet.ParseGroup("gone"); timesheet.CodeOf(err) != timesheet.Invalid {
		t.Errorf("gone: %v", err)
	}
}
