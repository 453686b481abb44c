package clocking

import (
	"time"

	"timesheet"
)

// Row is one row of the view.
type Row struct {
	ID         int64 // 0 asks for the next of the identity
	Employee   string
	At         Time
	NoEmployee bool // employee_id is NULL; Employee is ""
}

// Clocking is the row as a reader should understand it; false where it has a NULL.
func (r Row) Clocking() (timesheet.Clocking, bool) {
	at, ok := r.At.timestamp()
	return timesheet.Clocking{Employee: timesheet.EmployeeID(r.Employee), At: at}, ok && !r.NoEmployee
}

// Time is a value of the time column, to the millisecond: what a wall clock shows,
// in a DATETIMEOFFSET column with the clock's offset. The zero Time is
// 1970-01-01T00:00:00 at offset 0.
type Time struct {
	wall   int64 // milliseconds since 1970-01-01T00:00:00 of the wall clock
	offset int16 // minutes east of UTC; 0 in columns without offset
	zoned  bool  // is of a column with offsets
	null   bool
}

// Wall is what a clock shows.
func Wall(w timesheet.Wall) Time { return Time{wall: int64(w)} }

// WallOf is what a clock at t's place shows.
func WallOf(t time.Time) Time {
	_, offset := t.Zone()
	return Time{wall: t.UnixMilli() + int64(offset)*1000}
}

// Moment is a moment on a clock that shows offset minutes more than UTC.
func Moment(i timesheet.Instant, offset int) Time {
	return Time{wall: int64(i) + int64(offset)*msPerMinute, offset: int16(offset), zoned: true}
}

// Zoned is t with the offset of its place, which a column without offsets drops.
func Zoned(t time.Time) Time {
	at := WallOf(t)
	_, offset := t.Zone()
	at.offset, at.zoned = int16(offset/60), true
	return at
}

// NoTime is NULL.
func NoTime() Time { return Time{null: true} }

// TimeOf is t as a sender wrote it, in UTC where it is a moment.
func TimeOf(t timesheet.Timestamp) Time {
	if w, local := t.Local(); local {
		return Wall(w)
	}
	i, _ := timesheet.Calendar{}.Instant(t)
	return Moment(i, 0)
}

// Null tells whether the time is NULL.
func (t Time) Null() bool { return t.null }

// Wall is what the clock shows.
func (t Time) Wall() timesheet.Wall { return timesheet.Wall(t.wall) }

// utc is the time as the server compares it: one without an offset counts as UTC.
func (t Time) utc() int64 { return t.wall - int64(t.offset)*msPerMinute }

func (t Time) timestamp() (timesheet.Timestamp, bool) {
	if t.zoned {
		return timesheet.At(timesheet.Instant(t.utc())), !t.null
	}
	return timesheet.LocalTime(timesheet.Wall(t.wall)), !t.null
}

const msPerMinute = 60_000
