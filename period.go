package timesheet

import (
	"fmt"
	"time"
)

// Month is a month of the calendar.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2006-01". Its errors are Invalid.
func ParseMonth(s string) (Month, error) {
	if y, m, _, ok := parseDate(s + "-01"); ok && len(s) == len("2006-01") && s[4] == '-' {
		return Month{y, time.Month(m)}, nil
	}
	return Month{}, invalid("month", "%q is not a month; write it as 2006-01", clip(s))
}

// MonthOf is the month of d.
func MonthOf(d Day) Month {
	y, m, _ := d.Date()
	return Month{y, m}
}

// First is the month's first day.
func (m Month) First() Day { return DayOf(m.Year, m.Month, 1) }

// Last is the month's last day.
func (m Month) Last() Day { return DayOf(m.Year, m.Month+1, 0) }

// String is the month as "2006-01".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// WeeksOf says which days the totals of m need: the month's, and those before it that
// belong to weeks which end in it, on whatever day they begin.
func WeeksOf(m Month) (from, to Day) { return m.First() - 6, m.Last() }

// Week is a week by its number of ISO 8601, "2026-W47". Where weeks begin on another
// day than Monday it is the one that has the same Thursday.
type Week struct {
	Year, Number int
}

// ParseWeek reads "2006-W01". Its errors are Invalid.
func ParseWeek(s string) (Week, error) {
	if len(s) == len("2006-W01") && s[4:6] == "-W" {
		y, okY := digits(s[:4])
		n, okN := digits(s[6:])
		if w := (Week{y, n}); okY && okN && y > 0 && WeekOf(w.thursday(), time.Monday) == w {
			return w, nil
		}
	}
	return Week{}, invalid("week", "%q is not a week; write it as 2006-W01, up to the year's last (W52 or W53)", clip(s))
}

// WeekOf is the week of d where weeks begin on start.
func WeekOf(d Day, start time.Weekday) Week {
	first := weekStart(d, start)
	year, number := (first + (Day(time.Thursday)-Day(start)+7)%7).utc().ISOWeek()
	return Week{year, number}
}

// Days are the week's first and last day where weeks begin on start.
func (w Week) Days(start time.Weekday) (from, to Day) {
	from = weekStart(w.thursday(), start)
	return from, from + 6
}

// String is the week as "2006-W01".
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// thursday is the day that decides the week's year: 4 January is always in week 1.
func (w Week) thursday() Day {
	return weekStart(DayOf(w.Year, time.January, 4), time.Monday) + 3 + Day(w.Number-1)*7
}

// weekStart is the last day not after d that is a start.
func weekStart(d Day, start time.Weekday) Day {
	return d - (Day(d.Weekday())-Day(start)+7)%7
}

// StartOfWeek is WeekStart as a day of the week: the one on which weeks begin.
func (t Terms) StartOfWeek() time.Weekday {
	if d, ok := t.WeekStart.single(); ok {
		return d
	}
	return time.Monday
}
