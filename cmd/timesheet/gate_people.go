package main

import (
	"context"

	"time"

	"timesheet"
	timesheethttp "timesheet/http"
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

// gatedTexts are the texts that name people, behind a gate.
type gatedTexts struct{ *gate }

func (g gatedTexts) Forget(ctx context.Context, ids []timesheet.EmployeeID) ([]string, error) {
	o, err := g.pass("forget a person")
	if err != nil {
		return nil, err
	}
	return o.texts.Forget(ctx, ids)
}

// gatedSystem tells of all instances, behind a gate.
type gatedSystem struct {
	*gate
	store string // its kind
}

func (g gatedSystem) System(ctx context.Context) (timesheethttp.SystemStatus, error) {
	o, err := g.pass("list the instances")
	if err != nil {
		return timesheethttp.SystemStatus{}, err
	}
	now := time.Now()
	all, err := o.presence.all(ctx, now)
	if err != nil {
		return timesheethttp.SystemStatus{}, err
	}
	from, clockings := throughput(all, now)
	status := timesheethttp.SystemStatus{Store: g.store, From: timesheet.InstantOf(from), Step: time.Minute, Clockings: clockings}
	for _, i := range all {
		status.Instances = append(status.Instances, timesheethttp.Instance{
			Name: i.Name, Version: i.Version, Self: i.Name == o.presence.self.Name,
			Started: timesheet.Instant(i.Started * 1000), Seen: timesheet.Instant(i.Seen * 1000),
		})
	}
	return status, nil
}

// sessionsOf are the sessions of a door; nil without one.
func sessionsOf(d *door) timesheethttp.Sessions {
	if d == nil {
		return nil
	}
	return d
}
