package clocking

import "iter"

// Jump leaves n ids out, as a restart does that loses the cache of the identity.
func (s *System) Jump(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next += n
}

// reserve takes the next id of the identity, for a row to be inserted under it later.
func (s *System) reserve() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take()
}

// Reseed empties the table and makes to the next id (TRUNCATE TABLE and DBCC
// CHECKIDENT); transactions in flight are ended, as by a restart.
func (s *System) Reseed(to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abort()
	s.rows, s.next = table{}, to
}

// Rebuild leaves the ids as they are and moves each row's values to the id after its
// own, and the last's to the first: a view that numbers its rows anew.
func (s *System) Rebuild() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abort()
	previous, _ := s.rows.last()
	for k := range s.rows.chunks {
		c := s.rows.own(k)
		for i, r := range c.rows {
			previous.id = r.id
			c.rows[i], previous = previous, r
		}
	}
}

// Max is the highest committed id; 0 for none.
func (s *System) Max() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, _ := s.rows.last()
	return last.id
}

// Len is how many rows are committed.
func (s *System) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows.count
}

// InFlight is how many rows transactions hold.
func (s *System) InFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inFlight)
}

// Rows are the rows as they are committed at the moment of the call, by ascending id.
func (s *System) Rows() iter.Seq[Row] {
	s.mu.Lock()
	chunks := s.rows.share(minID, maxID, s.rows.count)
	staff := s.staff
	s.mu.Unlock()
	return func(yield func(Row) bool) {
		for _, c := range chunks {
			for _, r := range c.rows {
				if !yield(s.shown(r, staff)) {
					return
				}
			}
		}
	}
}
