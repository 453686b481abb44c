package pebble

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// purgeStep is after how many entries a purge commits and lets merges go on, in
// whole days.
const purgeStep = 100_000

// mint gives partitions new epochs as part of the batch, and answers what the acker
// does then: it publishes them. Only the writer calls it.
func (s *Store) mint(b *pebble.Batch, partitions []timesheet.Partition) (acked func(), err error) {
	epochs := make([]timesheet.Epoch, len(partitions))
	for i, p := range partitions {
		epochs[i] = newEpoch(s.fence.epochs[p])
		if err := setEpoch(b, p, epochs[i]); err != nil {
			return nil, err
		}
	}
	for i, p := range partitions {
		s.fence.epochs[p] = epochs[i]
	}
	return func() {
		for i, p := range partitions {
			s.fence.acked[p].Store(uint64(epochs[i]))
		}
	}, nil
}

func (s *Store) allPartitions() []timesheet.Partition {
	all := make([]timesheet.Partition, s.Partitions())
	for p := range all {
		all[p] = timesheet.Partition(p)
	}
	return all
}

// Floor is the first day that is kept.
func (s *Store) Floor(ctx context.Context) (timesheet.Day, error) {
	if err := s.begin(ctx, "read floor"); err != nil {
		return 0, err
	}
	defer s.end()
	return s.fence.checker().floor, nil
}

// Purge removes the entries and corrections before floor, the rejected rows first seen
// before and the sealed months that end before, in steps, oldest days first. Each step raises the floor and deletes in one commit, so
// one that was cut short left nothing to finish: the floor is then as high as it got,
// and purging again goes on.
func (s *Store) Purge(ctx context.Context, floor timesheet.Day) (removed int, err error) {
	const op = "purge"
	if floor > timesheet.LastDay {
		return 0, invalid(op, "the floor %d lies after %v", floor, timesheet.LastDay)
	}
	for {
		var n int
		var to timesheet.Day
		if err := s.alone(ctx, op, func(b *pebble.Batch) (acked func(), err error) {
			n, to, acked, err = s.purgeStep(b, floor)
			return acked, err
		}); err != nil {
			return 0, err // n and to still belong to the writer
		}
		if removed += n; to >= floor {
			return removed, nil
		}
	}
}

// purgeStep deletes the oldest days, at most up to floor, and answers the floor that
// it set and how many entries went. Only the writer calls it.
func (s *Store) purgeStep(b *pebble.Batch, floor timesheet.Day) (n int, to timesheet.Day, acked func(), err error) {
	current := s.fence.checker().floor
	if floor <= current {
		return 0, current, func() {}, nil
	}
	n, to, err = s.countDays(floor)
	if err == nil {
		err = s.forget(b, func(r timesheet.Rejected) bool { return r.Before(to) })
	}
	if err != nil {
		return 0, 0, nil, readError("purge", err)
	}
	all := s.allPartitions()
	publish, err := s.mint(b, all)
	if err == nil {
		err = errors.Join(
			b.Set([]byte{kindFloor}, binary.BigEndian.AppendUint32(nil, uint32(to)), nil),
			b.DeleteRange(appendDay(nil, 0), appendDay(nil, to), nil),
			b.DeleteRange(appendDayOf(nil, kindCorrection, 0), appendDayOf(nil, kindCorrection, to), nil),
			s.unseal(b, to))
	}
	if err != nil {
		return 0, 0, nil, err
	}
	s.fence.raise(to)
	return n, to, func() {
		publish()
		s.feeds.reset(all)
	}, nil
}

// countDays counts entries, oldest first, until the days before floor end or a step
// is full, and answers the first day that was not counted.
func (s *Store) countDays(floor timesheet.Day) (n int, to timesheet.Day, err error) {
	it, err := s.entries(0, floor)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	day := timesheet.Day(-1)
	for ok := it.First(); ok; ok = it.Next() {
		if d := dayOf(it.Key()); d != day {
			if n >= purgeStep {
				return n, d, nil
			}
			day = d
		}
		n++
	}
	return n, floor, it.Error()
}

// Erased tells whether there is a tombstone for e.
func (s *Store) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	if err := s.begin(ctx, "read tombstone"); err != nil {
		return false, err
	}
	defer s.end()
	return s.fence.erased(e), nil
}

// Erase writes e's tombstone and deletes its entries, corrections, sealed records and
// rejected rows in one commit, so that nothing of it can be cut short. Each goes by its
// key: what the others have of the same days and series costs nothing. What lies of it
// in older files of the engine goes as they are compacted.
func (s *Store) Erase(ctx context.Context, e timesheet.EmployeeID) (int, error) {
	const op = "erase"
	if id, err := timesheet.ParseEmployeeID(string(e)); err != nil || id != e {
		return 0, invalid(op, "%q is not an employee id", e)
	}
	var removed int
	if err := s.alone(ctx, op, func(b *pebble.Batch) (acked func(), err error) {
		removed, acked, err = s.erase(b, e)
		return acked, err
	}); err != nil {
		return 0, err // removed still belongs to the writer
	}
	return removed, nil
}

func (s *Store) erase(b *pebble.Batch, e timesheet.EmployeeID) (removed int, acked func(), err error) {
	entries, err := s.skim(context.Background(), e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		return 0, nil, readError("erase", err)
	}
	if err := errors.Join(s.eraseSaid(b, e), s.forget(b, func(r timesheet.Rejected) bool { return r.Named() == e })); err != nil {
		return 0, nil, readError("erase", err)
	}
	own := []timesheet.Partition{timesheet.PartitionOf(e, s.Partitions())}
	h, _ := s.fence.hash(e)
	err = b.Set(tombstoneKey(h), nil, nil)
	for _, entry := range entries {
		err = errors.Join(err, b.Delete(appendEntryKey(nil, entry.Day, e), nil))
	}
	publish, err2 := s.mint(b, own)
	if err := errors.Join(err, err2); err != nil {
		return 0, nil, err
	}
	s.fence.bury(h)
	return len(entries), func() {
		publish()
		s.feeds.reset(own)
	}, nil
}
