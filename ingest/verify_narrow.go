package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// rewindWithin is how long the rewind after a replacement may take, even if the check is
// stopped.
const rewindWithin = 30 * time.Second

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
	return v.change(ctx, wide, rs)
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
