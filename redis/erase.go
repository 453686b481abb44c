package redis

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"timesheet"
)

// Erase writes a tombstone and removes all entries and corrections of e in one atomic step,
// with a note that e's rejected rows and sealed records, which lie in other slots, are still
// there. The note, the last that has the id, goes when they are gone; until then the next
// Open of any process, or Erase of e, finishes. The feed of the partition begins anew.
func (s *Store) Erase(ctx context.Context, e timesheet.EmployeeID) (removed int, err error) {
	const op = "erase an employee"
	if err := validID(e); err != nil {
		return 0, err
	}
	if _, err := s.sync(ctx); err != nil { // the secret in force
		return 0, fail(op, err)
	}
	p := s.partitionOf(e)
	tomb, epoch := tombstoneOf(s.secret(), e), mint()
	a := s.ask(ctx, true, eraseScript, []timesheet.Partition{p}, func(timesheet.Partition) []any {
		return []any{string(e), hashOf(e), tomb[:], epoch, s.o.FeedLength}
	})[p]
	if a.err != nil {
		return 0, fail(op, a.err)
	}
	w, ok := words(a.rest)
	if !ok || len(w) != 1 {
		return 0, damaged(op, a.rest)
	}
	removed, _ = strconv.Atoi(w[0])
	if err := s.eraseBeside(ctx, e); err != nil {
		return 0, fail(op, err)
	}
	// Learned at once, so that this process restores the tombstone after a FLUSHALL.
	s.load(ctx, []timesheet.Partition{p})
	return removed, nil
}

// eraseBeside removes what other slots than the partition's have of e, then the note of it.
func (s *Store) eraseBeside(ctx context.Context, e timesheet.EmployeeID) error {
	if err := s.forget(ctx, e, timesheet.FirstDay); err != nil {
		return err
	}
	all, err := s.series(ctx, "erase from closed months")
	if err != nil {
		return err
	}
	if err := s.strike(ctx, all, e); err != nil {
		return err
	}
	p := s.partitionOf(e)
	return s.ask(ctx, true, erasedScript, []timesheet.Partition{p}, func(timesheet.Partition) []any {
		return []any{string(e)}
	})[p].err
}

// Erased tells whether there is a tombstone for e.
func (s *Store) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	if err := validID(e); err != nil {
		return false, err
	}
	p := s.partitionOf(e)
	l := s.load(ctx, []timesheet.Partition{p})[p]
	if l.err != nil {
		return false, fail("look for a tombstone", l.err)
	}
	_, erased := l.filter.tombs[tombstoneOf(l.filter.secret, e)]
	return erased, nil
}

// gone answers the floor, and which of the employees ("" for nobody) have a tombstone.
func (s *Store) gone(ctx context.Context, ids []timesheet.EmployeeID) (floor timesheet.Day, erased map[timesheet.EmployeeID]bool, err error) {
	m, err := s.sync(ctx)
	if err != nil {
		return 0, nil, err
	}
	of := make(map[timesheet.Partition][]timesheet.EmployeeID)
	for _, e := range ids {
		if e != "" {
			p := s.partitionOf(e)
			of[p] = append(of[p], e)
		}
	}
	erased = make(map[timesheet.EmployeeID]bool)
	for p, l := range s.load(ctx, slices.Collect(maps.Keys(of))) {
		if l.err != nil {
			return 0, nil, l.err
		}
		if len(l.filter.tombs) == 0 {
			continue // and no hash is made
		}
		for _, e := range of[p] {
			if _, is := l.filter.tombs[tombstoneOf(l.filter.secret, e)]; is {
				erased[e] = true
			}
		}
	}
	return m.floor, erased, nil
}
