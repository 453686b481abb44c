package actors

import (
	"slices"
	"sync"

	"timesheet"
)

// scratch is what split needs and leaves behind.
type scratch struct {
	parts  []uint16 // partition of each entry
	ends   []int32  // by shard, then slot: where its entries end
	filled int
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// single is split for one entry, as most posts have.
func (s *System) single(b *batch, e timesheet.Entry) *piece {
	m := &struct {
		piece   piece
		runs    [1]run
		entries [1]timesheet.Entry
	}{entries: [1]timesheet.Entry{e}}
	partition, shards := int(timesheet.PartitionOf(e.Employee, s.partitions)), len(s.shards)
	m.runs[0] = run{piece: &m.piece, slot: partition / shards, entries: m.entries[:]}
	m.piece = piece{batch: b, shard: partition % shards, runs: m.runs[:], size: 1, left: 1}
	return &m.piece
}

// split copies entries into pieces of the shards, of those that get any, grouped by
// partition and otherwise in their order: a counting sort.
func (s *System) split(b *batch, entries []timesheet.Entry) []piece {
	shards := len(s.shards)
	slots := (s.partitions + shards - 1) / shards
	w := scratches.Get().(*scratch)
	defer scratches.Put(w)
	w.count(entries, s.partitions, shards, slots)

	sorted := make([]timesheet.Entry, len(entries))
	for i, e := range slices.Backward(entries) {
		p := int(w.parts[i])
		k := p%shards*slots + p/shards
		w.ends[k]--
		sorted[w.ends[k]] = e
	}
	pieces, runs := make([]piece, 0, min(shards, w.filled)), make([]run, 0, w.filled)
	for k, begin := range w.ends { // by now where the entries begin
		end := int32(len(entries))
		if k+1 < len(w.ends) {
			end = w.ends[k+1]
		}
		if begin == end {
			continue
		}
		if n := len(pieces); n == 0 || pieces[n-1].shard != k/slots {
			pieces = append(pieces, piece{batch: b, shard: k / slots})
		}
		p := &pieces[len(pieces)-1]
		runs = append(runs, run{piece: p, slot: k % slots, entries: sorted[begin:end:end]})
		p.runs = runs[len(runs)-p.left-1:]
		p.size += int(end - begin)
		p.left++
	}
	return pieces
}

func (w *scratch) count(entries []timesheet.Entry, partitions, shards, slots int) {
	if cap(w.parts) < len(entries) {
		w.parts = make([]uint16, len(entries))
	}
	w.parts = w.parts[:len(entries)]
	if len(w.ends) != shards*slots {
		w.ends = make([]int32, shards*slots)
	}
	clear(w.ends)
	w.filled = 0
	for i := range entries {
		p := int(timesheet.PartitionOf(entries[i].Employee, partitions))
		w.parts[i] = uint16(p)
		k := p%shards*slots + p/shards
		if w.ends[k] == 0 {
			w.filled++
		}
		w.ends[k]++
	}
	for k := 1; k < len(w.ends); k++ {
		w.ends[k] += w.ends[k-1]
	}
}
