package board

import (
	"context"
	"sync"
	"time"

	"timesheet"
)

const (
	// resyncEvery is how often one subscriber is told to read again at most: in the
	// flood of a replay all would do nothing else.
	resyncEvery = time.Second
	// eventsAtOnce bounds what one Next answers: each subscriber may be writing as much.
	eventsAtOnce = 64
)

// Subscription is a subscriber's place among the events. One goroutine at a time may
// use it.
type Subscription struct {
	hub      *Hub
	filter   Filter
	at       uint64    // number of the event that was told last
	lost     bool      // events are missing
	resynced time.Time // when the last resync was told

	wake           chan struct{} // has a token when there are events; made by the first wait
	queued         bool          // it waits; this and what follows the hub's mu guards
	before, behind *Subscription // in the hub's queue
}

// Next waits for events and answers at least one, in their order; a resync comes
// alone. Changes of a person's day that a slow subscriber has not fetched may be told
// as one, or by a resync. It is Unavailable when ctx ends or the service stops.
func (s *Subscription) Next(ctx context.Context) ([]Event, error) {
	const op = "wait for changes"
	s.hub.want()
	for {
		now := s.hub.now.Load()
		if now.end {
			return nil, timesheet.NewError(timesheet.Unavailable, op, errHubClosed)
		}
		events := s.take(now.last)
		if s.lost {
			return s.resync(ctx)
		}
		if len(events) > 0 {
			return events, nil
		}
		if err := s.hub.wait(ctx, s); err != nil {
			return nil, timesheet.NewError(timesheet.Unavailable, op, err)
		}
	}
}

// take answers wanted events up to number last.
func (s *Subscription) take(last uint64) (events []Event) {
	for s.at < last && len(events) < eventsAtOnce && !s.lost {
		n := s.at + 1
		c := s.hub.ring[n%uint64(len(s.hub.ring))].Load()
		if s.lost = c == nil || c.n != n || c.resync; s.lost {
			break
		}
		if s.at = n; s.filter.match(c) {
			events = append(events, Event{c})
		}
	}
	return events
}

// resync says that events are missing, and goes on at the present.
func (s *Subscription) resync(ctx context.Context) ([]Event, error) {
	if wait := time.Until(s.resynced.Add(resyncEvery)); wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil, timesheet.NewError(timesheet.Unavailable, "wait for changes", ctx.Err())
		}
	}
	s.at, s.lost, s.resynced = s.hub.now.Load().last, false, time.Now()
	return []Event{{&change{hub: s.hub, n: s.at, resync: true}}}, nil
}

// Event is one change, or a resync.
type Event struct{ c *change }

// ID resumes after this event: see [Hub.Subscribe].
func (e Event) ID() string { return e.c.hub.id(e.c.n) }

// Resync says that events are missing, or that too much changed to tell: what is shown
// must be read again. Such an event has nothing but an id.
func (e Event) Resync() bool { return e.c.resync }

// Day and Employee say whose day changed; it is the person, not the badge.
func (e Event) Day() timesheet.Day { return e.c.day }

// Employee is the person.
func (e Event) Employee() timesheet.EmployeeID { return e.c.employee }

// Gone says that there is no row of the person on that day any more.
func (e Event) Gone() bool { return e.c.gone }

// Row is the row as it is shown now; of a resync the zero Row. It is made once, for all
// subscribers, when the first one asks.
func (e Event) Row() Row {
	c := e.c
	c.once.Do(func() {
		if !c.resync {
			c.row = c.book.row(c.employee, c.day, c.entry, c.correction, c.moment())
		}
	})
	return c.row
}

// Text is what write makes of the event, kept for all subscribers: the first one's.
// All must use the same write.
func (e Event) Text(write func(Event) []byte) []byte {
	e.c.written.Do(func() { e.c.text = write(e) })
	return e.c.text
}

// change is what became of a person's day. It is shared and, but for what is made
// once, never changed.
type change struct {
	hub        *Hub   // that told it
	n          uint64 // as its n-th event
	resync     bool
	day        timesheet.Day
	employee   timesheet.EmployeeID
	entry      timesheet.Entry
	correction *timesheet.Correction // nil for none that counts
	unread     bool                  // entry isn't known until the store was asked
	gone       bool
	book       book
	moment     func() timesheet.Moment

	looked  sync.Once // guards who
	who     timesheet.Person
	once    sync.Once // guards row
	row     Row
	written sync.Once // guards text
	text    []byte
}

// person is who it is on the day, looked up once for all subscribers.
func (c *change) person() *timesheet.Person {
	c.looked.Do(func() { c.who = c.book.person(c.employee, c.day) })
	return &c.who
}
