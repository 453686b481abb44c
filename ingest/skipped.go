package ingest

import (
	"context"
	"sync"

	"timesheet"
)

// skipped is the ids of the rows that are rejected, as far as they are known here. It
// is safe for concurrent use.
type skipped struct {
	mu    sync.RWMutex
	ids   map[timesheet.RowID]struct{} // guarded by mu
	added []timesheet.RowID            // guarded by mu: during a refresh
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
		s.added = append(s.added, r.Row)
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
	s.added = nil
	s.mu.Unlock()
	ids := make(map[timesheet.RowID]struct{})
	for after := lowest; ; {
		const page = 1000
		rows, err := q.Rejected(ctx, source, after, page)
		if err != nil {
			return err
		}
		for _, r := range rows {
			ids[r.Row] = struct{}{}
			after = r.Row
		}
		if len(rows) < page {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.added { // perhaps after its page was read
		ids[id] = struct{}{}
	}
	s.ids, s.added = ids, nil
	return nil
}
