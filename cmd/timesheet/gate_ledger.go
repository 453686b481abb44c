package main

import (
	"context"

	"timesheet"
)

// What the admin routes need of the store, behind the gate.

func (g gatedStore) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	o, err := g.pass("read a checkpoint")
	if err != nil {
		return timesheet.Checkpoint{}, err
	}
	return o.store.Checkpoint(ctx, source)
}

func (g gatedStore) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	o, err := g.pass("rewind")
	if err != nil {
		return timesheet.Checkpoint{}, err
	}
	return o.store.Rewind(ctx, source, expected, settled, state, reason)
}

func (g gatedStore) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	o, err := g.pass("replace entries")
	if err == nil {
		return o.store.Replace(ctx, rs)
	}
	errs := make([]error, len(rs))
	for i := range errs {
		errs[i] = err
	}
	return errs
}

func (g gatedStore) Floor(ctx context.Context) (timesheet.Day, error) {
	o, err := g.pass("read the floor")
	if err != nil {
		return 0, err
	}
	return o.store.Floor(ctx)
}

func (g gatedStore) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	o, err := g.pass("read tombstones")
	if err != nil {
		return false, err
	}
	return o.store.Erased(ctx, e)
}

func (g gatedStore) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	o, err := g.pass("keep rejected rows")
	if err != nil {
		return err
	}
	return o.store.Reject(ctx, source, rows)
}

func (g gatedStore) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	o, err := g.pass("read rejected rows")
	if err != nil {
		return nil, err
	}
	return o.store.Rejected(ctx, source, after, limit)
}

func (g gatedStore) CountRejected(ctx context.Context, source string) (timesheet.RejectedCount, error) {
	o, err := g.pass("count rejected rows")
	if err != nil {
		return timesheet.RejectedCount{}, err
	}
	return o.store.CountRejected(ctx, source)
}

func (g gatedStore) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	o, err := g.pass("readmit a row")
	if err != nil {
		return err
	}
	return o.store.Readmit(ctx, source, row)
}
