package board

import (
	"encoding/binary"
	"errors"

	"timesheet"
)

// cursor writes k, the place of a page's last row under q's order, as bytes.
func cursor(q Query, k key) string {
	b := []byte{1, byte(q.Sort), flag(q.Descending) | flag(k.absent)<<1}
	switch q.Sort {
	case ByName:
		b = binary.AppendUvarint(b, uint64(len(k.s)))
		b = append(b, k.s...)
	case ByClockIn, ByWorked:
		b = binary.AppendVarint(b, k.n)
	}
	return string(append(b, k.id...))
}

func flag(yes bool) byte {
	if yes {
		return 1
	}
	return 0
}

// parseCursor reads q.Cursor: nil for the first page.
func parseCursor(q Query) (*key, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	refused := func(why string) (*key, error) {
		return nil, timesheet.NewError(timesheet.Invalid, "cursor", errors.New(why))
	}
	b := []byte(q.Cursor)
	if len(b) < 4 || b[0] != 1 || b[2] > 3 {
		return refused("it is none of this board's; begin again without a cursor")
	}
	if Sort(b[1]) != q.Sort || b[2]&1 != flag(q.Descending) {
		return refused("it is of another order; begin again without a cursor")
	}
	k, rest := key{absent: b[2]&2 != 0}, b[3:]
	switch q.Sort {
	case ByName:
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return refused("it is cut off; begin again without a cursor")
		}
		k.s, rest = string(rest[n:n+int(size)]), rest[n+int(size):]
	case ByClockIn, ByWorked:
		n := 0
		if k.n, n = binary.Varint(rest); n <= 0 {
			return refused("it is cut off; begin again without a cursor")
		}
		rest = rest[n:]
	}
	id, err := timesheet.ParseEmployeeID(string(rest))
	if err != nil || string(id) != string(rest) {
		return refused("it names no employee; begin again without a cursor")
	}
	k.id = id
	return &k, nil
}
