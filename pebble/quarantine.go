package pebble

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// Reject keeps rows aside. It goes through the writer as merges do, so that what it
// checks still holds when it is applied.
func (s *Store) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	const op = "reject rows"
	if err := checkSource(op, source); err != nil {
		return err
	}
	for _, r := range rows {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	rows = slices.Clone(rows) // the writer may read it after a caller gave up
	return s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		return func() {}, readError(op, s.reject(b, source, rows))
	})
}

// reject adds to the batch what of rows is new, and drops the lowest ids of all that
// are beyond the bound. Only the writer calls it.
func (s *Store) reject(b *pebble.Batch, source string, rows []timesheet.Rejected) error {
	have := make(map[timesheet.RowID]bool) // true: kept already
	lower, upper := rejectedOf(source)
	if err := s.eachRejected(lower, upper, func(key, _ []byte) error {
		have[rowOf(key)] = true
		return nil
	}); err != nil {
		return err
	}
	var fresh []timesheet.Rejected
	check := s.fence.checker()
	for _, r := range rows {
		if _, twice := have[r.Row]; !twice && !check.forgets(r) {
			have[r.Row] = false
			fresh = append(fresh, r)
		}
	}
	if over := len(have) - timesheet.MaxRejected; over > 0 {
		ids := slices.Sorted(maps.Keys(have))
		for _, id := range ids[:over] {
			if have[id] {
				if err := b.Delete(rejectedKey(source, id), nil); err != nil {
					return err
				}
			}
		}
		fresh = slices.DeleteFunc(fresh, func(r timesheet.Rejected) bool { return r.Row < ids[over] })
		if err := s.addDropped(b, source, uint64(over)); err != nil {
			return err
		}
	}
	for _, r := range fresh {
		if err := b.Set(rejectedKey(source, r.Row), appendRejected(nil, r), nil); err != nil {
			return err
		}
	}
	return nil
}

// Rejected answers the rows kept aside, by id.
func (s *Store) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) (rows []timesheet.Rejected, err error) {
	const op = "read rejected rows"
	if err := checkSource(op, source); err != nil {
		return nil, err
	}
	if limit < 1 || limit > timesheet.MaxRejected {
		return nil, invalid(op, "limit %d is not 1 to %d", limit, timesheet.MaxRejected)
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	_, upper := rejectedOf(source)
	from := append(rejectedKey(source, after), 0) // the smallest key behind it
	err = s.eachRejected(from, upper, func(key, value []byte) error {
		if len(rows) == limit {
			return errEnough
		}
		r, err := parseRejected(rowOf(key), value)
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, readError(op, err)
	}
	return rows, nil
}

// CountRejected counts the rows kept aside, and tells how many were dropped.
func (s *Store) CountRejected(ctx context.Context, source string) (n timesheet.RejectedCount, err error) {
	const op = "count rejected rows"
	if err := checkSource(op, source); err != nil {
		return n, err
	}
	if err := s.begin(ctx, op); err != nil {
		return n, err
	}
	defer s.end()
	lower, upper := rejectedOf(source)
	err = s.eachRejected(lower, upper, func([]byte, []byte) error {
		n.Kept++
		return nil
	})
	if err == nil {
		n.Dropped, err = s.dropped(source)
	}
	if err != nil {
		return timesheet.RejectedCount{}, readError(op, err)
	}
	return n, nil
}

// Readmit forgets that the row was rejected.
func (s *Store) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	const op = "readmit a row"
	if err := checkSource(op, source); err != nil {
		return err
	}
	return s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		key := rejectedKey(source, row)
		value, err := s.get(key)
		if err == nil && value == nil {
			return nil, timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("row %d of %s is not kept aside", row, source))
		}
		return func() {}, errors.Join(readError(op, err), b.Delete(key, nil))
	})
}

// forget adds to the batch the removal of all rejected rows that gone names, of all
// sources. Only the writer calls it.
func (s *Store) forget(b *pebble.Batch, gone func(timesheet.Rejected) bool) error {
	return s.eachRejected([]byte{kindRejected}, []byte{kindRejected + 1}, func(key, value []byte) error {
		r, err := parseRejected(rowOf(key), value)
		if err == nil && gone(r) {
			err = b.Delete(key, nil)
		}
		return err
	})
}
