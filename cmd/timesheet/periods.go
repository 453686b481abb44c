package main

import (
	"context"

	"timesheet"
	"timesheet/board"
	timesheethttp "timesheet/http"
	"timesheet/period"
)

// newPeriods makes the closed months of a service whose boards and rules are there.
func (v *service) newPeriods() *period.Periods {
	return period.New(period.Options{Store: v.store, People: v.people, Rules: v.periodRules})
}

// people are everybody's months as they are now.
func (v *service) people(ctx context.Context, month timesheet.Month, cursor string, limit int, m timesheet.Moment) (people [][]timesheet.PersonDay, next string, err error) {
	p, err := v.boards.Month(ctx, month, board.MonthQuery{Reach: timesheet.Everybody(), Limit: limit, Cursor: cursor}, m)
	if err != nil {
		return nil, "", err
	}
	people = make([][]timesheet.PersonDay, len(p.Rows))
	for i, r := range p.Rows {
		people[i] = r.Days
	}
	return people, p.Next, nil
}

// periodRules are the rules in force, with their texts.
func (v *service) periodRules() (period.Rules, error) {
	days := v.system.DayRules()
	current, rules, directory, err := v.book.texts()
	if err != nil {
		return period.Rules{}, err
	}
	return period.Rules{Work: current.Rules, Directory: current.Directory, Days: days, Digest: current.Digest, RulesText: rules, DirectoryText: directory}, nil
}

// gatedPeriods are the closed months, behind a gate.
type gatedPeriods struct{ *gate }

func (g gatedPeriods) Close(ctx context.Context, month timesheet.Month, by string, m timesheet.Moment) (timesheet.Closing, error) {
	o, err := g.pass("close a month")
	if err != nil {
		return timesheet.Closing{}, err
	}
	return o.periods.Close(ctx, month, by, m)
}

func (g gatedPeriods) Closed(ctx context.Context, month timesheet.Month) (*timesheet.Closing, error) {
	o, err := g.pass("read a closed month")
	if err != nil {
		return nil, err
	}
	return o.periods.Closed(ctx, month)
}

func (g gatedPeriods) Closings(ctx context.Context) ([]timesheet.Closing, error) {
	o, err := g.pass("read closed months")
	if err != nil {
		return nil, err
	}
	return o.periods.Closings(ctx)
}

func (g gatedPeriods) Month(ctx context.Context, c timesheet.Closing, q timesheethttp.MonthQuery) (timesheethttp.PaidPage, error) {
	o, err := g.pass("read a closed month")
	if err != nil {
		return timesheethttp.PaidPage{}, err
	}
	p, err := o.periods.Month(ctx, c, periodQuery(q))
	return timesheethttp.PaidPage(p), err
}

func (g gatedPeriods) Paid(ctx context.Context, c timesheet.Closing, id timesheet.EmployeeID, reach timesheet.Reach) (timesheet.PaidMonth, error) {
	o, err := g.pass("read a closed month")
	if err != nil {
		return timesheet.PaidMonth{}, err
	}
	return o.periods.Paid(ctx, c, id, reach)
}

func (g gatedPeriods) Adjustments(ctx context.Context, c timesheet.Closing, q timesheethttp.MonthQuery) (timesheethttp.AdjustmentPage, error) {
	o, err := g.pass("read adjustments")
	if err != nil {
		return timesheethttp.AdjustmentPage{}, err
	}
	p, err := o.periods.Adjustments(ctx, c, periodQuery(q))
	return timesheethttp.AdjustmentPage(p), err
}

func periodQuery(q timesheethttp.MonthQuery) period.Query {
	return period.Query{Reach: q.Reach, Team: q.Team, Q: q.Q, Limit: q.Limit, Cursor: q.Cursor}
}
