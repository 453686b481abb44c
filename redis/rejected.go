package redis

import (
	"encoding/binary"
	"math"

	"timesheet"
)

// sourcesKey is the set of the sources that rows were rejected of, for purges and
// erasures. The braces make its slot that of the key that run writes beside it.
const sourcesKey = "ts:1:{sources}"

// begin is the first moment that a floor keeps: 00:00 UTC, and any where nothing was
// ever purged, whatever the clock showed.
func begin(floor timesheet.Day) timesheet.Instant {
	if floor <= timesheet.FirstDay {
		return math.MinInt64
	}
	return timesheet.Instant(floor) * 86_400_000
}

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
