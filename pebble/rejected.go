package pebble

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// forgets tells whether r must not be kept, as checker sees it.
func (c *checker) forgets(r timesheet.Rejected) bool {
	return r.Before(c.floor) || !c.keeps(r.Named(), c.floor)
}

// The source's length stands before its name, or the rows of "a" would lie among
// those of "ab". rowBias makes the byte order of ids their order.

const rowBias = 1 << 63

func rejectedKey(source string, row timesheet.RowID) []byte {
	lower, _ := rejectedOf(source)
	return binary.BigEndian.AppendUint64(lower, uint64(row)^rowBias)
}

// rejectedOf are the bounds of a source's keys.
func rejectedOf(source string) (lower, upper []byte) {
	lower = append([]byte{kindRejected, byte(len(source))}, source...)
	return lower, append(bytes.Clone(lower), bytes.Repeat([]byte{0xff}, 8+1)...) // longer than any id
}

// rowOf is the row of a key of kindRejected.
func rowOf(key []byte) timesheet.RowID {
	return timesheet.RowID(binary.BigEndian.Uint64(key[len(key)-8:]) ^ rowBias)
}

// errEnough ends eachRejected early.
var errEnough = errors.New("enough")

// eachRejected visits the rejected rows from lower until before upper.
func (s *Store) eachRejected(lower, upper []byte, visit func(key, value []byte) error) (err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; ok = it.Next() {
		if err := visit(it.Key(), it.Value()); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return it.Error()
}

// A rejected row is stored as first seen and length of the employee, both varints,
// then the employee and the reason.

func appendRejected(dst []byte, r timesheet.Rejected) []byte {
	dst = binary.AppendVarint(dst, int64(r.Seen))
	dst = binary.AppendUvarint(dst, uint64(len(r.Employee)))
	return append(append(dst, r.Employee...), r.Reason...)
}

func parseRejected(row timesheet.RowID, b []byte) (timesheet.Rejected, error) {
	seen, n := binary.Varint(b)
	length, k := binary.Uvarint(b[max(n, 0):])
	at := n + k
	if n <= 0 || k <= 0 || length >= uint64(len(b)-at) { // a reason has at least a byte
		return timesheet.Rejected{}, timesheet.NewError(timesheet.Internal, "stored rejected row",
			fmt.Errorf("row %d is damaged: %d bytes", row, len(b)))
	}
	end := at + int(length)
	return timesheet.Rejected{Row: row, Employee: string(b[at:end]), Reason: string(b[end:]), Seen: timesheet.Instant(seen)}, nil
}

func droppedKey(source string) []byte {
	return append([]byte{kindDropped}, source...)
}

// dropped is how many rows of the source were dropped over the bound.
func (s *Store) dropped(source string) (uint64, error) {
	value, err := s.get(droppedKey(source))
	if err != nil || value == nil {
		return 0, err
	}
	if len(value) != 8 {
		return 0, timesheet.NewError(timesheet.Internal, "stored count", fmt.Errorf("damaged: %x", value))
	}
	return binary.BigEndian.Uint64(value), nil
}

func (s *Store) addDropped(b *pebble.Batch, source string, n uint64) error {
	have, err := s.dropped(source)
	if err != nil {
		return err
	}
	return b.Set(droppedKey(source), binary.BigEndian.AppendUint64(nil, have+n), nil)
}
