package clocking

import (
	"context"
	"iter"
	"math/rand/v2"
	"sync"
	"time"
)

// WriterOptions say how the machines' software writes.
type WriterOptions struct {
	// Rows are what is written, in their order: under their own ids, or those of the
	// identity where they have none. The writers end with them.
	Rows iter.Seq[Arrival]
	// Rate is how many rows come in a second. 0 leaves it to the rows' own Due.
	Rate float64
	// Writers is how many transactions are open at once at most; 1 by default.
	Writers          int
	MinHold, MaxHold time.Duration // a transaction is open for a time between, at random
	Rollback         float64       // share of the transactions, 0 to below 1, that are rolled back
	// Retry writes what was rolled back once more, under new ids where the identity gave
	// them; else it is gone.
	Retry     bool
	JumpEvery int // after so many rows identityCache ids are left out; 0 is never
	Seed      uint64
}

// Arrival is a row and when it comes, counted from the beginning.
type Arrival struct {
	Row Row
	Due time.Duration
}

// AtOnce are rows that have no time of their own: as many come as transactions can
// be opened, one each, or as the rate says.
func AtOnce(rows iter.Seq[Row]) iter.Seq[Arrival] {
	return func(yield func(Arrival) bool) {
		for r := range rows {
			if !yield(Arrival{Row: r}) {
				return
			}
		}
	}
}

// Writers write rows in transactions that overlap: ids are taken in the order of the
// rows, and committed in another. With the same options they do the same in the same
// order, however late the machine is.
type Writers struct {
	system   *System
	options  WriterOptions
	random   *rand.Rand
	begin    time.Time
	clock    time.Duration // the event at hand, counted from begin
	slots    []slot
	inserted int
	stop     context.CancelFunc // no more rows
	kill     context.CancelFunc // no more time for open transactions
	done     chan struct{}

	mu     sync.Mutex // guards what follows
	counts WriterCounts
}

// slot is one writer.
type slot struct {
	tx   *Tx           // nil when idle
	ends time.Duration // when tx does
	rows []Row         // of tx
}

// WriterCounts are what writers have done.
type WriterCounts struct {
	Inserted   int // rows that were given an id
	Committed  int // rows
	RolledBack int // rows
	Refused    int // rows with an id of their own that another has
}

// StartWriters starts writing. Stop it, or Wait for its end.
func (s *System) StartWriters(o WriterOptions) *Writers {
	live, kill := context.WithCancel(context.Background())
	ctx, stop := context.WithCancel(live)
	w := &Writers{
		system: s, options: o, random: rand.New(rand.NewPCG(o.Seed, 0xc10c)), begin: time.Now(),
		slots: make([]slot, max(o.Writers, 1)), stop: stop, kill: kill, done: make(chan struct{}),
	}
	go func() {
		defer close(w.done)
		defer kill()
		defer stop()
		w.run(ctx, live)
	}()
	return w
}

// Stop takes no more rows, waits until the open transactions have ended as they
// would have, and answers what was done.
func (w *Writers) Stop() WriterCounts {
	w.stop()
	<-w.done
	return w.Counts()
}

// Abandon rolls open transactions back at once, as the end of their program would.
func (w *Writers) Abandon() WriterCounts {
	w.kill()
	<-w.done
	return w.Counts()
}

// Wait waits until all rows were written, or until Stop.
func (w *Writers) Wait() WriterCounts {
	<-w.done
	return w.Counts()
}

// Done is closed when all has been written, or after Stop.
func (w *Writers) Done() <-chan struct{} { return w.done }

// Counts are what was done so far.
func (w *Writers) Counts() WriterCounts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts
}

func (w *Writers) count(do func(*WriterCounts)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	do(&w.counts)
}

// run goes through the arrivals and the transactions' ends by their time, until ctx
// ends; then through the ends of what is open, until live ends too.
func (w *Writers) run(ctx, live context.Context) {
	n := 0
	for a := range w.options.Rows {
		if w.options.Rate > 0 {
			a.Due = time.Duration(float64(n) / w.options.Rate * float64(time.Second))
		}
		if !w.arrive(ctx, a) {
			break
		}
		n++
	}
	for next := w.earliest(); next != nil; next = w.earliest() {
		if w.advance(live, next.ends) {
			w.end(next)
			continue
		}
		next.tx.Rollback()
		next.tx = nil
		w.count(func(c *WriterCounts) { c.RolledBack += len(next.rows) })
	}
}

// arrive writes a row when it is due, in a transaction of an idle writer. Where all
// are busy, one of them takes the row along; a row without a time waits for an idle
// one instead. It is false when the writers were stopped.
func (w *Writers) arrive(ctx context.Context, a Arrival) bool {
	due := max(a.Due, w.clock)
	for next := w.earliest(); next != nil && next.ends <= due; next = w.earliest() {
		if !w.advance(ctx, next.ends) {
			return false
		}
		w.end(next)
	}
	to := w.idle()
	if to == nil && a.Due == 0 && w.options.Rate == 0 {
		to, due = w.earliest(), w.earliest().ends
	}
	if !w.advance(ctx, due) {
		return false
	}
	switch {
	case to == nil:
		to = &w.slots[w.random.IntN(len(w.slots))]
	case to.tx != nil:
		w.end(to)
	}
	if to.tx == nil {
		w.open(to)
	}
	w.write(to, a.Row)
	return true
}

// idle is a writer without a transaction; nil for none.
func (w *Writers) idle() *slot {
	for i := range w.slots {
		if w.slots[i].tx == nil {
			return &w.slots[i]
		}
	}
	return nil
}

// earliest is the writer whose transaction ends first; nil for none.
func (w *Writers) earliest() *slot {
	var first *slot
	for i := range w.slots {
		if s := &w.slots[i]; s.tx != nil && (first == nil || s.ends < first.ends) {
			first = s
		}
	}
	return first
}

// advance waits until it is time; false when ctx has ended.
func (w *Writers) advance(ctx context.Context, to time.Duration) bool {
	w.clock = to
	if left := time.Until(w.begin.Add(to)); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

func (w *Writers) open(s *slot) {
	hold := w.options.MinHold
	if more := w.options.MaxHold - hold; more > 0 {
		hold += time.Duration(w.random.Int64N(int64(more)))
	}
	s.tx, s.ends, s.rows = w.system.Begin(), w.clock+hold, s.rows[:0]
}

func (w *Writers) write(s *slot, r Row) {
	if r.ID == 0 {
		s.tx.InsertNext(r)
	} else if err := s.tx.InsertRow(r); err != nil {
		w.count(func(c *WriterCounts) { c.Refused++ })
		return
	}
	s.rows = append(s.rows, r)
	w.count(func(c *WriterCounts) { c.Inserted++ })
	if w.inserted++; w.options.JumpEvery > 0 && w.inserted%w.options.JumpEvery == 0 {
		w.system.Jump(identityCache)
	}
}

// end ends a transaction. A retry of its rows is the writer's next one, at once.
func (w *Writers) end(s *slot) {
	rows := s.rows
	committed := w.random.Float64() >= w.options.Rollback
	if !committed {
		s.tx.Rollback()
	} else if err := s.tx.Commit(); err != nil { // a restart has ended it
		committed = false
	}
	s.tx = nil
	w.count(func(c *WriterCounts) {
		if committed {
			c.Committed += len(rows)
		} else {
			c.RolledBack += len(rows)
		}
	})
	if !committed && w.options.Retry {
		s.rows = nil
		w.open(s)
		for _, r := range rows {
			w.write(s, r)
		}
	}
}
