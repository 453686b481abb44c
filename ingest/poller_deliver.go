package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"timesheet"
)

// badPause is how long a batch waits that fails for reasons that don't pass.
const badPause = 10 * time.Second

// errNoRules is what a sink without day rules comes to.
var errNoRules = timesheet.NewError(timesheet.Unavailable, "read the day rules", errors.New("there are none yet"))

// deliver makes a flight's rows durable, or rejected, for as long as it takes.
func (t *tenure) deliver(ctx context.Context, f *flight) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = minPause, maxPause
	for stale := 0; ctx.Err() == nil; {
		err := t.attempt(ctx, f)
		switch {
		case err == nil:
			t.flights.land(f)
			t.p.over(fromSink, "clockings are stored again")
			kick(t.landed)
			return
		case ctx.Err() != nil:
			return
		case errors.Is(err, timesheet.Stale) && stale < maxStale:
			stale++ // the rules were read again
			continue
		}
		stale = 0
		wait := pause.NextBackOff()
		if t.mourn(err, f) {
			wait = badPause
		}
		rest(ctx, wait)
	}
}

// attempt sends a flight's rows once.
func (t *tenure) attempt(ctx context.Context, f *flight) error {
	p := t.p
	rules := p.sink.DayRules()
	if rules == nil {
		if err := p.sink.Reload(ctx); err != nil {
			return err
		}
		if rules = p.sink.DayRules(); rules == nil {
			return errNoRules
		}
	}
	assign(f.rows, rules, p.now(), p.rejected.has, &f.made)
	if n := len(f.made.rejected); n > 0 {
		if err := p.store.Reject(ctx, p.o.Source, f.made.rejected); err != nil {
			return fmt.Errorf("keep rejected rows: %w", err)
		}
		p.rejected.add(f.made.rejected)
		p.log.Warn("rows can't be used and were rejected", "rows", n, "first_id", f.made.rejected[0].Row)
	}
	if len(f.made.batch.Entries) == 0 {
		return nil
	}
	_, err := p.sink.Submit(ctx, f.made.batch)
	if errors.Is(err, timesheet.Stale) {
		return errors.Join(err, p.sink.Reload(ctx))
	}
	return err
}

// mourn tells why a flight doesn't land. true: for a reason that won't pass.
func (t *tenure) mourn(err error, f *flight) bool {
	var words string
	state := timesheet.SourceRetrying
	switch timesheet.CodeOf(err) {
	case timesheet.Unavailable, timesheet.Stale:
		words = "clockings can't be stored: the store is out of reach; they wait"
		if errors.Is(err, errNoRules) {
			words = "there are no day rules yet, so clockings wait; set a time zone"
		}
	case timesheet.Overloaded:
		words = "clockings can't be stored as fast as they come; they wait"
	default:
		state = timesheet.SourceStopped
		words = fmt.Sprintf("the rows %d to %d can't be stored, and nothing is read beyond them; the service's log says why", f.rows[0].ID, f.rows[len(f.rows)-1].ID)
	}
	if t.p.say(fromSink, trouble{words, state}) {
		t.p.log.Warn(words, "err", err)
	}
	return state == timesheet.SourceStopped
}
