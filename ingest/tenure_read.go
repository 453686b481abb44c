package ingest

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"timesheet"
)

// Pauses after an error of the view: those of the first kind grow, those of the second,
// which only people can mend, don't.
const (
	minRetry = 200 * time.Millisecond
	maxRetry = 10 * time.Second
	idleFor  = time.Minute
)

// polling is what the goroutine that reads knows.
type polling struct {
	at    position // moments aside, which ring has
	ring  ring
	clock clock
	fly   func(*flight)

	state    timesheet.SourceState
	loading  *flight   // pages of a backlog that go together; nil for none
	loadedAt time.Time // when its first page came

	inspect bool      // whether the fingerprints are to be checked
	gone    time.Time // when fingerprinted rows were first missing; zero for none
	doubted time.Time // when a falling highest id couldn't be confirmed

	gapsRead time.Time         // when gaps were read again
	cursor   timesheet.RowID   // up to which gaps were read again in this pass over them
	passFrom timesheet.Instant // when the pass began
	lagAsked time.Time

	sweep sweep
}

// clock measures how long the source has been readable: between two reads that both
// succeeded, with no error between them, and never more than cap for both, since the
// process may have stood still.
type clock struct {
	last time.Time // of the last success; zero after an error
	cap  time.Duration
}

// success answers by how much the readable time grew.
func (c *clock) success(now time.Time) (grown time.Duration) {
	if !c.last.IsZero() {
		grown = min(now.Sub(c.last), c.cap)
	}
	c.last = now
	return grown
}

func (c *clock) failure() { c.last = time.Time{} }

// read polls until ctx ends or there is a reason to begin again.
func (t *tenure) read(ctx context.Context) error {
	if t.at.alarm != "" {
		return t.stop(ctx, t.at.alarm)
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = minRetry, maxRetry
	for {
		began := time.Now()
		full, err := t.round(ctx)
		switch {
		case err != nil:
		case full:
			err = t.busy(ctx)
		default:
			err = t.idle(ctx, began.Add(t.p.o.Interval))
		}
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			pause.Reset()
			continue
		}
		if r, ok := errors.AsType[reseeded](err); ok {
			if t.p.o.OnReseed == RescanOnReseed {
				return r
			}
			return t.alarm(ctx, r)
		}
		t.clock.failure()
		rest(ctx, t.suffer(err, pause))
	}
}

// suffer tells about an error of the view, and answers how long to wait.
func (t *tenure) suffer(err error, pause *backoff.ExponentialBackOff) time.Duration {
	told, wait := trouble{err.Error(), timesheet.SourceRetrying}, pause.NextBackOff()
	switch timesheet.CodeOf(err) {
	case timesheet.Unavailable:
	case timesheet.Invalid:
		told.state, wait = timesheet.SourceStopped, idleFor
	default:
		told.words = "the source can't be read; the service's log says why"
	}
	if t.p.say(fromSource, told) {
		t.p.log.Warn("the source can't be read", "state", told.state, "err", err)
	}
	return wait
}

// alarm stores that the source isn't what it was, and reads nothing more.
func (t *tenure) alarm(ctx context.Context, r reseeded) error {
	t.unload()
	t.at.alarm = clip(r.words+"; nothing is read any more. To read everything again: timesheet source rescan; to have that done by itself: --on-reseed rescan", maxTrouble)
	t.note()
	kick(t.landed)
	t.p.log.Error("alarm: the source isn't what it was", "why", r.words)
	return t.stop(ctx, t.at.alarm)
}

// stop waits for the end of the tenure, which a rewind brings.
func (t *tenure) stop(ctx context.Context, words string) error {
	t.p.say(fromAlarm, trouble{words, timesheet.SourceStopped})
	<-ctx.Done()
	return nil
}

// round is one poll. full: there is more to read at once.
func (t *tenure) round(ctx context.Context) (full bool, err error) {
	if t.inspect {
		if err := t.inspectPrints(ctx); err != nil {
			return false, err
		}
	}
	began := t.p.now()
	n, err := t.page(ctx)
	if err != nil {
		return false, err
	}
	full = n == t.p.o.Page
	t.state = timesheet.SourcePolling
	if full {
		t.state = timesheet.SourceCatchingUp
	}
	if err := t.measure(ctx, n, full); err != nil {
		return false, err
	}
	if !full || time.Since(t.gapsRead) >= t.p.o.Interval {
		t.gapsRead = time.Now()
		asOf, err := t.gapsAgain(ctx, began)
		if err != nil {
			return false, err
		}
		if !full {
			t.asOf(asOf, began)
		}
	}
	t.ring.add(moment{t.p.now(), t.at.readable, t.at.head})
	if t.loading == nil {
		t.note()
	}
	t.p.over(fromSource, "the source can be read again")
	kick(t.landed)
	return full, nil
}

// asOf says when all that was visible had been read; zero for not now. A moment that is
// still to come is one of a clock that went wrong: it would call old entries fresh.
func (t *tenure) asOf(at, now timesheet.Instant) {
	if at == 0 {
		return
	}
	if at > t.at.asOf || t.at.asOf > now {
		t.at.asOf = at
	}
	t.at.settle(at, now)
}
