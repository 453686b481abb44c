package http

import (
	"context"
	"net/http"

	"timesheet"
	"timesheet/http/contract"
)

// GetTimesheets answers a page of everybody's month.
func (s contractOperations) GetTimesheets(ctx context.Context, r contract.GetTimesheetsRequestObject) (contract.GetTimesheetsResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	month, err := parsed("month", r.Month, timesheet.ParseMonth)
	if err != nil {
		return nil, err
	}
	if err := reachesTeam(ctx, r.Params.Team); err != nil {
		return nil, err
	}
	q := MonthQuery{Reach: reach(ctx), Team: or(r.Params.Team, ""), Q: or(r.Params.Q, ""), Limit: int(or(r.Params.Limit, timesheetPage))}
	if q.Cursor, err = parsedCursor(r.Params.Cursor); err != nil {
		return nil, err
	}
	c := ctx
	ctx, cancel := s.within(c)
	defer cancel()
	closing, err := s.closed(ctx, month)
	if err != nil {
		return nil, err
	}
	if f := form(c); f != "" {
		return s.table(f, "timesheets-"+month.String(), s.monthTable(c, month, closing, q, r.Params)), nil
	}
	fresh := s.asOf()
	page, err := s.months(ctx, month, closing, q, s.moment())
	if err != nil {
		return nil, cursorFailure(err, q.Cursor)
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a := s.answer(w, mediaJSON)
		a.b = append(append(a.b, `{"month":"`...), month.String()...)
		a.b = appendDay(append(a.b, `","from":"`...), month.First())
		a.b = appendDay(append(a.b, `","to":"`...), month.Last())
		a.b = append(a.b, `","employees":[`...)
		e := newRowEncoder(rules)
		for i := range page.Rows {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			if err := page.timesheet(a, e, i); err != nil {
				return err
			}
		}
		a.b = appendNext(append(a.b, `],"next":`...), page.Next)
		a.b = s.appendClosed(append(a.b, `,"closed":`...), closing)
		a.asOf(fresh)
		return nil
	}), nil
}

func (a *answer) timesheet(e *rowEncoder, m *MonthRow) error {
	a.person(&m.Person)
	a.b = append(a.b, `,"days":[`...)
	for i := range m.Days {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = e.appendMonthDay(a.b, &m.Days[i].Work)
	}
	a.b = appendTotals(append(a.b, `],"totals":`...), &m.Totals)
	a.b = append(a.b, '}')
	if !a.flushFull() {
		a.release()
		return timesheet.NewError(timesheet.Unavailable, "write timesheets", a.err)
	}
	return nil
}
