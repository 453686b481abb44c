package main

import (
	"context"

	"timesheet"
)

// Corrections, closed months and erasure, behind the gate.

func (g gatedStore) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	o, err := g.pass("correct a day")
	if err != nil {
		return timesheet.Correction{}, err
	}
	return o.store.Correct(ctx, c, expected)
}

func (g gatedStore) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	o, err := g.pass("read corrections")
	if err != nil {
		return nil, err
	}
	return o.store.Corrections(ctx, e, from, to)
}

func (g gatedStore) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) (cs []timesheet.Correction, next string, err error) {
	o, err := g.pass("read corrections")
	if err != nil {
		return nil, "", err
	}
	return o.store.Corrected(ctx, from, to, after, limit)
}

func (g gatedStore) Erase(ctx context.Context, e timesheet.EmployeeID) (removed int, err error) {
	o, err := g.pass("erase")
	if err != nil {
		return 0, err
	}
	return o.store.Erase(ctx, e)
}
