package ingest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"timesheet"
)

// Replay reads rows of the view again and makes their clockings durable, while the
// service runs or not; the checkpoint stays as it is. Doing it again is harmless. Rows
// that were rejected stay so until they are released. Rows that can't be used now are
// rejected, unless only some days are asked for: such rows have no day.
//
// On an error the summary says what is durable by then. Errors: Invalid where there are
// no day rules, no such range, or a view that can't be used; Overloaded or Unavailable
// when patience is at its end; Unavailable wrapping the context's error when ctx ends.
func Replay(ctx context.Context, view View, sink Sink, q timesheet.Quarantine, o ReplayOptions) (ReplaySummary, error) {
	o.setDefaults()
	r := &replay{view: view, sink: sink, quarantine: q, options: o, began: time.Now()}
	err := r.run(ctx)
	if err != nil {
		err = fmt.Errorf("replay: %w; %d clockings are durable, and doing all of it again is harmless", err, r.summary.Accepted)
	}
	r.summary.Elapsed = time.Since(r.began)
	return r.summary, err
}

type replay struct {
	view       View
	sink       Sink
	quarantine timesheet.Quarantine
	options    ReplayOptions
	began      time.Time
	aside      map[timesheet.RowID]struct{} // rejected before

	mu      sync.Mutex
	summary ReplaySummary // guarded by mu while batches are on their way

	at   ReplayProgress // the reader's: FirstID, LastID, AtID
	told time.Time      // when progress was told; the reader's
}

// load is a page of rows on its way to the sink.
type load struct {
	rows []timesheet.Row
	made assigned
}

func (r *replay) run(ctx context.Context) error {
	first, last, err := r.prepare(ctx)
	if err != nil {
		return err
	}
	within, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	free := make(chan *load, r.options.Unacknowledged+1) // one is being filled
	for range cap(free) {
		free <- new(load)
	}
	ready := make(chan *load)
	var senders sync.WaitGroup
	for range r.options.Unacknowledged {
		senders.Go(func() {
			for l := range ready {
				if err := r.deliver(within, l); err != nil {
					fail(err)
				}
				free <- l
			}
		})
	}
	err = r.read(within, first, last, free, ready)
	close(ready)
	senders.Wait()
	if err == nil {
		err = context.Cause(within)
	}
	r.tell(true)
	switch {
	case ctx.Err() != nil:
		return timesheet.NewError(timesheet.Unavailable, "stopped", context.Cause(ctx))
	case within.Err() != nil:
		return context.Cause(within)
	default:
		return err
	}
}

// prepare finds the range of ids to read, after first up to last.
func (r *replay) prepare(ctx context.Context) (first, last timesheet.RowID, err error) {
	o := &r.options
	first, last = lowest, math.MaxInt64
	if o.FromID != nil && *o.FromID > lowest {
		first = *o.FromID - 1
	}
	if o.ToID != nil {
		last = *o.ToID
	}
	if first >= last || o.FromDay > o.ToDay {
		return first, last, timesheet.NewError(timesheet.Invalid, "range", errors.New("its end lies before its begin"))
	}
	if r.sink.DayRules() == nil {
		return first, last, timesheet.NewError(timesheet.Invalid, "", errors.New("there are no day rules yet; set a time zone first"))
	}
	if r.aside, err = kept(ctx, o.Source, r.quarantine.Rejected); err != nil {
		return first, last, err
	}
	top, err := highest(ctx, r.view, o.Patience)
	if err != nil {
		return first, last, err
	}
	if top > lowest {
		r.at.LastID = min(last, top)
	}
	begin, err := firstOf(ctx, r.view, o.FromDay, top, o.Patience)
	return max(first, begin), last, err
}

// read hands over all rows above after up to last.
func (r *replay) read(ctx context.Context, after, last timesheet.RowID, free <-chan *load, ready chan<- *load) error {
	for first, more := true, true; more; first = false {
		var l *load
		select {
		case l = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		rows, err := page(ctx, r.view, after, r.options.Page, r.options.Patience, l.rows[:0])
		if err != nil {
			return err
		}
		more = len(rows) >= r.options.Page
		for len(rows) > 0 && rows[len(rows)-1].ID > last {
			rows, more = rows[:len(rows)-1], false
		}
		if l.rows = rows; len(rows) == 0 {
			return nil
		}
		if after = rows[len(rows)-1].ID; first {
			r.at.FirstID = rows[0].ID
		}
		r.at.AtID, r.at.LastID = after, max(r.at.LastID, after)
		select {
		case ready <- l:
		case <-ctx.Done():
			return ctx.Err()
		}
		r.tell(false)
	}
	return nil
}

// tell tells progress, if it is time.
func (r *replay) tell(end bool) {
	if r.options.Progress == nil || !end && time.Since(r.told) < progressEvery {
		return
	}
	r.told = time.Now()
	r.mu.Lock()
	r.at.Rows, r.at.Accepted, r.at.Rejected = r.summary.Rows, r.summary.Accepted, r.summary.Rejected
	r.mu.Unlock()
	r.options.Progress(r.at)
}
