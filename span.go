package timesheet

import (
	"encoding/binary"
	"fmt"
)

// A span is the stored form of an entry's facts, the same in every store: Earliest
// and Latest as big-endian uint32, each the milliseconds from 00:00 UTC of the day
// plus 2³¹, so that byte order is time order; then the flags, one byte, left out
// while there are none (nearly always). An entry costs 8 bytes beside its key.
const (
	spanTimes = 8
	spanBias  = 1 << 31
)

// AppendSpan appends the stored form of e, which Validate accepts, to dst. Times
// too far from the day to be stored are Invalid; dst is then returned as it was.
func AppendSpan(dst []byte, e Entry) ([]byte, error) {
	base := e.Day.midnightUTC()
	first, last := int64(e.Earliest-base)+spanBias, int64(e.Latest-base)+spanBias
	if first < 0 || last >= 1<<32 || first > last {
		return dst, NewError(Invalid, "entry", fmt.Errorf("its times can't be stored under its day %v", e.Day))
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(first))
	dst = binary.BigEndian.AppendUint32(dst, uint32(last))
	if e.Flags != 0 {
		dst = append(dst, byte(e.Flags))
	}
	return dst, nil
}

// ParseSpan is the entry of employee and day whose stored form is b. A damaged
// form is Internal.
func ParseSpan(employee EmployeeID, day Day, b []byte) (Entry, error) {
	if err := checkSpan(b); err != nil {
		return Entry{}, err
	}
	base := day.midnightUTC() - spanBias
	e := Entry{
		Employee: employee, Day: day,
		Earliest: base + Instant(binary.BigEndian.Uint32(b)),
		Latest:   base + Instant(binary.BigEndian.Uint32(b[4:])),
	}
	if len(b) > spanTimes {
		e.Flags = Flags(b[spanTimes])
	}
	return e, nil
}

// JoinSpan joins the stored form b into a, in place where it fits, and returns the
// result: Join without decoding. a and b belong to one employee and day. A damaged
// form is Internal.
func JoinSpan(a, b []byte) ([]byte, error) {
	if err := checkSpan(a); err != nil {
		return a, err
	}
	if err := checkSpan(b); err != nil {
		return a, err
	}
	if binary.BigEndian.Uint32(b) < binary.BigEndian.Uint32(a) {
		copy(a[:4], b[:4])
	}
	if binary.BigEndian.Uint32(b[4:]) > binary.BigEndian.Uint32(a[4:]) {
		copy(a[4:spanTimes], b[4:spanTimes])
	}
	switch {
	case len(b) == spanTimes:
	case len(a) == spanTimes:
		a = append(a, b[spanTimes])
	default:
		a[spanTimes] |= b[spanTimes]
	}
	return a, nil
}

func checkSpan(b []byte) error {
	if len(b) != spanTimes && (len(b) != spanTimes+1 || b[spanTimes] == 0) ||
		binary.BigEndian.Uint32(b) > binary.BigEndian.Uint32(b[4:]) {
		return NewError(Internal, "stored entry", fmt.Errorf("damaged: %x", b))
	}
	return nil
}
