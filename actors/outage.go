package actors

import (
	"time"

	"timesheet"
)

// outage is a row of failures without an answer of the store between them.
type outage struct{ since, last time.Time }

// next is the outage that a failure now belongs to; before may be nil. Failures that
// lie gap apart are of two: nobody asked between them.
func (before *outage) next(now time.Time, gap time.Duration) *outage {
	if before != nil && now.Sub(before.last) < gap {
		return &outage{since: before.since, last: now}
	}
	return &outage{since: now, last: now}
}

// fails notes a failure at p and answers since when the store fails there.
func (s *shard) fails(p *partition) (since time.Time) {
	now := time.Now()
	// Longer than from one try to the next: a pause, the flight before and its own.
	gap := s.sys.o.RetryMax + 3*flushTimeout
	before := s.sys.away.Load()
	away := before.next(now, gap)
	s.sys.away.CompareAndSwap(before, away) // else another shard did
	if p.failing = p.failing.next(now, gap); p.failing.since.Equal(now) {
		// Where no partition has had an answer since, it is the store that is away,
		// and this one need not begin to wait.
		p.failing.since = away.since
	}
	return p.failing.since
}

// up notes that the store answered.
func (s *shard) up(p *partition) {
	p.failing, p.down = nil, nil
	if s.sys.away.Load() != nil {
		s.sys.away.Store(nil)
	}
}

// giveUp answers all that waits at p once the store has failed for longer than
// Options.Patience: at merging, or at reading the day rules that p waits for. Nothing
// of it counts as known: p was voided.
func (s *shard) giveUp(p *partition, err, rulesErr error) {
	if err == nil || final(err) {
		err = rulesErr
	}
	if err == nil {
		return
	}
	if time.Since(s.fails(p)) < s.sys.o.Patience {
		return
	}
	p.down = timesheet.NewError(timesheet.Unavailable, "submit", err)
	queue := p.queue
	p.queue, p.alone, p.refresh = nil, 0, false // nobody waits for the rules any more
	for _, r := range queue {
		s.answer(r.piece, p.down)
	}
}
