package ingest

import (
	"context"
	"errors"
	"fmt"

	"timesheet"
)

// Bounds of what one call repairs.
const (
	mergeAtOnce   = 10_000 // entries
	replaceAtOnce = 500    // replacements
)

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

// merge brings in what is missing or narrower. A sink may say that it is there already,
// since it remembers: where the store has lost it nevertheless, it is put there.
func (v *verifier) merge(ctx context.Context) error {
	var lacking []*Difference
	for i := range v.result.Differences {
		if d := &v.result.Differences[i]; d.Kind == Missing || d.Kind == Narrower {
			lacking = append(lacking, d)
		}
	}
	entries := make([]timesheet.Entry, 0, min(len(lacking), mergeAtOnce))
	for rest := lacking; len(rest) > 0; {
		n := min(len(rest), mergeAtOnce)
		entries = entries[:0]
		for _, d := range rest[:n] {
			entries = append(entries, d.Source)
		}
		err := v.submit(ctx, entries)
		for _, d := range rest[:n] {
			d.settle(err)
		}
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return v.put(ctx, lacking)
}

// put joins in what the store still lacks, past the sink.
func (v *verifier) put(ctx context.Context, lacking []*Difference) error {
	wanted := make(fold)
	for _, d := range lacking {
		wanted.join(d.Source.Employee, span{day: d.Source.Day, mark: absent})
	}
	err := exportDays(ctx, v.ledger, wanted.days(), func(e timesheet.Entry) error {
		if s := wanted.find(e.Employee, e.Day); s != nil {
			*s = spanOf(e)
		}
		return nil
	})
	if err != nil {
		for _, d := range lacking {
			d.settle(err)
		}
		return exported(err)
	}
	var still []*Difference
	var rs []timesheet.Replacement
	for _, d := range lacking {
		s := wanted.find(d.Source.Employee, d.Source.Day)
		if s.mark&absent != 0 {
			still, rs = append(still, d), append(rs, timesheet.Replacement{New: d.Source})
		} else if !spanOf(d.Source).within(*s) {
			now := s.entry(d.Source.Employee)
			still, rs = append(still, d), append(rs, timesheet.Replacement{Old: now, New: timesheet.Join(now, d.Source)})
		}
	}
	return v.change(ctx, still, rs)
}

// change replaces entries and writes what became of each difference.
func (v *verifier) change(ctx context.Context, ds []*Difference, rs []timesheet.Replacement) (err error) {
	for len(rs) > 0 && err == nil {
		n := min(len(rs), replaceAtOnce)
		for i, failed := range v.ledger.Replace(ctx, rs[:n]) {
			if ds[i].settle(failed); failed != nil && !errors.Is(failed, timesheet.Conflict) && err == nil {
				err = fmt.Errorf("replace: %w", failed)
			}
		}
		rs, ds = rs[n:], ds[n:]
	}
	return err
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
