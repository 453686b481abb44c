package main

import (
	"context"
	"errors"
	"sync/atomic"

	"timesheet"
	"timesheet/actors"
	"timesheet/board"
	timesheethttp "timesheet/http"
	"timesheet/ingest"
	"timesheet/period"
)

// gate stands before the store and the actors while they start: HTTP listens from the
// first moment on, so that the one who runs the service sees it live and wait. Until
// the gate is open, everything behind it is Unavailable.
type gate struct{ behind atomic.Pointer[opened] }

type opened struct {
	store  timesheet.Store
	system *actors.System
	poller *ingest.Poller // nil without a source
	book   *workbook
	boards *board.Boards

	presence *presence
	periods  *period.Periods
	texts    timesheethttp.Texts
}

var errStarting = errors.New("the service is starting: its store is not open yet")

// ready is nil once the gate is open.
func (g *gate) ready() error {
	if g.behind.Load() == nil {
		return errStarting
	}
	return nil
}

// rules are the work rules in force; none before they are known.
func (g *gate) rules() timesheethttp.Rules {
	if o := g.behind.Load(); o != nil {
		return o.book.rules()
	}
	return timesheethttp.Rules{}
}

// notes are what /readyz tells beside being ready.
func (g *gate) notes() []string {
	if o := g.behind.Load(); o != nil {
		return o.book.notes()
	}
	return nil
}

func (g *gate) pass(op string) (*opened, error) {
	if o := g.behind.Load(); o != nil {
		return o, nil
	}
	return nil, timesheet.NewError(timesheet.Unavailable, op, errStarting)
}

// gatedActors are the actors behind a gate.
type gatedActors struct{ *gate }

func (g gatedActors) DayRules() *timesheet.DayRules {
	if o := g.behind.Load(); o != nil {
		return o.system.DayRules()
	}
	return nil
}

func (g gatedActors) Reload(ctx context.Context) error {
	o, err := g.pass("read the day rules")
	if err != nil {
		return err
	}
	return o.system.Reload(ctx)
}

func (g gatedActors) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	o, err := g.pass("take clockings")
	if err != nil {
		return timesheet.Receipt{}, err
	}
	return o.system.Submit(ctx, b)
}

// gatedStore is the store behind a gate.
type gatedStore struct{ *gate }

func (g gatedStore) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	o, err := g.pass("read entries")
	if err != nil {
		return nil, err
	}
	return o.store.Range(ctx, e, from, to)
}

func (g gatedStore) Board(ctx context.Context, day timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	o, err := g.pass("read the board")
	if err != nil {
		return nil, "", err
	}
	return o.store.Board(ctx, day, after, limit)
}

func (g gatedStore) Days(ctx context.Context) ([]timesheet.Day, error) {
	o, err := g.pass("read the days")
	if err != nil {
		return nil, err
	}
	return o.store.Days(ctx)
}

func (g gatedStore) DayRules(ctx context.Context) (uint64, []timesheet.Assignment, error) {
	o, err := g.pass("read the day rules")
	if err != nil {
		return 0, nil, err
	}
	return o.store.DayRules(ctx)
}

func (g gatedStore) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (uint64, error) {
	o, err := g.pass("set the day rules")
	if err != nil {
		return 0, err
	}
	return o.store.SetDayRules(ctx, expected, assignments)
}

func (g gatedStore) Ping(ctx context.Context) error {
	o, err := g.pass("ask the store")
	if err != nil {
		return err
	}
	return o.store.Ping(ctx)
}
