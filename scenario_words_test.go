package timesheet_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"timesheet"
)

// How the words of a scenario are read.

func must[V any](t *testing.T, l line) func(V, error) V {
	return func(v V, err error) V {
		t.Helper()
		if err != nil {
			l.failf(t, "%v", err)
		}
		return v
	}
}

func mustDay(t *testing.T, l line, s string) timesheet.Day {
	t.Helper()
	return must[timesheet.Day](t, l)(timesheet.ParseDay(s))
}

func mustTimeOfDay(t *testing.T, l line, s string) timesheet.TimeOfDay {
	t.Helper()
	return must[timesheet.TimeOfDay](t, l)(timesheet.ParseTimeOfDay(s))
}

func mustDuration(t *testing.T, l line, s string) time.Duration {
	t.Helper()
	if s == "off" {
		return timesheet.Off
	}
	return must[time.Duration](t, l)(time.ParseDuration(s))
}

func mustTime(t *testing.T, l line, cal timesheet.Calendar, s string) timesheet.Instant {
	t.Helper()
	at, _ := cal.Instant(must[timesheet.Timestamp](t, l)(timesheet.ParseTimestamp(s)))
	return at
}

func mustWeekdays(t *testing.T, l line) timesheet.Weekdays {
	t.Helper()
	var days []time.Weekday
	for _, name := range l.args {
		for d := range time.Weekday(7) {
			if strings.HasPrefix(strings.ToLower(d.String()), name) {
				days = append(days, d)
			}
		}
	}
	if len(days) != len(l.args) {
		l.failf(t, "not days of the week")
	}
	return timesheet.WeekdaysOf(days...)
}

// mustBreak reads "12:00-14:00" or "after 6h deduct 30m".
func mustBreak(t *testing.T, l line) timesheet.Break {
	t.Helper()
	if l.arg(t, 0) == "after" {
		return timesheet.Break{After: mustDuration(t, l, l.arg(t, 1)), Deduct: mustDuration(t, l, l.arg(t, 3))}
	}
	from, to, _ := strings.Cut(l.arg(t, 0), "-")
	return timesheet.Break{From: mustTimeOfDay(t, l, from), To: mustTimeOfDay(t, l, to)}
}

// mustPairs reads key=value; a key alone is true.
func mustPairs(t *testing.T, l line, words []string) map[string]string {
	t.Helper()
	pairs := make(map[string]string)
	for _, w := range words {
		key, value, found := strings.Cut(w, "=")
		if !found {
			value = "true"
		}
		if _, twice := pairs[key]; twice {
			l.failf(t, "%s stands twice", key)
		}
		pairs[key] = value
	}
	return pairs
}

// correction reads "DAY [in=HH:MM[+1]] [out=HH:MM[+1]] [remark=WORD]": of a day, as one
// who saw its clockings may correct it.
func (a *attempt) correction(t *testing.T, l line, words []string) timesheet.Correction {
	t.Helper()
	day := mustDay(t, l, words[0])
	c := timesheet.Correction{Employee: a.employee, Day: day, Seq: 1, Reason: "forgot the badge", Actor: "hr"}
	c.SeenEarliest, c.SeenLatest = a.entries[day].Earliest, a.entries[day].Latest
	if prior := a.said[day]; prior != nil {
		c.Seq = prior.Seq + 1
	}
	pairs := mustPairs(t, l, words[1:])
	c.Withdrawn = len(pairs) == 0
	for key, value := range pairs {
		switch key {
		case "in", "out":
			times := mustTimes(t, line{at: l.at, word: l.word, args: []string{day.String(), value}})
			at, _ := a.days.For(a.employee).Instant(times[0])
			if key == "in" {
				c.ClockIn = at
			} else {
				c.ClockOut = at
			}
		case "remark":
			c.Remark = value
		default:
			l.failf(t, "unknown %s", key)
		}
	}
	if err := c.Validate(); err != nil {
		l.failf(t, "%v", err)
	}
	return c
}

// mustTimes reads "DAY[..DAY] HH:MM[:SS][+1] …" as local times, else one time.
func mustTimes(t *testing.T, l line) []timesheet.Timestamp {
	t.Helper()
	from, to, ranged := strings.Cut(l.arg(t, 0), "..")
	if len(from) > len("2006-01-02") {
		return []timesheet.Timestamp{must[timesheet.Timestamp](t, l)(timesheet.ParseTimestamp(from))}
	}
	first := mustDay(t, l, from)
	last := first
	if ranged {
		last = mustDay(t, l, to)
	}
	var times []timesheet.Timestamp
	for day := first; day <= last; day++ {
		for _, word := range l.args[1:] {
			clock, plus, _ := strings.Cut(word, "+")
			on := day
			if plus != "" {
				on += timesheet.Day(must[int](t, l)(strconv.Atoi(plus)))
			}
			if len(clock) == len("15:04") {
				clock += ":00"
			}
			times = append(times, must[timesheet.Timestamp](t, l)(timesheet.ParseTimestamp(on.String()+"T"+clock)))
		}
	}
	return times
}
