package pebble

import (
	"context"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

var errStale = timesheet.NewError(timesheet.Stale, "merge", nil)

// merge is a call of Merge on its way to the writer: the entries in their stored
// form, made by the caller so that the writer has little to do.
type merge struct {
	deltas  []delta
	results []timesheet.Merged
}

// delta is one of a merge. records are keys and values, each with its length in a
// byte before it.
type delta struct {
	at        int // its place in results
	partition timesheet.Partition
	epoch     timesheet.Epoch
	probe     bool
	records   []byte
	expired   int
	written   bool // it is part of the batch
}

func (m *merge) size() (n int) {
	for i := range m.deltas {
		n += len(m.deltas[i].records)
	}
	return n + n/4
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
// Invalid get their error in results and aren't among the merge's deltas.
func (s *Store) encode(deltas []timesheet.Delta, results []timesheet.Merged) (m *merge, writes bool) {
	check := s.fence.checker()
	m = &merge{deltas: make([]delta, 0, len(deltas)), results: make([]timesheet.Merged, len(deltas))}
	size := 0
	for _, d := range deltas {
		for _, e := range d.Entries {
			size += 2 + entryHead + len(e.Employee) + 9
		}
	}
	arena := make([]byte, 0, size)
	seen := make(map[timesheet.Partition]bool, len(deltas))
	for i, d := range deltas {
		n := len(arena)
		out := delta{at: i, partition: d.Partition, epoch: d.Epoch, probe: len(d.Entries) == 0}
		var err error
		switch {
		case int(d.Partition) >= s.Partitions():
			err = invalid("merge", "there is no partition %d", d.Partition)
		case seen[d.Partition]:
			err = invalid("merge", "partition %d comes twice in one call", d.Partition)
		default:
			arena, out.expired, err = s.appendRecords(arena, check, d)
		}
		if err != nil {
			results[i].Err = err
			arena = arena[:n]
			continue
		}
		seen[d.Partition] = true
		out.records = arena[n:len(arena):len(arena)]
		m.deltas = append(m.deltas, out)
		writes = writes || !out.probe
	}
	return m, writes
}

// appendRecords appends the stored form of d's entries, without the expired ones.
func (s *Store) appendRecords(dst []byte, check *checker, d timesheet.Delta) (_ []byte, expired int, err error) {
	for i := range d.Entries {
		e := &d.Entries[i]
		if err := e.Validate(); err != nil {
			return dst, 0, err
		}
		if timesheet.PartitionOf(e.Employee, s.Partitions()) != d.Partition {
			return dst, 0, invalid("merge", "an entry is not of partition %d", d.Partition)
		}
		if !check.keeps(e.Employee, e.Day) {
			expired++
			continue
		}
		dst = append(dst, byte(entryHead+len(e.Employee)))
		dst = appendEntryKey(dst, e.Day, e.Employee)
		at := len(dst)
		if dst, err = timesheet.AppendSpan(append(dst, 0), *e); err != nil {
			return dst, 0, err
		}
		dst[at] = byte(len(dst) - at - 1)
	}
	return dst, expired, nil
}

// nextRecord splits the first record off.
func nextRecord(records []byte) (key, value, rest []byte) {
	k := 1 + int(records[0])
	v := k + 1 + int(records[k])
	return records[1:k], records[k+1 : v], records[v:]
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
		for rest := d.records; len(rest) > 0; {
			var key, value []byte
			key, value, rest = nextRecord(rest)
			if err := b.Merge(key, value, nil); err != nil {
				r.Err = unavailable("merge", err)
			}
		}
	}
}
