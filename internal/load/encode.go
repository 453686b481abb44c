package load

import (
	"time"

	"timesheet"
)

// Format is how clockings are written.
type Format string

// The formats that the service takes.
const (
	JSON   Format = "json" // one object, or an array of several
	NDJSON Format = "ndjson"
	CSV    Format = "csv"
)

// mediaType of a request's body.
func (f Format) mediaType() string {
	switch f {
	case NDJSON:
		return "application/x-ndjson"
	case CSV:
		return "text/csv"
	default:
		return "application/json"
	}
}

// Encoder writes clockings of one workload. It is not safe for concurrent use.
type Encoder struct {
	w      Workload
	names  *names
	format Format
	days   [dayTexts]dayText // of day d at d modulo dayTexts
}

// dayTexts is how many days' texts an encoder keeps: more than are shuffled together.
const dayTexts = 16

// dayText is what is written for all times of a day.
type dayText struct {
	day          int32 // -1: none
	date, offset []byte
}

func newEncoder(w Workload, n *names, f Format) *Encoder {
	e := &Encoder{w: w, names: n, format: f}
	for k := range e.days {
		e.days[k].day = -1
	}
	return e
}

// NewEncoder writes clockings of s as f.
func NewEncoder(s *Stream, f Format) *Encoder { return newEncoder(s.w, newNames(s.w), f) }

// MediaType is the content type of what e writes.
func (e *Encoder) MediaType() string { return e.format.mediaType() }

// Append appends the body of a request with all of cs to dst.
func (e *Encoder) Append(dst []byte, cs []Clocking) []byte {
	switch {
	case e.format == CSV:
		dst = append(dst, "employee_id,clocked_at\n"...)
		for _, c := range cs {
			dst = append(append(dst, e.names.bytes(c.Employee)...), ',')
			dst = append(e.time(dst, c), '\n')
		}
	case e.format == NDJSON:
		for _, c := range cs {
			dst = append(e.object(dst, c), '\n')
		}
	case len(cs) == 1:
		dst = e.object(dst, cs[0])
	default:
		dst = append(dst, '[')
		for i, c := range cs {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.object(dst, c)
		}
		dst = append(dst, ']')
	}
	return dst
}

func (e *Encoder) object(dst []byte, c Clocking) []byte {
	dst = append(dst, `{"employee_id":"`...)
	dst = append(dst, e.names.bytes(c.Employee)...)
	dst = append(dst, `","clocked_at":"`...)
	return append(e.time(dst, c), `"}`...)
}

// time appends 2006-01-02T15:04:05, with the offset of the workload's zone if it has one.
func (e *Encoder) time(dst []byte, c Clocking) []byte {
	of := &e.days[c.Day%dayTexts]
	if of.day != c.Day {
		e.turn(of, c)
	}
	h, m, s := c.Second/3600, c.Second/60%60, c.Second%60
	dst = append(dst, of.date...)
	dst = append(dst, 'T', byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
	return append(dst, of.offset...)
}

// turn takes the day of c. Offsets change at night, when nobody clocks: noon's is right.
func (e *Encoder) turn(of *dayText, c Clocking) {
	of.day = c.Day
	date := e.w.Date(c)
	of.date = append(of.date[:0], date.String()...)
	of.offset = of.offset[:0]
	if e.w.Zone != nil {
		of.offset = noon(date, e.w.Zone).AppendFormat(of.offset, "Z07:00")
	}
}

func noon(d timesheet.Day, zone *time.Location) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 12, 0, 0, 0, zone)
}
