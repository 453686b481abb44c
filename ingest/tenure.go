package ingest

import (
	"context"
	"errors"
	"time"

	"timesheet"
)

// tenure is the time in which this instance reads the source: from taking the lease to
// losing it, or any doubt about what is durable. What it knows begins with the stored
// checkpoint and ends with it. It has two goroutines, besides those that deliver: one
// reads, one keeps lease and checkpoint.
type tenure struct {
	p          *Poller
	generation uint64
	flights    *flights
	landed     chan struct{} // holds a token when a flight has landed

	polling // of the goroutine that reads
	keeping // of the goroutine that keeps
}

// ends of a tenure.
var (
	errLeaseLost    = errors.New("another instance holds the lease")
	errLeaseInDoubt = errors.New("the lease couldn't be renewed in time")
	errRewound      = errors.New("the checkpoint was rewound")
	errStoreChanged = errors.New("the store has lost something, or its entries were lowered")
)

// reseeded ends a tenure whose source is to be read anew.
type reseeded struct{ words string }

func (r reseeded) Error() string { return r.words }

// Bounds of Run's end: how long clockings on their way may land, and what is durable
// be written down.
const (
	landWithin  = 400 * time.Millisecond
	writeWithin = 300 * time.Millisecond
)

// hold reads the source while the lease holds.
func (p *Poller) hold(ctx context.Context) {
	t, err := p.begin(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.say(fromStore, trouble{"reading can't begin: " + plain(err), timesheet.SourceRetrying})
			p.log.Warn("reading can't begin", "err", err)
			rest(ctx, time.Second)
		}
		return
	}
	p.calm()
	end := t.run(ctx)
	if ctx.Err() != nil {
		return
	}
	p.log.Warn("reading begins again from the checkpoint", "why", end)
	if r, ok := errors.AsType[reseeded](end); ok {
		p.startOver(ctx, t.generation, r.words)
	}
}

// plain is what may be told of an error to everybody.
func plain(err error) string {
	switch code := timesheet.CodeOf(err); code {
	case timesheet.Invalid, timesheet.Conflict:
		return err.Error()
	case timesheet.Unavailable:
		return "the store or the source is out of reach"
	default:
		return "the service's log says why"
	}
}

// run reads and keeps until one of both ends, and answers why.
func (t *tenure) run(ctx context.Context) error {
	within, end := context.WithCancelCause(ctx)
	flying, ground := context.WithCancel(context.WithoutCancel(ctx))
	t.fly = func(f *flight) { t.deliver(flying, f) }
	read, kept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		end(t.read(within))
	}()
	go func() {
		defer close(kept)
		end(t.keep(within))
	}()
	<-read
	<-kept
	if ctx.Err() != nil {
		t.finish(ctx)
	}
	ground()
	t.flights.running.Wait()
	if ctx.Err() != nil {
		t.writeLast(ctx)
	}
	return context.Cause(within)
}

// finish waits a moment for what is in the air.
func (t *tenure) finish(ctx context.Context) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), landWithin)
	defer cancel()
	for {
		if _, _, flying := t.flights.durable(); !flying {
			return
		}
		select {
		case <-t.landed:
		case <-within.Done():
			return
		}
	}
}

// writeLast stores what is durable at the end.
func (t *tenure) writeLast(ctx context.Context) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	if err := t.write(within); err != nil {
		t.p.log.Warn("the last checkpoint couldn't be stored; some rows will be read again", "err", err)
	}
}
