package timesheet

import (
	"fmt"
	"strings"
	"time"
)

// TimeOfDay is a time on the site's wall, to the minute, as schedules write it:
// "00:00" to "24:00". The zero TimeOfDay is none, which is not 00:00.
//
// On business day D with boundary B it means D at that time if it is at or after B,
// else D+1, so that the 06:00 of a night is the next morning; "24:00" is the midnight
// that ends the date D. Where the clocks show it twice, the first; where they skip it,
// the moment at which they skip it (as for the boundary of days: it is monotone).
type TimeOfDay uint16 // 1 + minutes since 00:00

// NewTimeOfDay is hour:minute, from 0:00 to 24:00; others are none.
func NewTimeOfDay(hour, minute int) TimeOfDay {
	if hour < 0 || minute < 0 || minute > 59 || hour*60+minute > 24*60 {
		return 0
	}
	return TimeOfDay(1 + hour*60 + minute)
}

// ParseTimeOfDay reads "15:04". Its errors are Invalid.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	if len(s) == len("15:04") && s[2] == ':' {
		hour, okH := digits(s[:2])
		minute, okM := digits(s[3:])
		if t := NewTimeOfDay(hour, minute); okH && okM && t != 0 {
			return t, nil
		}
	}
	return 0, NewError(Invalid, "time of day", fmt.Errorf("%q is not a time from 00:00 to 24:00; write it as 09:00", clip(s)))
}

// IsZero tells whether t is none.
func (t TimeOfDay) IsZero() bool { return t == 0 }

// String is the time as "15:04", or "" for none.
func (t TimeOfDay) String() string {
	if t == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", t.minutes()/60, t.minutes()%60)
}

// MarshalText is String.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText is ParseTimeOfDay; "" is none.
func (t *TimeOfDay) UnmarshalText(b []byte) (err error) {
	*t = 0
	if len(b) > 0 {
		*t, err = ParseTimeOfDay(string(b))
	}
	return err
}

func (t TimeOfDay) minutes() int { return int(t) - 1 }

// wall is the time as what the wall shows on 1970-01-01.
func (t TimeOfDay) wall() Wall { return Wall(t.minutes()) * 60_000 }

// Weekdays is a set of days of the week. The zero value is no set at all, which each
// use replaces by its default; an empty set is NoWeekdays.
type Weekdays uint8

// NoWeekdays is the set without a day.
const NoWeekdays Weekdays = 1 << 7

// WeekdaysOf is the set of the days given, NoWeekdays without any.
func WeekdaysOf(days ...time.Weekday) Weekdays {
	if len(days) == 0 {
		return NoWeekdays
	}
	var s Weekdays
	for _, d := range days {
		s |= 1 << d
	}
	return s
}

// Has tells whether d is in the set.
func (s Weekdays) Has(d time.Weekday) bool { return s&(1<<d) != 0 }

// String is the days from Monday on, as "mon, tue", or "none".
func (s Weekdays) String() string {
	var names []string
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); s.Has(d) {
			names = append(names, strings.ToLower(d.String()[:3]))
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

// single is the one day of the set.
func (s Weekdays) single() (time.Weekday, bool) {
	for d := range time.Weekday(7) {
		if s == 1<<d {
			return d, true
		}
	}
	return 0, false
}
