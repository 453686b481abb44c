package storetest

import (
	"cmp"
	"context"
	"slices"

	"timesheet"
)

// Reject implements timesheet.Quarantine.
func (m *Memory) Reject(ctx context.Context, name string, rows []timesheet.Rejected) error {
	const op = "reject rows"
	for _, r := range rows {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	if err := m.lock(ctx, op); err != nil {
		return err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	src.rejected = slices.Concat(src.rejected, slices.DeleteFunc(slices.Clone(rows), m.data.forgets))
	slices.SortStableFunc(src.rejected, byRow) // the first of an id stays the first
	src.rejected = slices.CompactFunc(src.rejected, func(a, b timesheet.Rejected) bool { return a.Row == b.Row })
	if over := len(src.rejected) - timesheet.MaxRejected; over > 0 {
		src.rejected = src.rejected[over:]
		src.dropped += uint64(over)
	}
	m.data.sources[name] = src
	return nil
}

// Rejected implements timesheet.Quarantine.
func (m *Memory) Rejected(ctx context.Context, name string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	const op = "read rejected rows"
	if limit < 1 || limit > timesheet.MaxRejected {
		return nil, invalid(op, "limit %d is not from 1 to %d", limit, timesheet.MaxRejected)
	}
	if err := m.lock(ctx, op); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	from, kept := src.find(after)
	if kept {
		from++
	}
	return slices.Clone(src.rejected[from:min(from+limit, len(src.rejected))]), nil
}

// CountRejected implements timesheet.Quarantine.
func (m *Memory) CountRejected(ctx context.Context, name string) (timesheet.RejectedCount, error) {
	if err := m.lock(ctx, "count rejected rows"); err != nil {
		return timesheet.RejectedCount{}, err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	return timesheet.RejectedCount{Kept: len(src.rejected), Dropped: src.dropped}, nil
}

// Readmit implements timesheet.Quarantine.
func (m *Memory) Readmit(ctx context.Context, name string, row timesheet.RowID) error {
	const op = "readmit a row"
	if err := m.lock(ctx, op); err != nil {
		return err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	at, kept := src.find(row)
	if !kept {
		return timesheet.NewError(timesheet.NotFound, op, nil)
	}
	src.rejected = slices.Delete(slices.Clone(src.rejected), at, at+1)
	m.data.sources[name] = src
	return nil
}

// find answers where in s.rejected the row is, or belongs.
func (s source) find(row timesheet.RowID) (at int, kept bool) {
	return slices.BinarySearchFunc(s.rejected, row, func(r timesheet.Rejected, row timesheet.RowID) int {
		return cmp.Compare(r.Row, row)
	})
}

// forgets tells whether r must not be kept: first seen below the floor, or of an
// erased employee. Where nothing was ever purged there is nothing below the floor.
func (s *state) forgets(r timesheet.Rejected) bool {
	return r.Before(s.floor) || s.erased(r.Named())
}

// forget drops the rejected rows that a new floor or tombstone concerns.
func (s *state) forget() {
	for name, src := range s.sources {
		src.rejected = slices.DeleteFunc(slices.Clone(src.rejected), s.forgets)
		s.sources[name] = src
	}
}
