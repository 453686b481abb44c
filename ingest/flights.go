package ingest

import (
	"context"
	"sync"

	"timesheet"
)

// flight is a batch of rows on its way to the sink, and the position that holds once it
// and all before it have landed.
type flight struct {
	rows   []timesheet.Row
	fresh  int64 // rows that were never read before
	after  position
	landed bool // guarded by flights.mu

	made assigned // of the goroutine that delivers
}

// flights keeps the order of the flights: the position moves over those that landed,
// never over one that didn't. It is safe for concurrent use.
type flights struct {
	limit int

	mu    sync.Mutex
	air   []*flight // guarded by mu: taken off and not landed, or with such before them
	spare []*flight // guarded by mu: to be used again
	at    position  // guarded by mu: what is durable; never changed in place
	fresh int64     // guarded by mu: rows that landed

	room    chan struct{} // holds a token when a flight has landed
	running sync.WaitGroup
}

func newFlights(limit int, at position) *flights {
	return &flights{limit: limit, at: at, room: make(chan struct{}, 1)}
}

// next answers a flight to fill; it waits while as many as may be are in the air.
func (l *flights) next(ctx context.Context) (*flight, error) {
	for {
		if f := l.ready(); f != nil {
			return f, nil
		}
		select {
		case <-l.room:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (l *flights) ready() *flight {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.air) >= l.limit {
		return nil
	}
	if n := len(l.spare); n > 0 {
		f := l.spare[n-1]
		l.spare = l.spare[:n-1]
		return f
	}
	return &flight{}
}

// takeOff starts a flight, after which the position is after.
func (l *flights) takeOff(f *flight, fresh int64, after position, deliver func(*flight)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f.fresh, f.after, f.landed = fresh, after, false
	l.air = append(l.air, f)
	l.running.Go(func() { deliver(f) })
}

// giveBack returns a flight that didn't take off.
func (l *flights) giveBack(f *flight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = append(l.spare, f)
}

// note says that the position is after, with no more rows than those in the air.
func (l *flights) note(after position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.air); n > 0 {
		l.air[n-1].after = after
		return
	}
	l.at = after
}

// land says that a flight's rows are durable.
func (l *flights) land(f *flight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f.landed = true
	l.fresh += f.fresh
	n := 0
	for n < len(l.air) && l.air[n].landed {
		l.at = l.air[n].after
		n++
	}
	l.spare = append(l.spare, l.air[:n]...)
	l.air = append(l.air[:0], l.air[n:]...)
	kick(l.room)
}

// durable is the newest position all of whose rows are durable, how many rows landed,
// and whether any flight is in the air. The position must not be changed in place.
func (l *flights) durable() (at position, fresh int64, flying bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at, l.fresh, len(l.air) > 0
}
