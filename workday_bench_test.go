package timesheet_test

import (
	"testing"
	"time"

	"timesheet"
)

// BenchmarkWorkday evaluates days as a board does: an operation is one day of one
// employee, without allocation.
func BenchmarkWorkday(b *testing.B) {
	tod := func(s string) timesheet.TimeOfDay {
		t, err := timesheet.ParseTimeOfDay(s)
		if err != nil {
			b.Fatal(err)
		}
		return t
	}
	office := timesheet.Terms{
		Hours:  timesheet.Hours{Start: tod("09:00"), End: tod("18:00"), LateGrace: 5 * time.Minute},
		Breaks: []timesheet.Break{{From: tod("12:00"), To: tod("14:00")}},
	}
	strict := office
	strict.Rounding = []timesheet.Rounding{{Target: timesheet.RoundIn, Mode: timesheet.RoundUp, Interval: 15 * time.Minute}, {Target: timesheet.RoundOut, Mode: timesheet.RoundDown, Interval: 15 * time.Minute}}
	strict.Breaks = []timesheet.Break{{After: 6 * time.Hour, Deduct: 30 * time.Minute}, {After: 9 * time.Hour, Deduct: 45 * time.Minute}}
	strict.WorkedCap = 10 * time.Hour
	rules, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {office}, "strict": {strict}},
		[]timesheet.Holiday{{Day: timesheet.DayOf(2026, 12, 25), Name: "Christmas Day"}},
		[]timesheet.Leave{{Employee: "8", From: timesheet.DayOf(2026, 8, 3), To: timesheet.DayOf(2026, 8, 14), Name: "Vacation"}})
	if err != nil {
		b.Fatal(err)
	}
	cal := mustRules(b, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}).For("7")
	for _, c := range []struct {
		name, schedule string
		day            timesheet.Day
		clocked        bool
	}{
		{"office", "office", timesheet.DayOf(2026, 11, 23), true},
		{"strict", "strict", timesheet.DayOf(2026, 11, 23), true},
		{"clocks change", "office", timesheet.DayOf(2026, 10, 26), true},
		{"no clocking", "office", timesheet.DayOf(2026, 11, 23), false},
	} {
		b.Run(c.name, func(b *testing.B) {
			begin := cal.Begin(c.day)
			var e timesheet.Entry
			if c.clocked {
				e = timesheet.Entry{Employee: "7", Day: c.day, Earliest: begin.Add(8 * time.Hour), Latest: begin.Add(18 * time.Hour)}
			}
			p := timesheet.Person{Employee: "7", Schedule: c.schedule}
			m := timesheet.Moment{Now: begin.Add(48 * time.Hour), SettledThrough: timesheet.Forever}
			b.ReportAllocs()
			for b.Loop() {
				if w := rules.Evaluate(e, p, c.day, cal, m); w.Provisional {
					b.Fatal("a day of the past is provisional")
				}
			}
		})
	}
}
