package formats

import (
	"bytes"
	"encoding/binary"
	"strings"

	"timesheet"
)

// Ids of neighbouring rows lie in one piece of memory, which whoever keeps one of them
// keeps whole: minIDs bytes at first, for senders of few rows, up to maxIDs.
const (
	minIDs = 4 * timesheet.MaxEmployeeID
	maxIDs = 8 << 10
)

// assembler makes clockings of their two fields. It looks no id up: copying one costs a
// tenth of finding it in a map, and nothing of a sender's ids outlives the rows.
type assembler struct {
	ids      strings.Builder
	room     int
	date     [dateSize]byte // of the last time without a fraction; zero for none
	zone     []byte         // what stood behind its clock: nothing for a local time
	midnight timesheet.Wall // the beginning of that date, in milliseconds, there
}

// dateSize is the length of a date and what separates it from the clock.
const dateSize = len("2006-01-02T")

// clocking is the clocking of two fields, spaces around them ignored.
func (a *assembler) clocking(employee, at []byte) (timesheet.Clocking, error) {
	id, err := a.employee(trim(employee))
	if err != nil {
		return timesheet.Clocking{}, err
	}
	t, err := a.time(trim(at))
	if err != nil {
		return timesheet.Clocking{}, err
	}
	return timesheet.Clocking{Employee: id, At: t}, nil
}

func (a *assembler) employee(b []byte) (timesheet.EmployeeID, error) {
	if len(b) > timesheet.MaxEmployeeID {
		return timesheet.ParseEmployeeID(string(b)) // for its error
	}
	if a.ids.Cap()-a.ids.Len() < len(b) {
		a.room = min(max(minIDs, 2*a.room), maxIDs)
		a.ids.Reset()
		a.ids.Grow(a.room)
	}
	from := a.ids.Len()
	a.ids.Write(b)
	return timesheet.ParseEmployeeID(a.ids.String()[from:])
}

// time is timesheet.ParseTimestamp, which reads a date only where it changes: rows
// mostly come in the order of time. A moment's offset is accounted for and forgotten.
func (a *assembler) time(b []byte) (timesheet.Timestamp, error) {
	const whole = dateSize + clockSize
	if len(b) < whole {
		return timesheet.ParseTimestamp(b)
	}
	clock, ok := clockOf(b[dateSize:whole])
	if !ok || [dateSize]byte(b) != a.date || !bytes.Equal(b[whole:], a.zone) {
		return a.otherTime(b, clock, b[whole:])
	}
	if len(a.zone) > 0 {
		return timesheet.At(timesheet.Instant(a.midnight + clock)), nil
	}
	return timesheet.LocalTime(a.midnight + clock), nil
}

// otherTime reads a time of another date or zone than the last.
func (a *assembler) otherTime(b []byte, clock timesheet.Wall, zone []byte) (timesheet.Timestamp, error) {
	t, err := timesheet.ParseTimestamp(b)
	if err != nil || len(zone) > 0 && zone[0] == '.' {
		return t, err
	}
	at, local := t.Local()
	if !local {
		moment, _ := timesheet.Calendar{}.Instant(t) // needs no calendar
		at = timesheet.Wall(moment)
	}
	a.date, a.zone, a.midnight = [dateSize]byte(b), append(a.zone[:0], zone...), at-clock
	return t, nil
}

// clockSize is the length of a time of day.
const clockSize = len("15:04:05")

// clockOf is the time of day that b, of clockSize bytes, tells: all eight of them are
// checked at once.
func clockOf(b []byte) (timesheet.Wall, bool) {
	const (
		zero   = 0x30_30_3a_30_30_3a_30_30 // 00:00:00: what differs from it is a digit's value
		excess = 0x76_76_7f_76_76_7f_76_76 // lifts more than 9, and more than 0 of a colon, above 0x7f
		high   = 0x80_80_80_80_80_80_80_80
	)
	x := binary.LittleEndian.Uint64(b) ^ zero
	if (x|(x+excess))&high != 0 {
		return 0, false
	}
	h, m, s := pair(x), pair(x>>24), pair(x>>48)
	return (h*3600 + m*60 + s) * 1000, h < 24 && m < 60 && s < 60
}

// pair is the value of two digits, the first one in the lowest byte.
func pair(x uint64) timesheet.Wall { return timesheet.Wall(x&0xff*10 + x>>8&0xff) }

func trim(b []byte) []byte {
	if n := len(b); n > 0 && (b[0] == ' ' || b[n-1] == ' ') {
		return bytes.Trim(b, " ")
	}
	return b
}
