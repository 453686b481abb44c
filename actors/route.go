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

// split copies entries into the pieces of the shards, grouped by partition and
// otherwise in their order: a counting sort.
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
	pieces, runs := make([]piece, shards), make([]run, 0, w.filled)
	for k, begin := range w.ends { // by now where the entries begin
		end := int32(len(entries))
		if k+1 < len(w.ends) {
			end = w.ends[k+1]
		}
		p := &pieces[k/slots]
		if begin < end {
			runs = append(runs, run{piece: p, slot: k % slots, entries: sorted[begin:end:end]})
			p.runs = runs[len(runs)-p.left-1:]
			p.size += int(end - begin)
			p.left++
		}
		p.batch = b
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
