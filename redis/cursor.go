package redis

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"timesheet"
)

// cursor is a place on a board: after that employee, or at the partition's begin.
type cursor struct {
	partition timesheet.Partition
	hash      uint32
	id        timesheet.EmployeeID
}

// before tells whether the cursor stands before b, an entry of its partition.
func (c cursor) before(b placed) bool {
	return c.hash < b.hash || c.hash == b.hash && c.id < b.Employee
}

// cursorAt is the cursor after e: base64url of the day, the id and a checksum that
// tells it from other stores' cursors. The place follows from the id.
func cursorAt(e timesheet.Entry) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(e.Day))
	b = append(b, e.Employee...)
	b = binary.BigEndian.AppendUint32(b, cursorSum(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorSum(b []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte("timesheet redis board")), crc32.IEEETable, b)
}

func (s *Store) parseCursor(day timesheet.Day, text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 9 {
		return cursor{}, invalid("board cursor", "it is no cursor of this store")
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	id := timesheet.EmployeeID(body[4:])
	if sum != cursorSum(body) || validID(id) != nil {
		return cursor{}, invalid("board cursor", "it is no cursor of this store")
	}
	if binary.BigEndian.Uint32(body) != uint32(day) {
		return cursor{}, invalid("board cursor", "it belongs to another day")
	}
	return cursor{partition: s.partitionOf(id), hash: hashOf(id), id: id}, nil
}
