package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// Bounds of what one call repairs.
const (
	mergeAtOnce   = 10_000 // entries
	replaceAtOnce = 500    // replacements
)

// rewindWithin is how long the rewind after a replacement may take, even if the check is
// stopped.
const rewindWithin = 30 * time.Second

// repair does what was asked for and writes the outcomes.
func (v *verifier) repair(ctx context.Context, found *reading) error {
	if v.options.Repair == RepairNone {
		return nil
	}
	if err := v.merge(ctx); err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	if v.options.Repair != RepairReplace {
		return nil
	}
	if err := v.replace(ctx, found); err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	return nil
}

// merge brings in what is missing or narrower.
func (v *verifier) merge(ctx context.Context) error {
	var lacking []*Difference
	for i := range v.result.Differences {
		if d := &v.result.Differences[i]; d.Kind == Missing || d.Kind == Narrower {
			lacking = append(lacking, d)
		}
	}
	entries := make([]timesheet.Entry, 0, min(len(lacking), mergeAtOnce))
	for len(lacking) > 0 {
		n := min(len(lacking), mergeAtOnce)
		entries = entries[:0]
		for _, d := range lacking[:n] {
			entries = append(entries, d.Source)
		}
		err := v.submit(ctx, entries)
		for _, d := range lacking[:n] {
			d.settle(err)
		}
		if err != nil {
			return err
		}
		lacking = lacking[n:]
	}
	return nil
}

// submit makes entries durable. They were made under day rules that have to be in force.
func (v *verifier) submit(ctx context.Context, entries []timesheet.Entry) error {
	stale := 0
	return patiently(ctx, v.options.Patience, func() error {
		_, err := v.sink.Submit(ctx, timesheet.Batch{RulesVersion: v.rules.Version(), Entries: entries})
		if !errors.Is(err, timesheet.Stale) {
			return err
		}
		if changed := v.unchanged(ctx); changed != nil {
			return changed
		}
		if stale++; stale > maxStale {
			return fmt.Errorf("%d times in turn: %w", maxStale, err)
		}
		return timesheet.NewError(timesheet.Overloaded, "", err) // it goes again
	})
}

// settle writes what became of d.
func (d *Difference) settle(err error) {
	switch {
	case err == nil:
		d.Outcome = OutcomeRepaired
	case errors.Is(err, timesheet.Conflict):
		d.Outcome = OutcomeChanged
	default:
		d.Outcome = outcomeFailed + err.Error()
	}
}

// replace narrows what is wider and removes what is extra. What the view said was read
// after the tail was noted, hence without what came since; the store refuses where that
// changed the entry, and where it changed nothing, which leaves no trace, the poller
// reads it again from the tail on.
func (v *verifier) replace(ctx context.Context, found *reading) (err error) {
	var wide []*Difference
	var rs []timesheet.Replacement
	for i := range v.result.Differences {
		d := &v.result.Differences[i]
		if d.Kind != Wider && d.Kind != Extra {
			continue
		}
		if d.Stored.Flags&timesheet.Direct != 0 {
			d.Outcome = OutcomeDirect
			continue
		}
		old := d.Stored
		if l := found.lower.find(old.Employee, old.Day); l != nil {
			if !l.within(spanOf(old)) {
				old = timesheet.Join(old, d.Source) // it was narrower, too, and is repaired
			}
		}
		if !found.sure(d) {
			d.Outcome = OutcomeChanged
			continue
		}
		wide, rs = append(wide, d), append(rs, timesheet.Replacement{Old: old, New: d.Source})
	}
	if len(rs) == 0 {
		return nil
	}
	defer func() { err = errors.Join(err, v.rewind(ctx, found.tail, len(rs))) }()
	for len(rs) > 0 {
		n := min(len(rs), replaceAtOnce)
		for i, failed := range v.ledger.Replace(ctx, rs[:n]) {
			if wide[i].settle(failed); failed != nil && !errors.Is(failed, timesheet.Conflict) && err == nil {
				err = fmt.Errorf("replace: %w", failed)
			}
		}
		if err != nil {
			return err
		}
		rs, wide = rs[n:], wide[n:]
	}
	return nil
}

// sure tells whether the view said the same before and after the store was read.
func (r *reading) sure(d *Difference) bool {
	l, u := r.lower.find(d.Stored.Employee, d.Stored.Day), r.upper.find(d.Stored.Employee, d.Stored.Day)
	return u == nil || l != nil && u.within(*l)
}

// rewind lets the poller read the rows above the tail again.
func (v *verifier) rewind(ctx context.Context, tail timesheet.RowID, n int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rewindWithin)
	defer cancel()
	reason := fmt.Sprintf("verify --repair=replace changed up to %d entries", n)
	err := patiently(ctx, rewindWithin, func() error {
		for {
			c, err := v.ledger.Checkpoint(ctx, v.options.Source)
			if err != nil || c.Generation == 0 { // nobody ever polled, so nothing was skipped
				return err
			}
			settled := min(tail, c.Settled)
			was, _ := positionOf(c) // of a damaged one nothing is needed
			is := was.rewound(settled)
			_, err = v.ledger.Rewind(ctx, v.options.Source, c.Generation, settled, is.encode(), reason)
			if !errors.Is(err, timesheet.Conflict) {
				return err
			}
		}
	})
	if err != nil {
		return fmt.Errorf("entries were replaced, but the poller could not be rewound: let it read again from row %d: %w", tail, err)
	}
	return nil
}
