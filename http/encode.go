package http

import (
	"strconv"
	"time"
	"unicode/utf8"

	"timesheet"
)

// rowEncoder writes rows as JSON. What is alike from row to row (the date, the offset)
// is worked out once. It is owned by one answer.
type rowEncoder struct {
	rules inForce
	face  clockFace
	day   timesheet.Day
	date  []byte // of day; nil before the first
}

func newRowEncoder(rules inForce) *rowEncoder { return &rowEncoder{rules: rules} }

// append appends r, its times at the offset that its employee's site has on its day.
func (e *rowEncoder) append(b []byte, r *BoardRow) []byte {
	w := &r.Work
	e.face.in(e.rules.days.For(w.Employee).Location(w.Day))
	b = append(b, `{"employee_id":`...)
	b = appendString(b, string(w.Employee))
	b = append(b, `,"day":"`...)
	b = e.appendDay(b, w.Day)
	b = append(b, `","earliest":`...)
	from := len(b)
	b = e.instant(b, r.Entry.Earliest)
	earliest := b[from:]
	b = append(b, `,"latest":`...)
	from = len(b)
	b = e.instant(b, r.Entry.Latest)
	latest := b[from:]
	b = append(b, `,"clock_in":`...)
	if w.ClockIn == r.Entry.Earliest {
		b = append(b, earliest...)
	} else {
		b = e.instant(b, w.ClockIn)
	}
	b = append(b, `,"clock_out":`...)
	if w.ClockOut == r.Entry.Latest {
		b = append(b, latest...)
	} else {
		b = e.instant(b, w.ClockOut)
	}
	b = append(b, `,"name":`...)
	b = appendStringOrNull(b, r.Person.Name)
	b = append(b, `,"team":`...)
	b = appendStringOrNull(b, r.Person.Team)
	b = append(b, `,"schedule":`...)
	if e.rules.Work.Has(r.Person.Schedule) {
		b = appendString(b, r.Person.Schedule)
	} else {
		b = appendString(b, e.rules.Work.Default())
	}
	b = appendOutcome(b, w)
	if !r.Correction.Counts() {
		return append(b, `,"correction":null}`...)
	}
	return append(e.correction(append(b, `,"correction":`...), r.Correction, r.Entry), '}')
}

// correction appends c at the offset that the face was set to. entry is what the clockings
// of its day say now.
func (e *rowEncoder) correction(b []byte, c *timesheet.Correction, entry timesheet.Entry) []byte {
	b = strconv.AppendUint(append(b, `{"seq":`...), c.Seq, 10)
	b = strconv.AppendBool(append(b, `,"withdrawn":`...), c.Withdrawn)
	b = e.instant(append(b, `,"clock_in":`...), c.ClockIn)
	b = e.instant(append(b, `,"clock_out":`...), c.ClockOut)
	b = appendStringOrNull(append(b, `,"remark":`...), c.Remark)
	b = appendString(append(b, `,"reason":`...), c.Reason)
	b = appendString(append(b, `,"actor":`...), c.Actor)
	b = e.instant(append(b, `,"at":`...), c.At)
	b = strconv.AppendBool(append(b, `,"review":`...), c.Review(entry))
	return append(b, '}')
}

// appendMonthDay appends a day of a month without what is alike on all.
func (e *rowEncoder) appendMonthDay(b []byte, w *timesheet.Workday) []byte {
	e.face.in(e.rules.days.For(w.Employee).Location(w.Day))
	b = appendDay(append(b, `{"day":"`...), w.Day)
	b = e.instant(append(b, `","clock_in":`...), w.ClockIn)
	b = e.instant(append(b, `,"clock_out":`...), w.ClockOut)
	return append(appendOutcome(b, w), '}')
}

// appendOutcome appends what the rules make of a day, without the end of the object.
func appendOutcome(b []byte, w *timesheet.Workday) []byte {
	b = append(b, `,"status":"`...)
	b = append(b, w.Status.String()...)
	b = append(b, '"')
	b = appendDurations(b, w)
	b = append(b, `,"marks":[`...)
	b = appendMarks(b, w.Marks)
	b = append(b, `],"provisional":`...)
	return strconv.AppendBool(b, w.Provisional)
}

// appendDurations appends what is absent as null: worked time without a clock-out is
// never 0.
func appendDurations(b []byte, w *timesheet.Workday) []byte {
	in, out := w.ClockIn != 0, w.Complete()
	b = appendSeconds(append(b, `,"gross_seconds":`...), w.Gross, out)
	b = appendSeconds(append(b, `,"break_seconds":`...), w.BreakTime, out)
	b = appendSeconds(append(b, `,"worked_seconds":`...), w.Worked, out)
	b = appendSeconds(append(b, `,"expected_seconds":`...), w.Expected, true)
	b = appendSeconds(append(b, `,"late_seconds":`...), w.Late, in)
	b = appendSeconds(append(b, `,"early_seconds":`...), w.Early, out)
	b = appendSeconds(append(b, `,"overtime_seconds":`...), w.Overtime, out)
	return appendSeconds(append(b, `,"holiday_worked_seconds":`...), w.HolidayWorked, out)
}

func appendSeconds(b []byte, d time.Duration, known bool) []byte {
	if !known {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, int64(d/time.Second), 10)
}

func appendMarks(b []byte, marks timesheet.Marks) []byte {
	if marks == 0 {
		return b
	}
	for name := range marks.Names() {
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, `",`...)
	}
	return b[:len(b)-1]
}

// instant appends i in quotes; the zero Instant, which is none, as null.
func (e *rowEncoder) instant(b []byte, i timesheet.Instant) []byte {
	if i == 0 {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = e.face.append(b, i)
	return append(b, '"')
}

func (e *rowEncoder) appendDay(b []byte, d timesheet.Day) []byte {
	if e.date == nil || e.day != d {
		e.day, e.date = d, appendDay(e.date[:0], d)
	}
	return append(b, e.date...)
}

func appendDay(b []byte, d timesheet.Day) []byte {
	y, m, day := d.Date()
	return append(b, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		'-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

func appendStringOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	plain := 0 // s[plain:i] needs no escape
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' || c == 0x7f {
				b = append(b, s[plain:i]...)
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
				plain = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, s[plain:i]...)
			b = append(b, `\ufffd`...)
			plain = i + 1
		}
		i += n
	}
	b = append(b, s[plain:]...)
	return append(b, '"')
}
