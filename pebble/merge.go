package pebble

import (
	"cmp"
	"context"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

var errStale = timesheet.NewError(timesheet.Stale, "merge", nil)

// maxMerge bounds what one call may bring, in bytes of keys and values.
const maxMerge = 1 << 30

// merge is a call of Merge on its way to the writer: the entries in their stored
// form, made by the caller so that the writer has little to do.
type merge struct {
	deltas  []delta
	records []record // of all deltas: see encode
	arena   []byte   // keys and values of records
	results []timesheet.Merged
}

// delta is one of a merge.
type delta struct {
	at        int // its place in results
	partition timesheet.Partition
	epoch     timesheet.Epoch
	probe     bool
	expired   int
	written   bool // it is part of the batch
}

// record is an entry in stored form: at lies the key in arena, behind it the value.
type record struct {
	order      uint64
	at         uint32
	key, value uint8  // lengths
	delta      uint16 // index in merge.deltas
}

// orderOf follows the order of keys nearly: the day and 6 bytes of the employee.
func orderOf(day timesheet.Day, e timesheet.EmployeeID) uint64 {
	o := uint64(day)
	for i := range 6 {
		o <<= 8
		if i < len(e) {
			o |= uint64(e[i])
		}
	}
	return o
}

func (m *merge) record(r *record) (key, value []byte) {
	mid := r.at + uint32(r.key)
	return m.arena[r.at:mid], m.arena[mid : mid+uint32(r.value)]
}

// Merge joins deltas into the store: all deltas of a call, and those of calls at
// the same time, share one commit.
func (s *Store) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	const what = "merge"
	results := make([]timesheet.Merged, len(deltas))
	if err := s.begin(ctx, what); err != nil {
		return failAll(results, err)
	}
	defer s.end()
	m, writes := s.encode(deltas, results)
	if !writes {
		for _, d := range m.deltas {
			results[d.at].Token = s.token(timesheet.Epoch(s.fence.acked[d.partition].Load()))
		}
		return results
	}
	if err := s.submit(ctx, what, &op{merge: m}); err != nil {
		// m.results still belongs to the writer.
		for i := range deltas {
			if results[i].Err == nil {
				results[i] = timesheet.Merged{Err: err}
			}
		}
		return results
	}
	for _, d := range m.deltas {
		results[d.at] = m.results[d.at]
	}
	return results
}

func failAll(results []timesheet.Merged, err error) []timesheet.Merged {
	for i := range results {
		results[i].Err = err
	}
	return results
}

func (s *Store) token(e timesheet.Epoch) timesheet.Token {
	return timesheet.Token{Epoch: e, Server: s.server}
}

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

// join adds m to the batch, and its outcome to its results. Only the writer calls it.
//
// That the epoch still holds proves also what the caller checked against the floor
// and the tombstones: both change together with the epochs of the partitions that
// they concern, and nobody knows a new epoch before the fence has changed.
func (s *Store) join(b *pebble.Batch, m *merge) {
	for i := range m.deltas {
		d := &m.deltas[i]
		r := &m.results[d.at]
		r.Token = s.token(s.fence.epochs[d.partition])
		if d.probe {
			continue
		}
		if d.epoch != r.Token.Epoch {
			r.Err = errStale
			continue
		}
		r.Expired, d.written = d.expired, true
	}
	for i := range m.records {
		r := &m.records[i]
		if d := &m.deltas[r.delta]; d.written {
			key, value := m.record(r)
			if err := b.Merge(key, value, nil); err != nil {
				m.results[d.at].Err = unavailable("merge", err)
			}
		}
	}
}
