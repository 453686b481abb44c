package main

import (
	"context"
	"iter"

	"timesheet"
	"timesheet/board"
	timesheethttp "timesheet/http"
)

// gatedBoards are the projections of package board as package http wants them, behind a gate.
type gatedBoards struct{ *gate }

func (g gatedBoards) Page(ctx context.Context, day timesheet.Day, q timesheethttp.BoardQuery, m timesheet.Moment) (timesheethttp.BoardPage, error) {
	o, err := g.pass("read the board")
	if err != nil {
		return timesheethttp.BoardPage{}, err
	}
	sort, err := board.ParseSort(q.Sort)
	if err != nil {
		return timesheethttp.BoardPage{}, err
	}
	p, err := o.boards.Page(ctx, day, board.Query{
		Reach: q.Reach, Team: q.Team, Status: q.Status, Show: q.Show, Marks: q.Marks, Q: q.Q, Sort: sort, Descending: q.Descending, Limit: q.Limit, Cursor: q.Cursor,
	}, m)
	if err != nil {
		return timesheethttp.BoardPage{}, err
	}
	return timesheethttp.BoardPage{Rows: p.Rows, Next: p.Next, Totals: timesheethttp.DayTotals(p.Totals), Version: p.Version, Until: p.Until, Stale: p.Stale}, nil
}

func (g gatedBoards) Month(ctx context.Context, month timesheet.Month, q timesheethttp.MonthQuery, m timesheet.Moment) (timesheethttp.MonthPage, error) {
	o, err := g.pass("read the month")
	if err != nil {
		return timesheethttp.MonthPage{}, err
	}
	p, err := o.boards.Month(ctx, month, board.MonthQuery{Reach: q.Reach, Team: q.Team, Q: q.Q, From: q.From, Limit: q.Limit, Cursor: q.Cursor}, m)
	if err != nil {
		return timesheethttp.MonthPage{}, err
	}
	page := timesheethttp.MonthPage{Rows: make([]timesheethttp.MonthRow, len(p.Rows)), Next: p.Next}
	for i, r := range p.Rows {
		page.Rows[i] = timesheethttp.MonthRow(r)
	}
	return page, nil
}

func (g gatedBoards) Exceptions(ctx context.Context, from, to timesheet.Day, after timesheet.EmployeeID, r timesheet.Reach, m timesheet.Moment) iter.Seq2[timesheethttp.BoardRow, error] {
	return func(yield func(timesheethttp.BoardRow, error) bool) {
		o, err := g.pass("read exceptions")
		if err != nil {
			yield(timesheethttp.BoardRow{}, err)
			return
		}
		o.boards.Exceptions(ctx, from, to, after, r, m)(yield)
	}
}

// gatedChanges are the changes of the projections, behind a gate.
type gatedChanges struct{ *gate }

func (g gatedChanges) Subscribe(after string, f timesheethttp.ChangeFilter) timesheethttp.Subscription {
	o, err := g.pass("wait for changes")
	if err != nil {
		return closedSubscription{err}
	}
	return subscription{o.boards.Hub().Subscribe(after, board.Filter(f))}
}

type subscription struct{ *board.Subscription }

func (s subscription) Next(ctx context.Context) ([]timesheethttp.Change, error) {
	events, err := s.Subscription.Next(ctx)
	changes := make([]timesheethttp.Change, len(events))
	for i, e := range events {
		changes[i] = boardChange{e}
	}
	return changes, err
}

// closedSubscription has nothing to tell but why.
type closedSubscription struct{ err error }

func (s closedSubscription) Next(context.Context) ([]timesheethttp.Change, error) { return nil, s.err }

type boardChange struct{ board.Event }

func (c boardChange) Text(write func() []byte) []byte {
	return c.Event.Text(func(board.Event) []byte { return write() })
}
