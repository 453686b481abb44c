package pebble

import (
	"context"

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
