package pebble

import (
	"context"
	"maps"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// replace is a call of Replace in the writer.
type replace struct {
	outcomes []error
	entries  map[string]timesheet.Entry // by key: what this call has read, or made of it
	touched  map[timesheet.Partition][]string
}

func (r *replace) run(s *Store, b *pebble.Batch, rs []timesheet.Replacement) (acked func(), err error) {
	r.touched = make(map[timesheet.Partition][]string)
	check := s.fence.checker()
	for i, x := range rs {
		if r.outcomes[i] = x.Validate(); r.outcomes[i] != nil {
			continue
		}
		if r.outcomes[i], err = r.one(s, b, check, x); err != nil {
			return nil, readError("replace", err)
		}
	}
	publish, err := s.mint(b, slices.Sorted(maps.Keys(r.touched)))
	if err != nil {
		return nil, err
	}
	return func() {
		publish()
		for p, keys := range r.touched {
			s.feeds.touch(p, keys)
		}
	}, nil
}

// one compares and sets one entry; a conflict is its outcome, not an error.
func (r *replace) one(s *Store, b *pebble.Batch, check *checker, x timesheet.Replacement) (outcome, err error) {
	name := x.Named()
	key := appendEntryKey(nil, name.Day, name.Employee)
	held, known := r.entries[string(key)]
	if !known {
		if held, err = s.entry(name.Employee, name.Day); err != nil {
			return nil, err
		}
	}
	if held != x.Old {
		return conflict("replace", "the entry of %v is another than expected", name.Day), nil
	}
	next := x.New
	if next.IsZero() || !check.keeps(next.Employee, next.Day) {
		next = timesheet.Entry{}
		err = b.Delete(key, nil)
	} else {
		var span []byte
		if span, err = timesheet.AppendSpan(nil, next); err == nil {
			err = b.Set(key, span, nil)
		}
	}
	r.entries[string(key)] = next
	p := timesheet.PartitionOf(name.Employee, s.Partitions())
	r.touched[p] = append(r.touched[p], string(key))
	return nil, err
}

// Replace compares and sets, all of it in one commit.
func (s *Store) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	const op = "replace"
	rs = slices.Clone(rs) // the writer may read it after a caller gave up
	r := &replace{outcomes: make([]error, len(rs)), entries: make(map[string]timesheet.Entry)}
	err := s.alone(ctx, op, func(b *pebble.Batch) (func(), error) { return r.run(s, b, rs) })
	if err == nil {
		return r.outcomes
	}
	outcomes := make([]error, len(rs)) // r still belongs to the writer
	for i, x := range rs {
		if outcomes[i] = x.Validate(); outcomes[i] == nil {
			outcomes[i] = err
		}
	}
	return outcomes
}
