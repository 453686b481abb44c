package clocking

import (
	"context"
	"slices"
	"time"
)

// Waiting is how many readers wait for a row in flight.
func (s *System) Waiting() int { return int(s.waiting.Load()) }

// wait waits until the transaction has ended.
func (s *System) wait(ctx context.Context, holder *Tx, timeout time.Duration) error {
	var expired <-chan time.Time
	if timeout >= 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case <-holder.done:
		return nil
	case <-expired:
		return lockTimeout()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// highest is the highest id: of a scan from the end on, which waits for rows in
// flight only until it meets a row that it may see. It never turns round: rows that
// come meanwhile are behind it. found is false where there is none.
func (s *System) highest(ctx context.Context, how reading, timeout time.Duration) (id int64, found bool, err error) {
	for from := int64(maxID); ; {
		id, found, holder := s.top(how, from)
		if holder == nil {
			return id, found, nil
		}
		if err := s.wait(ctx, holder, timeout); err != nil {
			return 0, false, err
		}
		from = id
	}
}

// top is the highest id up to from that the reader sees or has to wait for; holder is
// who it waits for, nil for nobody.
func (s *System) top(how reading, from int64) (id int64, found bool, holder *Tx) {
	s.mu.Lock()
	defer s.mu.Unlock()
	flight := s.inFlight
	for n := len(flight); n > 0 && flight[n-1].id > from; n = len(flight) {
		flight = flight[:n-1]
	}
	for _, c := range slices.Backward(s.rows.chunks) {
		for _, r := range slices.Backward(c.rows) {
			if r.id > from {
				continue
			}
			if how == versions {
				return r.id, true, nil
			}
			held := false
			for n := len(flight); n > 0 && flight[n-1].id >= r.id; n = len(flight) {
				if how == waiting {
					return flight[n-1].id, false, flight[n-1].tx
				}
				held = flight[n-1].id == r.id
				flight = flight[:n-1]
			}
			if !held {
				return r.id, true, nil
			}
		}
	}
	if n := len(flight); how == waiting && n > 0 {
		return flight[n-1].id, false, flight[n-1].tx
	}
	return 0, false, nil
}
