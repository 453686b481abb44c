package timesheet

import (
	"fmt"
	"time"
)

const msPerDay = 86_400_000

// Instant is a moment: milliseconds since 1970-01-01T00:00:00Z. Finer parts of a
// time are cut off, never rounded up. Instants compare with < and ==.
type Instant int64

// InstantOf cuts t to the millisecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the moment in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Sub is the time from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Millisecond }

// Add is the moment d later, d cut to the millisecond.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Format is the moment in RFC 3339 at the offset of loc, with milliseconds only
// when they aren't zero.
func (i Instant) Format(loc *time.Location) string {
	return string(i.AppendFormat(nil, loc))
}

// AppendFormat appends Format to dst.
func (i Instant) AppendFormat(dst []byte, loc *time.Location) []byte {
	layout := "2006-01-02T15:04:05Z07:00"
	if i%1000 != 0 {
		layout = "2006-01-02T15:04:05.000Z07:00"
	}
	return time.UnixMilli(int64(i)).In(loc).AppendFormat(dst, layout)
}

// Wall is what a clock on the wall shows: milliseconds since it showed
// 1970-01-01T00:00:00. It is no moment until a zone resolves it, and a later wall
// time can be an earlier moment: compare instants.
type Wall int64

// Timestamp is a time as a sender wrote it: a moment (RFC 3339 with an offset) or
// a local wall time, which the employee's day rule resolves.
type Timestamp struct {
	wall   Wall
	offset int32 // seconds east of UTC
	local  bool
}

// At is the timestamp of a moment.
func At(i Instant) Timestamp { return Timestamp{wall: Wall(i)} }

// LocalTime is the timestamp of a local wall time.
func LocalTime(w Wall) Timestamp { return Timestamp{wall: w, local: true} }

// Local is the wall time, and whether the timestamp is one.
func (t Timestamp) Local() (Wall, bool) { return t.wall, t.local }

// ParseTimestamp reads a time as RFC 3339 with an offset ("2026-11-23T08:09:00+01:00")
// or as a local wall time ("2026-11-23T08:09:00" or "2026-11-23 08:09:00", the date
// also with slashes). Seconds may have a fraction, of which milliseconds are kept.
// Its errors are Invalid; what is no time on any clock (month 13, hour 25, second
// 60) is refused, never normalised.
func ParseTimestamp[T string | []byte](s T) (Timestamp, error) {
	t, ok := parseTimestamp(s)
	if !ok {
		return t, NewError(Invalid, "clocked_at", fmt.Errorf(
			"%q is not a time; write 2026-11-23T08:09:00 (local) or 2026-11-23T08:09:00+01:00", clip(string(s))))
	}
	return t, nil
}

func parseTimestamp[T string | []byte](s T) (Timestamp, bool) {
	y, m, d, ok := parseDate(s)
	if !ok || len(s) < len("2006-01-02T15:04:05") {
		return Timestamp{}, false
	}
	if c := s[10]; c != 'T' && c != ' ' && c != 't' {
		return Timestamp{}, false
	}
	clock, ok := parseClock(s[11:19])
	if !ok {
		return Timestamp{}, false
	}
	milli, rest, ok := parseFraction(s[19:])
	if !ok {
		return Timestamp{}, false
	}
	offset, local, ok := parseOffset(rest)
	wall := Wall(civilDay(y, m, d))*msPerDay + Wall(clock)*1000 + Wall(milli)
	return Timestamp{wall: wall, offset: offset, local: local}, ok
}

// parseDate reads the date that s begins with: 2006-01-02 or 2006/01/02.
func parseDate[T string | []byte](s T) (y, m, d int, ok bool) {
	if len(s) < 10 || s[4] != s[7] || s[4] != '-' && s[4] != '/' {
		return 0, 0, 0, false
	}
	y, okY := digits(s[0:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:10])
	ok = okY && okM && okD && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m)
	return y, m, d, ok
}

// parseClock reads 15:04:05 as seconds since 00:00:00.
func parseClock[T string | []byte](s T) (seconds int, ok bool) {
	if s[2] != ':' || s[5] != ':' {
		return 0, false
	}
	h, okH := digits(s[0:2])
	m, okM := digits(s[3:5])
	sec, okS := digits(s[6:8])
	return h*3600 + m*60 + sec, okH && okM && okS && h < 24 && m < 60 && sec < 60
}

// parseFraction reads what may follow the seconds: a point and 1 to 9 digits.
func parseFraction[T string | []byte](s T) (milli int, rest T, ok bool) {
	if len(s) == 0 || s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		if n <= 3 {
			milli = milli*10 + int(s[n]-'0')
		}
		n++
	}
	for scale := n; scale <= 3; scale++ {
		milli *= 10
	}
	return milli, s[n:], n > 1 && n <= 10
}

// parseOffset reads Z, +01:00 or nothing at all, which makes the time local.
func parseOffset[T string | []byte](s T) (seconds int32, local, ok bool) {
	switch {
	case len(s) == 0:
		return 0, true, true
	case len(s) == 1:
		return 0, false, s[0] == 'Z' || s[0] == 'z'
	case len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-':
		return 0, false, false
	}
	h, okH := digits(s[1:3])
	m, okM := digits(s[4:6])
	seconds = int32(h*3600 + m*60)
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, false, okH && okM && h < 24 && m < 60
}

func digits[T string | []byte](s T) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// civilDay counts days since 1970-01-01 in the proleptic Gregorian calendar, with
// years that begin in March so that the leap day comes last.
func civilDay(y, m, d int) Day {
	if m <= 2 {
		y, m = y-1, m+12
	}
	era := y
	if y < 0 {
		era = y - 399
	}
	era /= 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return Day(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468)
}
