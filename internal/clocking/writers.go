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
	Retry bool
	// Late is the share of rows, 0 to 1, that are written only at their transaction's end,
	// under ids taken before. SQL Server takes an id shortly before it locks the row, so
	// that even a reader who waits for locks can pass by a row to come; this makes the
	// moment long.
	Late      float64
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
