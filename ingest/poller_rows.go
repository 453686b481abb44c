package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"timesheet"
)

// Rows answers the source's own rows of some employees, 1 to MaxSearched, of the moments
// from one until before another, as the day rules in force read their times: at most
// MaxFound, by id; truncated says that there may be more. Rows without a time aren't among
// them, those that were rejected for another reason are.
//
// It may be asked of every instance, whichever reads the source, at any time. It doesn't
// hold up that reading, and one call waits for another: the source may have to look at all
// of its rows, which shall happen once at a time.
//
// Errors: Unavailable where the source can't be reached or takes longer than SearchFor;
// Invalid as for a RowSearch, or for what only people can mend at the source; NotFound
// where the source can't be searched.
func (p *Poller) Rows(ctx context.Context, employees []timesheet.EmployeeID, from, to timesheet.Instant) (rows []timesheet.Row, truncated bool, err error) {
	const op = "find the source's rows"
	if p.searcher == nil {
		return nil, false, timesheet.NewError(timesheet.NotFound, op, errors.New("this source can't be searched"))
	}
	rules := p.sink.DayRules()
	if rules == nil {
		return nil, false, timesheet.NewError(timesheet.Unavailable, op, errors.New("there are no day rules yet"))
	}
	s := searchOf(rules, employees, from, to)
	if err := s.Validate(); err != nil {
		return nil, false, fmt.Errorf("%s: %w", op, err)
	}
	slow := fmt.Errorf("no answer within %s; a source without an index on employee or time has to look at all of its rows: "+
		"ask again when less goes on there, or have such an index made", p.o.SearchFor)
	ctx, cancel := context.WithTimeoutCause(ctx, p.o.SearchFor, slow)
	defer cancel()
	a, err := inTurn(ctx, p.search, func() (found, error) {
		rows, truncated, err := p.searcher.Search(ctx, s)
		return found{rows, truncated}, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", op, err)
	}
	rows = slices.DeleteFunc(a.rows, func(r timesheet.Row) bool {
		at, _ := rules.For(r.Clocking.Employee).Instant(r.Clocking.At)
		return at < from || at >= to
	})
	return rows, a.truncated, nil
}

// found is what a search found.
type found struct {
	rows      []timesheet.Row
	truncated bool
}

// searchOf is the search of some moments. Its wall times are those of all employees, whose
// zones may differ.
func searchOf(rules *timesheet.DayRules, employees []timesheet.EmployeeID, from, to timesheet.Instant) timesheet.RowSearch {
	s := timesheet.RowSearch{Employees: employees, From: from, To: to, Limit: timesheet.MaxFound}
	for i, e := range employees {
		fromWall, toWall := rules.For(e).Searched(from, to)
		if i == 0 {
			s.FromWall, s.ToWall = fromWall, toWall
		}
		s.FromWall, s.ToWall = min(s.FromWall, fromWall), max(s.ToWall, toWall)
	}
	return s
}
