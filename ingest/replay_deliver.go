package ingest

import (
	"context"
	"errors"
	"fmt"

	"timesheet"
)

// deliver makes a page's clockings durable, and its unusable rows known, however often
// that has to be tried.
func (r *replay) deliver(ctx context.Context, l *load) error {
	outside, aside := r.make(l)
	var receipt timesheet.Receipt
	stale := 0
	err := patiently(ctx, r.options.Patience, func() (err error) {
		for len(l.made.batch.Entries) > 0 {
			receipt, err = r.sink.Submit(ctx, l.made.batch)
			if !errors.Is(err, timesheet.Stale) {
				return err
			}
			if stale++; stale > maxStale {
				return fmt.Errorf("%d times in turn: %w", maxStale, err)
			}
			if err := r.sink.Reload(ctx); err != nil {
				return fmt.Errorf("reload the day rules: %w", err)
			}
			outside, aside = r.make(l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rejected := l.made.rejected
	if len(rejected) > 0 {
		err = patiently(ctx, r.options.Patience, func() error { return r.quarantine.Reject(ctx, r.options.Source, rejected) })
		if err != nil {
			return fmt.Errorf("keep %d rows aside: %w", len(rejected), err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.summary
	s.Rows += int64(len(l.rows))
	s.Accepted += int64(receipt.Accepted)
	s.Expired += int64(receipt.Expired)
	s.Rejected += int64(len(rejected))
	s.Aside += aside
	s.Outside += outside
	return nil
}

// make makes l's batch under the day rules of now.
func (r *replay) make(l *load) (outside, aside int64) {
	o := &r.options
	skip := func(id timesheet.RowID) bool {
		_, known := r.aside[id]
		if known {
			aside++
		}
		return known
	}
	assign(l.rows, r.sink.DayRules(), timesheet.InstantOf(o.Now()), skip, &l.made)
	if !o.days() {
		return 0, aside
	}
	outside = int64(len(l.made.rejected))
	l.made.rejected = l.made.rejected[:0]
	kept := l.made.batch.Entries[:0]
	for _, e := range l.made.batch.Entries {
		if e.Day >= o.FromDay && e.Day <= o.ToDay {
			kept = append(kept, e)
		}
	}
	outside += int64(len(l.made.batch.Entries) - len(kept))
	l.made.batch.Entries = kept
	return outside, aside
}
