package timesheet_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

const minute = 60_000 // of Instants

var zones = []string{
	"Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns",
	"Asia/Kathmandu", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago",
}

// days on which something happens in one of the zones.
var eventful = []timesheet.Day{
	timesheet.DayOf(2026, 3, 29), timesheet.DayOf(2026, 10, 25), timesheet.DayOf(2026, 3, 8), timesheet.DayOf(2026, 11, 1),
	timesheet.DayOf(2018, 11, 4), timesheet.DayOf(2018, 2, 18), timesheet.DayOf(2011, 12, 30), timesheet.DayOf(2026, 4, 5),
	timesheet.DayOf(2026, 10, 4), timesheet.DayOf(2010, 11, 7), timesheet.DayOf(2010, 3, 14), timesheet.DayOf(2026, 7, 1),
}

func anyRule() *rapid.Generator[timesheet.DayRule] {
	boundaries := rapid.OneOf(rapid.SampledFrom([]int{0, 0, 12 * 60, 2*60 + 30, 23*60 + 59, 1}), rapid.IntRange(0, 24*60-1))
	return rapid.Custom(func(t *rapid.T) timesheet.DayRule {
		return timesheet.DayRule{
			Zone:     rapid.SampledFrom(zones).Draw(t, "zone"),
			Boundary: time.Duration(boundaries.Draw(t, "boundary")) * time.Minute,
		}
	})
}

// anyCalendar draws the calendar of an employee whose rule changes up to four times
// around a day, partly with the default's rule.
func anyCalendar(t *rapid.T) (timesheet.Calendar, timesheet.Day) {
	around := rapid.SampledFrom(eventful).Draw(t, "around")
	assignments := []timesheet.Assignment{{Rule: anyRule().Draw(t, "default")}}
	changes := rapid.SliceOfNDistinct(rapid.Int32Range(-3, 3), 0, 4, rapid.ID).Draw(t, "changes")
	for _, c := range changes {
		assignments = append(assignments, timesheet.Assignment{
			Employee: rapid.SampledFrom([]timesheet.EmployeeID{"", "7"}).Draw(t, "whose"),
			From:     around + timesheet.Day(c), Rule: anyRule().Draw(t, "rule"),
		})
	}
	return mustRules(t, assignments...).For("7"), around
}

// repeated tells whether the wall shows at i what it has shown before.
func repeated(cal timesheet.Calendar, i timesheet.Instant) bool {
	first, _ := cal.Instant(timesheet.LocalTime(cal.Wall(i)))
	return first < i
}

func TestCalendarCutsTimeIntoDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, around := anyCalendar(t)
		step := timesheet.Instant(rapid.IntRange(3*minute, 11*minute).Draw(t, "step"))
		last, of, begin, end := timesheet.Day(0), timesheet.Day(0), timesheet.Instant(0), timesheet.Instant(0)
		for i := midnight(around - 6); i < midnight(around+7); i += step {
			d := cal.Day(i)
			if d != of {
				of, begin, end = d, cal.Begin(d), cal.Begin(d+1)
			}
			if far := i.Sub(midnight(d)); far < -38*time.Hour || far > 62*time.Hour {
				t.Fatalf("%v belongs to %v, %v from its midnight", i.Time(), d, far)
			}
			switch {
			case repeated(cal, i): // a clock that went back over the boundary shows the day before again
			case d < last:
				t.Fatalf("%v belongs to %v, what was earlier to %v", i.Time(), d, last)
			case i < begin || i >= end:
				t.Fatalf("%v belongs to %v, which is from %v to %v", i.Time(), d, begin.Time(), end.Time())
			}
			last = max(d, last)
		}
	})
}

func TestBeginIsTheFirstMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, around := anyCalendar(t)
		for d := around - 5; d < around+6; d++ {
			begin, next := cal.Begin(d), cal.Begin(d+1)
			if begin > next {
				t.Fatalf("%v begins at %v, the next day at %v", d, begin.Time(), next.Time())
			}
			if got := cal.Day(begin - 1); got >= d {
				t.Fatalf("a moment before %v began it was %v", d, got)
			}
			if got := cal.Day(begin); begin < next && got != d {
				t.Fatalf("when %v began it was %v", d, got)
			}
		}
	})
}

// at is the moment of an RFC 3339 time.
func at(t *testing.T, s string) timesheet.Instant {
	t.Helper()
	parsed, err := timesheet.ParseTimestamp(s)
	if err != nil {
		t.Fatal(err)
	}
	return instant(parsed)
}

func TestDayOfANightShift(t *testing.T) {
	cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}}).For("7")
	for s, want := range map[string]string{
		"2026-11-23T21:55:00+01:00":     "2026-11-23",
		"2026-11-24T06:04:00+01:00":     "2026-11-23", // named by the shift's start
		"2026-11-24T11:59:59.999+01:00": "2026-11-23",
		"2026-11-24T12:00:00+01:00":     "2026-11-24",
		"2000-01-01T00:00:00+01:00":     "1999-12-31",
		"2026-10-25T02:30:00+01:00":     "2026-10-24", // the second 02:30 of that night
	} {
		if got := cal.Day(at(t, s)).String(); got != want {
			t.Errorf("%s belongs to %s, want %s", s, got, want)
		}
	}
}

func TestDayBefore1970(t *testing.T) {
	cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "UTC"}}).For("7")
	for s, want := range map[string]string{
		"1970-01-01T00:00:00Z": "1970-01-01", "1969-12-31T23:59:59.999Z": "1969-12-31", "1969-12-31T00:00:00Z": "1969-12-31", "1969-12-30T23:59:59.999Z": "1969-12-30",
	} {
		if got := cal.Day(at(t, s)).String(); got != want {
			t.Errorf("%s belongs to %s, want %s", s, got, want)
		}
	}
}

func TestBegin(t *testing.T) {
	for _, c := range []struct {
		zone     string
		boundary time.Duration
		day      string
		begin    string
		hours    float64
	}{
		{"Europe/Berlin", 0, "2026-11-23", "2026-11-22T23:00:00Z", 24},
		{"Europe/Berlin", 0, "2026-03-29", "2026-03-28T23:00:00Z", 23},
		{"Europe/Berlin", 0, "2026-10-25", "2026-10-24T22:00:00Z", 25},
		{"Europe/Berlin", 12 * time.Hour, "2026-03-28", "2026-03-28T11:00:00Z", 23},
		{"Europe/Berlin", 12 * time.Hour, "2026-10-24", "2026-10-24T10:00:00Z", 25},
		{"Australia/Lord_Howe", 0, "2026-10-04", "2026-10-03T13:30:00Z", 23.5},
		// 02:30 is skipped: the day begins when the wall shows 03:00, which is past 02:30.
		{"Europe/Berlin", 150 * time.Minute, "2026-03-29", "2026-03-29T01:00:00Z", 23.5},
		{"Europe/Berlin", 150 * time.Minute, "2026-03-28", "2026-03-28T01:30:00Z", 23.5},
		{"Europe/Berlin", 150 * time.Minute, "2026-10-25", "2026-10-25T00:30:00Z", 25},
		// Midnight is skipped.
		{"America/Sao_Paulo", 0, "2018-11-04", "2018-11-04T03:00:00Z", 23},
		// 30 December 2011 is skipped. With a boundary of 12:00 its second half is there.
		{"Pacific/Apia", 0, "2011-12-30", "2011-12-30T10:00:00Z", 0},
		{"Pacific/Apia", 0, "2011-12-31", "2011-12-30T10:00:00Z", 24},
		{"Pacific/Apia", 12 * time.Hour, "2011-12-29", "2011-12-29T22:00:00Z", 12},
		{"Pacific/Apia", 12 * time.Hour, "2011-12-30", "2011-12-30T10:00:00Z", 12},
	} {
		cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: c.zone, Boundary: c.boundary}}).For("7")
		day, err := timesheet.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.Begin(day); got != at(t, c.begin) {
			t.Errorf("%s, boundary %v: %v begins at %v, want %s", c.zone, c.boundary, day, got.Time(), c.begin)
		}
		if got := cal.Begin(day + 1).Sub(cal.Begin(day)).Hours(); got != c.hours {
			t.Errorf("%s, boundary %v: %v has %v hours, want %v", c.zone, c.boundary, day, got, c.hours)
		}
	}
}
