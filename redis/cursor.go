package redis

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"timesheet"
)

// cursor is a place: after that employee, or at the partition's begin. A board is ordered by
// partition, hash and id, corrections by partition, day and id.
type cursor struct {
	partition timesheet.Partition
	day       timesheet.Day
	hash      uint32
	id        timesheet.EmployeeID
}

// before tells whether the cursor stands before b, an entry of its partition.
func (c cursor) before(b placed) bool {
	return c.hash < b.hash || c.hash == b.hash && c.id < b.Employee
}

const (
	boardCursor   = "timesheet redis board"
	overlayCursor = "timesheet redis corrections"
)

// cursorText is base64url of days, the id and a checksum that tells it from other stores'
// cursors, and from those of another kind. The place follows from the id.
func cursorText(kind string, e timesheet.EmployeeID, days ...timesheet.Day) string {
	var b []byte
	for _, d := range days {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	b = append(b, e...)
	b = binary.BigEndian.AppendUint32(b, cursorSum(kind, b))
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorSum(kind string, b []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, b)
}

// readCursor is the place after the employee in a text, and so many days that stand in it.
func (s *Store) readCursor(kind, text string, days int) (c cursor, ds []timesheet.Day, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 4*days+1+4 {
		return c, nil, invalid("cursor", "it is no cursor of this store")
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	id := timesheet.EmployeeID(body[4*days:])
	if sum != cursorSum(kind, body) || validID(id) != nil {
		return c, nil, invalid("cursor", "it is no cursor of this store")
	}
	for i := range days {
		ds = append(ds, timesheet.Day(int32(binary.BigEndian.Uint32(body[4*i:]))))
	}
	return cursor{partition: s.partitionOf(id), hash: hashOf(id), id: id}, ds, nil
}

// cursorAt is the cursor after e.
func cursorAt(e timesheet.Entry) string { return cursorText(boardCursor, e.Employee, e.Day) }

func (s *Store) parseCursor(day timesheet.Day, text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	c, days, err := s.readCursor(boardCursor, text, 1)
	if err == nil && days[0] != day {
		err = invalid("cursor", "it belongs to another day")
	}
	c.day = day
	return c, err
}

// cursorAt is the cursor after c.
func (q overlayQuery) cursorAt(c timesheet.Correction) string {
	return cursorText(q.op+overlayCursor, c.Employee, q.from, q.to, c.Day)
}

func (s *Store) parseOverlayCursor(q overlayQuery, text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	c, days, err := s.readCursor(q.op+overlayCursor, text, 3)
	if err != nil {
		return c, err
	}
	if days[0] != q.from || days[1] != q.to || days[2] < q.from || days[2] > q.to {
		return c, invalid("cursor", "it belongs to other days")
	}
	c.day = days[2]
	return c, nil
}

// pages reads from a place on until there are limit, partition by partition, by a function
// that answers at least limit of those that it is given, if there are so many, and whether
// it left nothing out. more says that there may be some behind the page.
func pages[T any](s *Store, from cursor, limit int, read func(cursor, []timesheet.Partition, int) ([]T, bool, error)) (page []T, more bool, err error) {
	done := 0
	for wave := 1; ; { // one partition, then as many as seem to be needed
		ps := s.all()[from.partition:]
		ps = ps[:min(wave, len(ps))]
		part, whole, err := read(from, ps, limit-len(page))
		if err != nil {
			return nil, false, err
		}
		page = append(page, part...)
		next := int(ps[len(ps)-1]) + 1
		if len(page) >= limit {
			more := len(page) > limit || !whole || next < len(s.parts)
			return page[:limit], more, nil
		}
		if next == len(s.parts) {
			return page, false, nil
		}
		from = cursor{partition: timesheet.Partition(next)}
		done += len(ps)
		wave = min(8*wave, 1+done*(limit-len(page))/max(1, len(page)))
	}
}
