package timesheet_test

import (
	"fmt"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/measure"
)

// BenchmarkAssign gives clockings their day: an operation is one clocking. Beside it
// stands the bare cost, what the standard library takes to find a moment's date.
func BenchmarkAssign(b *testing.B) {
	const employees = 5000
	const now = timesheet.Instant(1_795_000_000_000) // 2026-11-18
	begin := int64(now) - 300*86_400_000
	ids := make([]timesheet.EmployeeID, employees)
	own := []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}
	for i := range ids {
		ids[i] = timesheet.EmployeeID(fmt.Sprintf("E%07d", i))
		own = append(own, timesheet.Assignment{Employee: ids[i], From: 20_000, Rule: timesheet.DayRule{Zone: "America/New_York", Boundary: 12 * time.Hour}})
	}
	moment := func(n int) timesheet.Timestamp {
		return timesheet.At(timesheet.Instant(begin + int64(n%1_000_000)*25_000))
	}
	wall := func(n int) timesheet.Timestamp {
		return timesheet.LocalTime(timesheet.Wall(begin + int64(n%1_000_000)*25_000))
	}
	utc := []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}
	for _, c := range []struct {
		name  string
		rules []timesheet.Assignment
		time  func(int) timesheet.Timestamp
	}{
		{"moments in UTC", utc, moment},
		{"moments in Berlin", own[:1], moment},
		{"local times in UTC", utc, wall},
		{"local times in Berlin", own[:1], wall},
		{"moments under rules of 5000 employees", own, moment},
		{"local times under rules of 5000 employees", own, wall},
	} {
		b.Run(c.name, func(b *testing.B) {
			rules, err := timesheet.NewDayRules(1, c.rules, time.LoadLocation)
			if err != nil {
				b.Fatal(err)
			}
			m := measure.Start(b)
			for i := 0; b.Loop(); i++ {
				if _, err := rules.Entry(timesheet.Clocking{Employee: ids[i%employees], At: c.time(i)}, timesheet.Direct, now); err != nil {
					b.Fatal(err)
				}
			}
			m.Per("clocking", b.N)
		})
	}
	b.Run("bare time.Date in Berlin", func(b *testing.B) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			b.Fatal(err)
		}
		m := measure.Start(b)
		for i := 0; b.Loop(); i++ {
			if y, _, _ := time.UnixMilli(begin + int64(i%1_000_000)*25_000).In(berlin).Date(); y < 2000 {
				b.Fatal(y)
			}
		}
		m.Per("clocking", b.N)
	})
}
