package timesheet_test

import (
	"testing"
	"time"

	"timesheet"
)

func TestEvaluationAllocatesNothing(t *testing.T) {
	rules, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {{
		Hours:    timesheet.Hours{Start: tod("09:00"), End: tod("18:00")},
		Breaks:   []timesheet.Break{{From: tod("12:00"), To: tod("14:00")}, {After: 6 * time.Hour, Deduct: time.Hour}},
		Rounding: []timesheet.Rounding{{Target: timesheet.RoundIn, Mode: timesheet.RoundNearest, Interval: 15 * time.Minute}},
	}}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}).For("7")
	for _, on := range []timesheet.Day{day("2026-11-23"), day("2026-10-25")} {
		e := timesheet.Entry{Employee: "7", Day: on, Earliest: cal.Begin(on).Add(8 * time.Hour), Latest: cal.Begin(on).Add(18 * time.Hour)}
		allocs := testing.AllocsPerRun(100, func() {
			rules.Evaluate(e, nil, timesheet.Person{Employee: "7"}, on, cal, timesheet.Moment{Now: e.Latest})
		})
		if allocs != 0 {
			t.Errorf("%v: %v allocations", on, allocs)
		}
	}
}

// Whatever date is asked for, there is an answer.
func TestAnyDateCanBeLookedAt(t *testing.T) {
	rules, err := timesheet.NewWorkRules("", nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range zones {
		for _, boundary := range []time.Duration{0, 23*time.Hour + 59*time.Minute} {
			cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: zone, Boundary: boundary}}).For("7")
			for _, on := range []timesheet.Day{-1 << 31, day("0000-01-01"), day("0001-01-01"), -1, 0, timesheet.FirstDay, timesheet.LastDay, day("9999-12-31"), 1<<31 - 8} {
				m := timesheet.Moment{Now: timesheet.Forever, SettledThrough: timesheet.Forever}
				w, steps := rules.Explain(timesheet.Entry{}, nil, timesheet.Person{Employee: "7"}, on, cal, m)
				if w.Day != on || len(steps) == 0 || w.Provisional || w.Status != timesheet.StatusAbsent && w.Status != timesheet.StatusDayOff {
					t.Errorf("%v in %s: %+v", on, zone, w)
				}
			}
		}
	}
}
