package ingest

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"time"

	"timesheet"
)

// positionVersion is the first byte of an encoded position. After it come varints, at
// the end a CRC-32C of all before. Ids and times are differences to those before them.
const positionVersion = 2

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (p *position) encode() []byte {
	b := make([]byte, 0, 1024)
	b = append(b, positionVersion)
	b = binary.AppendVarint(b, int64(p.head))
	b = binary.AppendUvarint(b, uint64(p.readable/time.Millisecond)) // cut: gaps age later, not sooner
	b = binary.AppendVarint(b, int64(p.swept))
	b = binary.AppendVarint(b, int64(p.asOf))
	b = binary.AppendVarint(b, int64(p.complete))
	b = binary.AppendVarint(b, int64(p.next.at))
	b = binary.AppendVarint(b, int64(p.next.head))
	b = binary.LittleEndian.AppendUint64(b, p.tokens)
	for _, text := range []string{p.alarm, p.told.holder, string(p.told.state), p.told.trouble} {
		text = clip(text, maxTrouble)
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.AppendVarint(b, p.told.lagRows)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.told.rate))

	b = binary.AppendUvarint(b, uint64(len(p.gaps)))
	last := timesheet.RowID(0)
	for _, g := range p.gaps {
		b = binary.AppendVarint(b, int64(g.First-last)) // may wrap, and wraps back
		b = binary.AppendUvarint(b, uint64(g.Last)-uint64(g.First))
		b = binary.AppendUvarint(b, uint64(g.missing))
		last = g.Last
	}
	b = binary.AppendUvarint(b, uint64(len(p.moments)))
	var before moment
	for _, m := range p.moments {
		b = binary.AppendVarint(b, int64(m.wall-before.wall))
		b = binary.AppendUvarint(b, ceilMilli(m.readable)-ceilMilli(before.readable))
		b = binary.AppendVarint(b, int64(m.head-before.head))
		before = m
	}
	b = appendPrints(appendPrints(b, p.prints), p.anchor)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func appendPrints(b []byte, prints []fingerprint) []byte {
	b = binary.AppendUvarint(b, uint64(len(prints)))
	last := timesheet.RowID(0)
	for _, f := range prints {
		b = binary.AppendVarint(b, int64(f.id-last))
		b = binary.LittleEndian.AppendUint64(b, f.hash)
		last = f.id
	}
	return b
}

// ceilMilli is d in milliseconds, rounded up: ids are seen later, not sooner.
func ceilMilli(d time.Duration) uint64 {
	return uint64((d + time.Millisecond - 1) / time.Millisecond)
}

var errState = timesheet.NewError(timesheet.Internal, "read the state of a checkpoint", errors.New("no poller of this version wrote it, or it is damaged"))

func decodePosition(b []byte) (position, error) {
	n := len(b) - 4
	if n < 1 || b[0] != positionVersion || binary.LittleEndian.Uint32(b[n:]) != crc32.Checksum(b[:n], castagnoli) {
		return position{}, errState
	}
	r := reader{rest: b[1:n]}
	var p position
	p.head = timesheet.RowID(r.varint())
	p.readable = r.duration()
	p.swept = timesheet.Instant(r.varint())
	p.asOf, p.complete = timesheet.Instant(r.varint()), timesheet.Instant(r.varint())
	p.next = candidate{timesheet.Instant(r.varint()), timesheet.RowID(r.varint())}
	p.tokens = r.fixed()
	p.alarm, p.told.holder = r.text(), r.text()
	p.told.state, p.told.trouble = timesheet.SourceState(r.text()), r.text()
	p.told.lagRows = r.varint()
	p.told.rate = math.Float64frombits(r.fixed())
	p.gaps = r.gaps()
	p.moments = r.moments()
	p.prints, p.anchor = r.prints(), r.prints()
	if r.bad || len(r.rest) > 0 || !p.sound() {
		return position{}, errState
	}
	return p, nil
}

// sound tells whether p could have come about.
func (p *position) sound() bool {
	if len(p.gaps) > maxGaps || len(p.prints) > maxPrints || len(p.anchor) > maxPrints {
		return false
	}
	last := lowest
	for _, g := range p.gaps {
		if g.First <= last || g.Last < g.First || g.missing < 1 || g.missing > count(g.RowRange) {
			return false
		}
		last = g.Last
	}
	if len(p.gaps) > 0 && last >= p.head {
		return false
	}
	for i, m := range p.moments {
		if m.head > p.head || i > 0 && (m.head <= p.moments[i-1].head || m.readable < p.moments[i-1].readable) {
			return false
		}
	}
	return true
}
