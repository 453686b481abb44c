package ingest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"timesheet"
)

// Poller reads the clocking view and keeps reading it: every row that becomes visible
// ends as an entry that is durable or as a rejected row, in whatever order ids and
// commits come. Of several Pollers on one store, the one that holds the lease reads;
// two at once do no harm.
//
// It keeps a watermark: the highest id seen, and the ids below it that were not. Those
// are read again until they come, or until they have been missing for GapAge. What is
// stored of it, as the source's checkpoint, never runs ahead of what is durable.
type Poller struct {
	view     *lockedView
	searcher Searcher      // the view, if it is one; else nil
	search   chan struct{} // holds one token while Rows searches
	sink     Sink
	store    PollerStore
	o        PollerOptions
	log      *slog.Logger
	rejected *skipped
	rescan   chan struct{} // holds one token when the checkpoint was rewound here

	// Of the goroutine in Run.
	nonce  string
	tokens []timesheet.Token // of the store when the source was last read; nil at first

	mu       sync.Mutex
	status   timesheet.SourceStatus // guarded by mu, troubles aside
	troubles [causes]trouble        // guarded by mu
}

// NewPoller makes a Poller; Run starts it. The view is the Poller's alone from now on. If it
// is a Searcher, Rows asks it.
func NewPoller(v View, sink Sink, store PollerStore, o PollerOptions) *Poller {
	o.setDefaults()
	p := &Poller{
		view: newLockedView(v), search: make(chan struct{}, 1), sink: sink, store: store, o: o,
		log:      o.Logger.With("source", o.Source),
		rejected: newSkipped(), rescan: make(chan struct{}, 1), nonce: rand.Text(),
	}
	p.searcher, _ = v.(Searcher)
	p.status.State, p.status.AsOf = timesheet.SourceStarting, p.now()
	return p
}

// Run reads the source until ctx ends, and then is nil. It never gives up by itself:
// what goes wrong is told by Status. It gives the lease up at its end, which takes two
// seconds at most. It may be called once.
func (p *Poller) Run(ctx context.Context) error {
	defer p.giveUp(ctx)
	for ctx.Err() == nil {
		if p.await(ctx) {
			p.hold(ctx)
		}
	}
	return nil
}

// Status is how far the source was read, from memory. Where another instance reads, it
// is what that one told last. Safe for concurrent use.
func (p *Poller) Status() timesheet.SourceStatus { return p.statusFor(causes) }

// statusFor is the status as far as the causes before one go.
func (p *Poller) statusFor(before cause) timesheet.SourceStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.status
	for _, t := range p.troubles[:before] {
		if t.words != "" {
			s.State, s.Error = t.state, t.words
			break
		}
	}
	return s
}

// Rejected answers the rejected rows that are kept, with an id above after, ascending,
// at most limit. Errors: those of the store.
func (p *Poller) Rejected(ctx context.Context, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	return p.store.Rejected(ctx, p.o.Source, after, limit)
}

// Rescan reads everything from an id on again, see [Rescan]. Any instance may be asked.
func (p *Poller) Rescan(ctx context.Context, from timesheet.RowID, reason string) error {
	if err := Rescan(ctx, p.store, p.o.Source, from, p.o.Now(), reason); err != nil {
		return err
	}
	p.log.Warn("the source is read again", "from", from, "reason", reason)
	kick(p.rescan)
	return nil
}

func (p *Poller) now() timesheet.Instant { return timesheet.InstantOf(p.o.Now()) }

// kick wakes whom c belongs to.
func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// rest waits, unless ctx ends, which is false.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
