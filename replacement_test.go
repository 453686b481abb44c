package timesheet_test

import (
	"errors"
	"testing"
	"time"

	"timesheet"
)

func TestReplacementValidate(t *testing.T) {
	at := timesheet.InstantOf(time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC))
	e := timesheet.Entry{Employee: "E1", Day: timesheet.DayOf(2026, time.March, 2), Earliest: at, Latest: at}
	other, tomorrow, upside := e, e, e
	other.Employee = "E2"
	tomorrow.Day++
	upside.Earliest++
	for _, c := range []struct {
		name     string
		old, new timesheet.Entry
		ok       bool
	}{
		{name: "creates", new: e, ok: true},
		{name: "removes", old: e, ok: true},
		{name: "changes", old: e, new: e, ok: true},
		{name: "nothing by nothing"},
		{name: "another employee", old: e, new: other},
		{name: "another day", old: e, new: tomorrow},
		{name: "unfit old", old: upside, new: e},
		{name: "unfit new", old: e, new: upside},
		{name: "unfit creation", new: upside},
		{name: "unfit removal", old: upside},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := timesheet.Replacement{Old: c.old, New: c.new}.Validate()
			if c.ok != (err == nil) || err != nil && !errors.Is(err, timesheet.Invalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}
