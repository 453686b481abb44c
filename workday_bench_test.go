package timesheet_test

import (
	"fmt"
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
				if w := rules.Evaluate(e, nil, p, c.day, cal, m); w.Provisional {
					b.Fatal("a day of the past is provisional")
				}
			}
		})
	}
}

// BenchmarkBoard is the same for a whole board: an operation is 5,000 employees, each
// looked up in directory and day rules. BenchmarkDirectory compiles 100,000 rows.
func BenchmarkBoard(b *testing.B) {
	const employees = 5000
	rules, err := timesheet.NewWorkRules("", nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	directory, err := timesheet.NewDirectory(benchRows(employees))
	if err != nil {
		b.Fatal(err)
	}
	days := mustRules(b, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}})
	day := timesheet.DayOf(2026, 11, 23)
	begin := days.For("").Begin(day)
	m := timesheet.Moment{Now: begin.Add(12 * time.Hour), SettledThrough: timesheet.Forever}
	entries := make([]timesheet.Entry, employees)
	for i, row := range directory.All() {
		entries[i] = timesheet.Entry{Employee: row.Employee, Day: day, Earliest: begin.Add(8 * time.Hour), Latest: begin.Add(8*time.Hour + time.Duration(i)*time.Second)}
	}
	b.ReportAllocs()
	for b.Loop() {
		present := 0
		for i := range entries {
			p, _ := directory.Person(entries[i].Employee, day)
			if rules.Evaluate(entries[i], nil, p, day, days.For(p.Employee), m).Status >= timesheet.StatusOpen {
				present++
			}
		}
		if present != employees {
			b.Fatal(present)
		}
	}
}

func BenchmarkDirectory(b *testing.B) {
	rows := benchRows(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := timesheet.NewDirectory(rows); err != nil {
			b.Fatal(err)
		}
	}
}

func benchRows(n int) []timesheet.DirectoryRow {
	rows := make([]timesheet.DirectoryRow, n)
	for i := range rows {
		id := fmt.Sprintf("E%07d", i)
		rows[i] = timesheet.DirectoryRow{Employee: timesheet.EmployeeID(id), Name: "Name " + id, Team: "Team", Aliases: []timesheet.EmployeeID{timesheet.EmployeeID("B" + id)}}
	}
	return rows
}
