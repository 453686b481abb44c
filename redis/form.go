package redis

import (
	"encoding/binary"
	"strings"

	"timesheet"
)

// The form of a correction, which scripts read up to the key: version (1 byte), Seq (4),
// flags (1), length of the key (1), key, five instants (8 each), length of the remark (2),
// remark, length of the reason (2), reason, actor. Numbers are big-endian. Employee and day
// are the names of where it is kept.
const (
	formVersion   = 1
	formHead      = 1 + 4
	formWithdrawn = 1 // the only flag
)

// appendForm writes what follows version and Seq, which the script puts before it.
func appendForm(dst []byte, c timesheet.Correction) []byte {
	var flags byte
	if c.Withdrawn {
		flags = formWithdrawn
	}
	dst = append(dst, flags, byte(len(c.Key)))
	dst = append(dst, c.Key...)
	for _, at := range []timesheet.Instant{c.ClockIn, c.ClockOut, c.SeenEarliest, c.SeenLatest, c.At} {
		dst = binary.BigEndian.AppendUint64(dst, uint64(at))
	}
	for _, text := range []string{c.Remark, c.Reason} {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(text)))
		dst = append(dst, text...)
	}
	return append(dst, c.Actor...)
}

// parseForm reads a correction of an employee and day. Not ok: it is damaged.
func parseForm(e timesheet.EmployeeID, day timesheet.Day, form string) (c timesheet.Correction, ok bool) {
	r := formReader{rest: form}
	c.Employee, c.Day = e, day
	version := r.number(1)
	c.Seq = r.number(4)
	flags := r.number(1)
	c.Withdrawn = flags == formWithdrawn
	c.Key = r.take(int(r.number(1)))
	for _, at := range []*timesheet.Instant{&c.ClockIn, &c.ClockOut, &c.SeenEarliest, &c.SeenLatest, &c.At} {
		*at = timesheet.Instant(r.number(8))
	}
	c.Remark = r.take(int(r.number(2)))
	c.Reason = r.take(int(r.number(2)))
	c.Actor = r.take(len(r.rest))
	fine := version == formVersion && flags <= formWithdrawn && c.Seq > 0 && c.Seq <= timesheet.MaxCorrections
	if !fine || c.Validate() != nil {
		return timesheet.Correction{}, false
	}
	return c, true
}

// formReader takes a form apart. What is missing is empty or 0: a form that is too short has
// no reason, which no correction lacks.
type formReader struct{ rest string }

// take cuts n bytes, of which the answer is a copy: a reply is larger than what is kept of it.
func (r *formReader) take(n int) string {
	n = min(n, len(r.rest))
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return strings.Clone(text)
}

// number cuts a big-endian number of n bytes.
func (r *formReader) number(n int) (v uint64) {
	for _, b := range []byte(r.take(n)) {
		v = v<<8 | uint64(b)
	}
	return v
}
