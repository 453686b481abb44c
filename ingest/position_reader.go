package ingest

import (
	"encoding/binary"
	"math"
	"time"

	"timesheet"
)

// reader takes values from the front of an encoded position. What isn't there is zero,
// and makes it bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.skip(n)
	return v
}

func (r *reader) skip(n int) {
	if n <= 0 {
		r.rest, r.bad = nil, true
		return
	}
	r.rest = r.rest[n:]
}

func (r *reader) fixed() uint64 {
	if len(r.rest) < 8 {
		r.skip(0)
		return 0
	}
	v := binary.LittleEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return v
}

func (r *reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.skip(0)
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

// number is how many elements follow, each of at least so many bytes.
func (r *reader) number(bytes int) int {
	n := r.uvarint()
	if n > uint64(len(r.rest)/bytes) {
		r.skip(0)
		return 0
	}
	return int(n)
}

func (r *reader) duration() time.Duration {
	ms := r.uvarint()
	if ms > uint64(math.MaxInt64/time.Millisecond) {
		r.skip(0)
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

func (r *reader) gaps() []gap {
	gaps := make([]gap, r.number(3))
	last := timesheet.RowID(0)
	for i := range gaps {
		g := &gaps[i]
		g.First = last + timesheet.RowID(r.varint())
		g.Last = g.First + timesheet.RowID(r.uvarint())
		g.missing = int64(r.uvarint())
		last = g.Last
	}
	return gaps
}

func (r *reader) moments() []moment {
	moments := make([]moment, r.number(3))
	var before moment
	for i := range moments {
		m := &moments[i]
		m.wall = before.wall + timesheet.Instant(r.varint())
		m.readable = before.readable + r.duration()
		m.head = before.head + timesheet.RowID(r.varint())
		before = *m
	}
	return moments
}

func (r *reader) prints() []fingerprint {
	prints := make([]fingerprint, r.number(9))
	last := timesheet.RowID(0)
	for i := range prints {
		f := &prints[i]
		f.id = last + timesheet.RowID(r.varint())
		f.hash = r.fixed()
		last = f.id
	}
	return prints
}
