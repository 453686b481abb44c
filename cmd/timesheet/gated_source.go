package main

import (
	"context"

	"timesheet"
	"timesheet/ingest"
	"timesheet/mssql"
)

// gatedSource is the reader of the source behind a gate.
type gatedSource struct{ *gate }

// Status is that of a reader that has not begun while the service starts.
func (g gatedSource) Status() timesheet.SourceStatus {
	if o := g.behind.Load(); o != nil {
		return o.poller.Status()
	}
	return timesheet.SourceStatus{State: timesheet.SourceStarting}
}

func (g gatedSource) poller(op string) (*ingest.Poller, error) {
	o, err := g.pass(op)
	if err != nil {
		return nil, err
	}
	return o.poller, nil
}

func (g gatedSource) Rejected(ctx context.Context, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	p, err := g.poller("list rejected rows")
	if err != nil {
		return nil, err
	}
	return p.Rejected(ctx, after, limit)
}

func (g gatedSource) Release(ctx context.Context, id timesheet.RowID) error {
	p, err := g.poller("release a row")
	if err != nil {
		return err
	}
	return p.Release(ctx, id)
}

func (g gatedSource) Rescan(ctx context.Context, from timesheet.RowID, reason string) error {
	p, err := g.poller("rescan the source")
	if err != nil {
		return err
	}
	return p.Rescan(ctx, from, reason)
}

// Rows are the source's own rows of some employees: see ingest.Poller.
func (g gatedSource) Rows(ctx context.Context, employees []timesheet.EmployeeID, from, to timesheet.Instant) (rows []timesheet.Row, truncated bool, err error) {
	p, err := g.poller("find the source's rows")
	if err != nil {
		return nil, false, err
	}
	return p.Rows(ctx, employees, from, to)
}

var _ ingest.Searcher = (*mssql.View)(nil) // which the poller looks for
