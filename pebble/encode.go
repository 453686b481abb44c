package pebble

import (
	"cmp"
	"slices"

	"timesheet"
)

// encode checks deltas and brings their entries into stored form. Those that are
// Invalid get their error in results and aren't among the merge's deltas. Records
// are sorted, nearly, since the engine inserts neighbours at less cost (a tenth of
// the whole), and here callers do it side by side.
func (s *Store) encode(deltas []timesheet.Delta, results []timesheet.Merged) (m *merge, writes bool) {
	entries, size := 0, 0
	for _, d := range deltas {
		entries += len(d.Entries)
		for i := range d.Entries {
			size += entryHead + len(d.Entries[i].Employee) + maxSpan
		}
	}
	m = &merge{
		deltas: make([]delta, 0, len(deltas)), records: make([]record, 0, entries),
		arena: make([]byte, 0, min(size, maxMerge)), results: make([]timesheet.Merged, len(deltas)),
	}
	check := s.fence.checker()
	seen := make(map[timesheet.Partition]bool, len(deltas))
	for i, d := range deltas {
		out := delta{at: i, partition: d.Partition, epoch: d.Epoch, probe: len(d.Entries) == 0}
		n := len(m.records)
		var err error
		switch {
		case int(d.Partition) >= s.Partitions():
			err = invalid("merge", "there is no partition %d", d.Partition)
		case seen[d.Partition]:
			err = invalid("merge", "partition %d comes twice in one call", d.Partition)
		default:
			out.expired, err = s.encodeDelta(m, check, d)
		}
		if err != nil {
			results[i].Err = err
			m.records = m.records[:n]
			continue
		}
		seen[d.Partition] = true
		m.deltas = append(m.deltas, out)
		writes = writes || !out.probe
	}
	slices.SortFunc(m.records, func(a, b record) int { return cmp.Compare(a.order, b.order) })
	return m, writes
}

// encodeDelta adds d's entries to m's records, without the expired ones.
func (s *Store) encodeDelta(m *merge, check *checker, d timesheet.Delta) (expired int, err error) {
	for i := range d.Entries {
		e := &d.Entries[i]
		if err := e.Validate(); err != nil {
			return 0, err
		}
		if timesheet.PartitionOf(e.Employee, s.Partitions()) != d.Partition {
			return 0, invalid("merge", "an entry is not of partition %d", d.Partition)
		}
		if !check.keeps(e.Employee, e.Day) {
			expired++
			continue
		}
		at := len(m.arena)
		if at > maxMerge-maxEntryKey-maxSpan {
			return 0, invalid("merge", "one call brings more than %d bytes", maxMerge)
		}
		m.arena = appendEntryKey(m.arena, e.Day, e.Employee)
		mid := len(m.arena)
		if m.arena, err = timesheet.AppendSpan(m.arena, *e); err != nil {
			return 0, err
		}
		m.records = append(m.records, record{
			order: orderOf(e.Day, e.Employee), at: uint32(at), delta: uint16(len(m.deltas)),
			key: uint8(mid - at), value: uint8(len(m.arena) - mid),
		})
	}
	return expired, nil
}
