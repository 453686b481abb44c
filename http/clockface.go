package http

import (
	"time"

	"timesheet"
)

// clockFace writes instants as RFC 3339 at a zone's offset, like Instant.AppendFormat
// at a fifth of its cost: neighbours have the same offset, and mostly the same date.
type clockFace struct {
	loc      *time.Location
	from, to timesheet.Instant // within which the offset holds
	shift    timesheet.Instant // the offset
	suffix   string            // the offset as it is written
	day      timesheet.Day     // date is that of this one
	date     []byte            // nil before the first
}

// msPerDay is a civil day without a change of clocks.
const msPerDay = 86_400_000

// in sets the zone.
func (f *clockFace) in(loc *time.Location) {
	if f.loc != loc {
		f.loc, f.from, f.to = loc, 0, 0
	}
}

func (f *clockFace) append(b []byte, i timesheet.Instant) []byte {
	if i < f.from || i >= f.to {
		f.turn(i)
	}
	wall := i + f.shift
	day := wall / msPerDay
	if wall%msPerDay < 0 {
		day--
	}
	if d := timesheet.Day(day); f.date == nil || d != f.day {
		f.day, f.date = d, appendDay(f.date[:0], d)
	}
	b = append(b, f.date...)
	ms := int(wall - day*msPerDay)
	s := ms / 1000
	h, m, s := s/3600, s/60%60, s%60
	b = append(b, 'T', digit(h/10), digit(h), ':', digit(m/10), digit(m), ':', digit(s/10), digit(s))
	if ms %= 1000; ms != 0 {
		b = append(b, '.', digit(ms/100), digit(ms/10), digit(ms))
	}
	return append(b, f.suffix...)
}

func digit(n int) byte { return byte('0' + n%10) }

// turn finds the offset at i, and until when it holds.
func (f *clockFace) turn(i timesheet.Instant) {
	t := i.Time().In(f.loc)
	_, seconds := t.Zone()
	f.shift, f.suffix = timesheet.Instant(seconds)*1000, t.Format("Z07:00")
	// The bounds of zones are whole seconds. One that is open, or that lies on the wrong
	// side (seen on 31 December of leap years after 2037), bounds nothing but i.
	f.from, f.to = i, i+1
	start, end := t.ZoneBounds()
	if !start.IsZero() && !start.After(t) {
		f.from = timesheet.InstantOf(start)
	}
	if end.After(t) {
		f.to = timesheet.InstantOf(end)
	} else if end.IsZero() {
		f.to = timesheet.Forever
	}
}
