package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// How a released row that isn't seen is looked for again: one that a transaction holds
// is skipped by some views.
const (
	releaseLooks = 3
	releasePause = 700 * time.Millisecond
	// releasePatience is how long view, sink and store are tried when they are away.
	releasePatience = 10 * time.Second
)

// Release reads a rejected row again and makes its clocking durable; from then on it is a
// row like any other. It is durable before it is no longer rejected, so that trying
// again after an error is harmless.
//
// Errors: NotFound where the row isn't among the rejected, or isn't in the view any more
// (then it is no longer kept aside either, or it would be left out for good if it came
// back); Invalid, and it stays rejected, where it still can't be used; Unavailable and
// Overloaded.
func Release(ctx context.Context, view View, sink Sink, q timesheet.Quarantine, source string, id timesheet.RowID, now time.Time) error {
	if err := release(ctx, view, sink, q, source, id, timesheet.InstantOf(now)); err != nil {
		return fmt.Errorf("release row %d: %w", id, err)
	}
	return nil
}

// Release reads a rejected row again, see [Release]. Any instance may be asked, also
// while Run reads.
func (p *Poller) Release(ctx context.Context, id timesheet.RowID) error {
	err := Release(ctx, p.view, p.sink, p.store, p.o.Source, id, p.o.Now())
	if err == nil || errors.Is(err, timesheet.NotFound) {
		p.rejected.remove(id)
		if n, counted := p.store.CountRejected(ctx, p.o.Source); counted == nil {
			p.update(func(s *timesheet.SourceStatus) { s.Rejected = n })
		}
	}
	return err
}

func release(ctx context.Context, view View, sink Sink, q timesheet.Quarantine, source string, id timesheet.RowID, now timesheet.Instant) error {
	if id == lowest {
		return notRejected()
	}
	kept, err := q.Rejected(ctx, source, id-1, 1)
	if err != nil {
		return err
	}
	if len(kept) == 0 || kept[0].Row != id {
		return notRejected()
	}
	row, there, err := lookUp(ctx, view, id)
	if err != nil {
		return err
	}
	if !there {
		if err := q.Readmit(ctx, source, id); err != nil && !errors.Is(err, timesheet.NotFound) {
			return err
		}
		return timesheet.NewError(timesheet.NotFound, "", errors.New("it is not in the view any more; it is taken off the list of rejected rows and nothing was stored of it"))
	}
	if err := submitRow(ctx, sink, row, now); err != nil {
		return err
	}
	if err := q.Readmit(ctx, source, id); err != nil && !errors.Is(err, timesheet.NotFound) { // somebody else did
		return err
	}
	return nil
}

func notRejected() error {
	return timesheet.NewError(timesheet.NotFound, "", errors.New("it is not among the rejected rows"))
}

// lookUp reads one row.
func lookUp(ctx context.Context, view View, id timesheet.RowID) (row timesheet.Row, there bool, err error) {
	var rows []timesheet.Row
	for look := 1; ; look++ {
		err = patiently(ctx, releasePatience, func() (err error) {
			rows, err = view.Ranges(ctx, []timesheet.RowRange{{First: id, Last: id}}, 1, rows[:0])
			return err
		})
		switch {
		case err != nil:
			return row, false, fmt.Errorf("read it: %w", err)
		case len(rows) > 0:
			return rows[0], true, nil
		case look == releaseLooks:
			return row, false, nil
		}
		if !rest(ctx, releasePause) {
			return row, false, timesheet.NewError(timesheet.Unavailable, "read it", context.Cause(ctx))
		}
	}
}

// submitRow makes one row's clocking durable, under whatever day rules are in force.
func submitRow(ctx context.Context, sink Sink, row timesheet.Row, now timesheet.Instant) error {
	stale := 0
	return patiently(ctx, releasePatience, func() error {
		for {
			rules := sink.DayRules()
			if rules == nil {
				return timesheet.NewError(timesheet.Invalid, "", errors.New("there are no day rules yet; set a time zone first"))
			}
			var made assigned
			assign([]timesheet.Row{row}, rules, now, func(timesheet.RowID) bool { return false }, &made)
			if len(made.rejected) > 0 {
				return timesheet.NewError(timesheet.Invalid, "", fmt.Errorf("it still can't be used: %s", made.rejected[0].Reason))
			}
			_, err := sink.Submit(ctx, made.batch)
			if !errors.Is(err, timesheet.Stale) {
				return err
			}
			if stale++; stale > maxStale {
				return fmt.Errorf("%d times in turn: %w", maxStale, err)
			}
			if err := sink.Reload(ctx); err != nil {
				return fmt.Errorf("reload the day rules: %w", err)
			}
		}
	})
}
