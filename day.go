package timesheet

import (
	"fmt"
	"time"
)

// Day is a civil date at the site, without a zone: days since 1970-01-01.
type Day int32

// The days that an entry may have. FirstDay is the day before 2000-01-01, since a
// clocking early on that date can belong to the business day before it.
const (
	FirstDay Day = 10956     // 1999-12-31
	LastDay  Day = 2_932_895 // 9999-12-30: its business day still ends in a four-digit year
)

// DayOf is the day of a civil date; month and day may be out of range and are
// normalised as by time.Date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads "2006-01-02". Its errors are Invalid.
func ParseDay(s string) (Day, error) {
	y, m, d, ok := parseDate(s)
	if !ok || len(s) != len("2006-01-02") {
		return 0, NewError(Invalid, "day", fmt.Errorf("%q is not a date; write it as 2006-01-02", clip(s)))
	}
	return civilDay(y, m, d), nil
}

// Date is the civil date.
func (d Day) Date() (year int, month time.Month, day int) { return d.utc().Date() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// String is the date as "2006-01-02".
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText is String.
func (d Day) MarshalText() ([]byte, error) { return d.utc().AppendFormat(nil, time.DateOnly), nil }

// UnmarshalText is ParseDay.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// midnightUTC is 00:00 UTC of the civil date, which exists on every date (a local
// midnight doesn't) and which stored times count from.
func (d Day) midnightUTC() Instant { return Instant(d) * msPerDay }

// clip shortens s for an error message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
