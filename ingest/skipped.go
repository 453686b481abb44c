package ingest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"timesheet"
)

// skipped is the ids of the rows that are rejected, as far as they are known here. Like
// the store, it forgets the lowest ones when they get too many. It is safe for
// concurrent use.
type skipped struct {
	mu         sync.RWMutex
	ids        map[timesheet.RowID]struct{} // guarded by mu; at most 2*MaxRejected between two adds
	refreshing bool                         // guarded by mu
	added      []timesheet.RowID            // guarded by mu: during a refresh
}

func newSkipped() *skipped { return &skipped{ids: make(map[timesheet.RowID]struct{})} }

// has tells whether the row is left out.
func (s *skipped) has(id timesheet.RowID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.ids[id]
	return ok
}

// add says that rows were rejected.
func (s *skipped) add(rows []timesheet.Rejected) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range rows {
		s.ids[r.Row] = struct{}{}
		if s.refreshing {
			s.added = append(s.added, r.Row)
		}
	}
	if len(s.ids) <= 2*timesheet.MaxRejected {
		return
	}
	lowestFirst := slices.Sorted(maps.Keys(s.ids))
	for _, id := range lowestFirst[:len(lowestFirst)-timesheet.MaxRejected] {
		delete(s.ids, id)
	}
}

// remove says that a row was released.
func (s *skipped) remove(id timesheet.RowID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids, id)
}

// refresh reads which rows are rejected. One refresh at a time.
func (s *skipped) refresh(ctx context.Context, q timesheet.Quarantine, source string) error {
	s.mu.Lock()
	s.refreshing = true
	s.mu.Unlock()
	ids, err := readRejected(ctx, q, source)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		for _, id := range s.added { // perhaps after its page was read
			ids[id] = struct{}{}
		}
		s.ids = ids
	}
	s.refreshing, s.added = false, nil
	return err
}

// readRejected reads the ids of all rejected rows.
func readRejected(ctx context.Context, q timesheet.Quarantine, source string) (map[timesheet.RowID]struct{}, error) {
	ids := make(map[timesheet.RowID]struct{})
	for after := lowest; ; {
		const page = 1000
		rows, err := q.Rejected(ctx, source, after, page)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			ids[r.Row] = struct{}{}
			after = r.Row
		}
		if len(rows) < page {
			return ids, nil
		}
	}
}
