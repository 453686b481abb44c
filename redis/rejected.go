package redis

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"timesheet"
)

// sourcesKey is the set of the sources that rows were rejected of, for purges and
// erasures. The braces make its slot that of the key that run writes beside it.
const sourcesKey = "ts:1:{sources}"

// checkRejected tells whether r can be kept.
func checkRejected(op string, r timesheet.Rejected) error {
	switch {
	case r.Reason == "" || len(r.Reason) > timesheet.MaxReason:
		return invalid(op, "the reason of row %d has %d bytes, not 1 to %d", r.Row, len(r.Reason), timesheet.MaxReason)
	case len(r.Employee) > timesheet.MaxEmployeeID:
		return invalid(op, "the employee of row %d has %d bytes, at most %d are allowed", r.Row, len(r.Employee), timesheet.MaxEmployeeID)
	case !utf8.ValidString(r.Employee):
		return invalid(op, "the employee of row %d is not valid UTF-8", r.Row)
	}
	return nil
}

// begin is the first moment that a floor keeps: 00:00 UTC, and any where nothing was
// ever purged, whatever the clock showed.
func begin(floor timesheet.Day) timesheet.Instant {
	if floor <= timesheet.FirstDay {
		return math.MinInt64
	}
	return timesheet.Instant(floor) * 86_400_000
}

func before(r timesheet.Rejected, floor timesheet.Day) bool { return r.Seen < begin(floor) }

// appendInstant writes 8 bytes whose order is that of instants.
func appendInstant(dst []byte, i timesheet.Instant) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(i)^rowBias)
}

// rejectedHead is the length of what stands before the employee.
const rejectedHead = 8 + 1 + 8

// appendRejected writes r as a member of a sorted set whose scores are all alike, so
// that the order is that of the bytes: id, length of the employee, first seen, then
// the employee and the reason. The length is at most MaxEmployeeID, so id and 255
// lies behind all members of that id.
func appendRejected(dst []byte, r timesheet.Rejected) []byte {
	dst = append(dst, appendRow(r.Row)...)
	dst = append(dst, byte(len(r.Employee)))
	dst = appendInstant(dst, r.Seen)
	return append(append(dst, r.Employee...), r.Reason...)
}

func parseRejected(member string) (r timesheet.Rejected, ok bool) {
	if len(member) <= rejectedHead || len(member) <= rejectedHead+int(member[8]) { // a reason has at least a byte
		return r, false
	}
	head := []byte(member[:rejectedHead])
	end := rejectedHead + int(head[8])
	return timesheet.Rejected{
		Row:      timesheet.RowID(binary.BigEndian.Uint64(head) ^ rowBias),
		Employee: member[rejectedHead:end],
		Reason:   member[end:],
		Seen:     timesheet.Instant(binary.BigEndian.Uint64(head[9:]) ^ rowBias),
	}, true
}
