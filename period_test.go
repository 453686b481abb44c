package timesheet_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func TestWeek(t *testing.T) {
	for _, c := range []struct {
		week     string
		start    time.Weekday
		from, to string
	}{
		{"2026-W47", time.Monday, "2026-11-16", "2026-11-22"},
		{"2026-W47", time.Sunday, "2026-11-15", "2026-11-21"},
		{"2026-W47", time.Saturday, "2026-11-14", "2026-11-20"},
		{"2026-W47", time.Thursday, "2026-11-19", "2026-11-25"},
		{"2026-W47", time.Friday, "2026-11-13", "2026-11-19"},
		{"2026-W53", time.Monday, "2026-12-28", "2027-01-03"},
		{"2027-W01", time.Monday, "2027-01-04", "2027-01-10"},
		{"2025-W01", time.Monday, "2024-12-30", "2025-01-05"},
		{"2020-W53", time.Sunday, "2020-12-27", "2021-01-02"},
	} {
		w, err := timesheet.ParseWeek(c.week)
		if err != nil {
			t.Fatal(err)
		}
		if from, to := w.Days(c.start); from.String() != c.from || to.String() != c.to || w.String() != c.week {
			t.Errorf("%v from %v: %v to %v, want %s to %s", w, c.start, from, to, c.from, c.to)
		}
	}
}

func TestWeeksCutTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := timesheet.Day(rapid.Int32Range(int32(timesheet.FirstDay), int32(timesheet.LastDay)).Draw(t, "day"))
		start := time.Weekday(rapid.IntRange(0, 6).Draw(t, "start"))
		w := timesheet.WeekOf(day, start)
		from, to := w.Days(start)
		if day < from || day > to || to != from+6 || from.Weekday() != start {
			t.Fatalf("%v is in %v, which is %v to %v", day, w, from, to)
		}
		if again, err := timesheet.ParseWeek(w.String()); err != nil || again != w {
			t.Fatalf("%v reads as %v, %v", w, again, err)
		}
		if next := timesheet.WeekOf(to+1, start); next == w {
			t.Fatalf("%v is after %v, yet in it", to+1, w)
		}
		if iso := timesheet.WeekOf(day, time.Monday); start == time.Monday {
			if y, n := midnight(day).Time().ISOWeek(); iso.Year != y || iso.Number != n {
				t.Fatalf("%v is in %v, want %d-%d", day, iso, y, n)
			}
		}
	})
}

func TestMonth(t *testing.T) {
	for s, want := range map[string]string{"2026-11": "2026-11-30", "2028-02": "2028-02-29", "2026-02": "2026-02-28", "2026-12": "2026-12-31"} {
		m, err := timesheet.ParseMonth(s)
		if err != nil || m.String() != s || m.First().String() != s+"-01" || m.Last().String() != want {
			t.Errorf("%s: %v, %v to %v, %v", s, m, m.First(), m.Last(), err)
		}
		if timesheet.MonthOf(m.First()) != m || timesheet.MonthOf(m.Last()) != m || timesheet.MonthOf(m.Last()+1) == m {
			t.Errorf("%v is not the month of its days", m)
		}
		if from, to := timesheet.WeeksOf(m); from != m.First()-6 || to != m.Last() {
			t.Errorf("%v needs %v to %v", m, from, to)
		}
	}
}

func TestUnreadablePeriods(t *testing.T) {
	for _, s := range []string{"", "2026", "2026-13", "2026-00", "2026-1", "2026/11", "2026-11-01", "20261", "2O26-11", "+026-11"} {
		if m, err := timesheet.ParseMonth(s); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("month %q: %v, %v", s, m, err)
		}
	}
	for _, s := range []string{"", "2026-47", "2026-W54", "2027-W53", "2026-W00", "2026-W7", "2026W47", "0000-W01", "2026-W4x", "-026-W10"} {
		if w, err := timesheet.ParseWeek(s); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("week %q: %v, %v", s, w, err)
		}
	}
}

// Over any months in a row, weekly overtime is that of the weeks that end in them.
func TestMonthsSumTheirWeeks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Weekday(rapid.IntRange(0, 6).Draw(t, "start"))
		terms := timesheet.Terms{WeekStart: timesheet.WeekdaysOf(start), OvertimeWeekly: 10 * time.Hour}
		first := timesheet.DayOf(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1)
		days := make(map[timesheet.Day]timesheet.Workday)
		pick := func(from, to timesheet.Day) (all []timesheet.Workday) {
			for day := from; day <= to; day++ {
				if _, drawn := days[day]; !drawn {
					worked := minutes(0, 600).Draw(t, "worked")
					days[day] = timesheet.Workday{Day: day, Worked: worked, Overtime: min(worked, minutes(0, 60).Draw(t, "overtime"))}
				}
				all = append(all, days[day])
			}
			return all
		}
		var weekly, worked, wantWeekly, wantWorked time.Duration
		m := timesheet.MonthOf(first)
		for range 3 {
			sum := timesheet.MonthTotals(m, pick(timesheet.WeeksOf(m)), func(timesheet.Day) timesheet.Terms { return terms })
			weekly, worked = weekly+sum.WeeklyOvertime, worked+sum.Worked
			for day := m.First(); day <= m.Last(); day++ {
				wantWorked += days[day].Worked
				if from, to := timesheet.WeekOf(day, start).Days(start); to == day {
					wantWeekly += timesheet.WeekTotals(pick(from, to), terms).WeeklyOvertime
				}
			}
			m = timesheet.MonthOf(m.Last() + 1)
		}
		if weekly != wantWeekly || worked != wantWorked {
			t.Fatalf("weekly overtime %v of %v, want %v of %v", weekly, worked, wantWeekly, wantWorked)
		}
	})
}
