package ingest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// sleep lets a bubble's time pass.
func sleep(d time.Duration) { <-time.After(d) }

// clockings is a Clocking system: ids are taken in order, rows become visible when
// their transactions commit. It is meant for a synctest bubble.
type clockings struct {
	mu     sync.Mutex
	rows   []timesheet.Row                       // guarded by mu: committed, by id
	since  map[timesheet.RowID]timesheet.Instant // guarded by mu: when a row became visible as it is
	locked map[timesheet.RowID]bool              // guarded by mu: committed, and being changed
	next   timesheet.RowID                       // guarded by mu
	ever   []timesheet.Row                       // guarded by mu: all that was ever visible
	fault  func(call string) (cut int, _ error)  // guarded by mu; cut ends an answer after so many rows
}

func newClockings() *clockings {
	return &clockings{next: 1, locked: make(map[timesheet.RowID]bool), since: make(map[timesheet.RowID]timesheet.Instant)}
}

// take takes the next id.
func (c *clockings) take() timesheet.RowID {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	return c.next - 1
}

// jump leaves out ids, as a restart of the server does.
func (c *clockings) jump(n timesheet.RowID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next += n
}

// commit makes rows visible, or changes visible ones.
func (c *clockings) commit(rows ...timesheet.Row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range rows {
		c.next = max(c.next, r.ID+1)
		c.ever = append(c.ever, r)
		i, there := c.find(r.ID)
		if !there {
			c.rows = slices.Insert(c.rows, i, r)
		}
		c.rows[i], c.since[r.ID] = r, timesheet.InstantOf(inBubble())
	}
}

func (c *clockings) delete(ids ...timesheet.RowID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if i, there := c.find(id); there {
			c.rows = slices.Delete(c.rows, i, i+1)
		}
	}
}

// reseed empties the table and begins at an id.
func (c *clockings) reseed(next timesheet.RowID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows, c.next = nil, next
	clear(c.since)
}

func (c *clockings) lock(locked bool, ids ...timesheet.RowID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if c.locked[id] = locked; !locked {
			delete(c.locked, id)
		}
	}
}

// lastLocked tells whether the last row is locked.
func (c *clockings) lastLocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.rows)
	return n > 0 && c.locked[c.rows[n-1].ID]
}

func (c *clockings) setFault(fault func(call string) (cut int, _ error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

func (c *clockings) find(id timesheet.RowID) (int, bool) {
	return slices.BinarySearchFunc(c.rows, id, func(r timesheet.Row, id timesheet.RowID) int { return cmp.Compare(r.ID, id) })
}

// missing is how many ids below the highest visible one are not visible.
func (c *clockings) missing() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.rows) == 0 {
		return 0
	}
	return int64(c.rows[len(c.rows)-1].ID) - int64(len(c.rows))
}

// touchOf is the row of an id: several employees, a few minutes apart.
func touchOf(id timesheet.RowID) timesheet.Row {
	at := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC).Add(time.Duration(uint64(id)*2654435761%1_000_000) * time.Second)
	return timesheet.Row{ID: id, Clocking: timesheet.Clocking{
		Employee: timesheet.EmployeeID(fmt.Sprintf("E%02d", uint64(id)*7919%23)),
		At:       timesheet.LocalTime(timesheet.Wall(at.UnixMilli())),
	}}
}

// fill commits the rows from first to last.
func (c *clockings) fill(first, last timesheet.RowID) {
	for id := first; id <= last; id++ {
		c.commit(touchOf(id))
	}
}

// write is one writer: it takes ids and commits after a hold, until ctx ends.
func (c *clockings) write(ctx context.Context, rng *rand.Rand, hold time.Duration, rollbacks, jumps float64) {
	for ctx.Err() == nil {
		if rng.Float64() < jumps {
			c.jump(1000)
		}
		id := c.take()
		sleep(time.Duration(rng.Int64N(int64(hold))))
		if rng.Float64() >= rollbacks {
			c.commit(touchOf(id))
		}
	}
}

// process is one life of the service: its own handle on the store, its own connection
// to the source. Once killed, nothing that it does has any effect.
type process struct {
	t      testing.TB
	source *clockings
	*storetest.Faulty
	memory *storetest.Memory
	dead   atomic.Bool
	rules  atomic.Pointer[timesheet.DayRules]
	poller *ingest.Poller
	stop   context.CancelFunc
	done   chan struct{}

	submit  func(b timesheet.Batch) error // asked before each Submit; nil for none
	viewing atomic.Int32                  // calls of the view

	mu            sync.Mutex
	batches, most int // guarded by mu: on their way, now and at most
}

// start begins a life with its poller.
func start(t testing.TB, source *clockings, memory *storetest.Memory, o ingest.PollerOptions, change ...func(*process)) *process {
	t.Helper()
	handle := memory.Another()
	p := &process{t: t, source: source, memory: handle, Faulty: storetest.NewFaulty(handle), done: make(chan struct{})}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	for _, c := range change {
		c(p)
	}
	if err := p.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.poller = ingest.NewPoller(p, p, p, o)
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	go func() {
		defer close(p.done)
		if err := p.poller.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	return p
}

// quit ends a life in good order.
func (p *process) quit() {
	p.stop()
	<-p.done
}

// kill ends a life as kill -9 does.
func (p *process) kill() {
	p.dead.Store(true)
	dead := func(int) storetest.Fault { return storetest.Fault{Before: errDead} }
	for _, method := range []string{"Merge", "Checkpoint", "Advance", "Rewind", "Acquire", "Release", "Reject", "Rejected", "CountRejected", "Days", "DayRules"} {
		p.On(method, dead)
	}
	p.quit()
}

var errDead = timesheet.NewError(timesheet.Unavailable, "", errors.New("the process is dead"))

func (p *process) DayRules() *timesheet.DayRules { return p.rules.Load() }

func (p *process) Reload(ctx context.Context) error {
	version, assignments, err := p.Faulty.DayRules(ctx)
	if err != nil || version == 0 {
		return err
	}
	r, err := timesheet.NewDayRules(version, assignments, time.LoadLocation)
	if err == nil {
		p.rules.Store(r)
	}
	return err
}
