package http

import (
	"context"
	"net/http"
	"time"

	"timesheet"
	"timesheet/http/contract"
	"timesheet/sheet"
)

// adjustmentPage is how many adjustments a page has unless the caller says. Source: the
// contract.
const adjustmentPage = 1000

// GetAdjustments answers a page of what changed in a closed month since.
func (s contractOperations) GetAdjustments(c context.Context, r contract.GetAdjustmentsRequestObject) (contract.GetAdjustmentsResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	month, err := parsed("month", r.Month, timesheet.ParseMonth)
	if err != nil {
		return nil, err
	}
	if err := reachesTeam(c, r.Params.Team); err != nil {
		return nil, err
	}
	q := MonthQuery{Reach: reach(c), Team: or(r.Params.Team, ""), Limit: int(or(r.Params.Limit, adjustmentPage))}
	if q.Cursor, err = parsedCursor(r.Params.Cursor); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	closing, err := s.closed(ctx, month)
	if err != nil {
		return nil, err
	}
	if closing == nil {
		return nil, failed(kindNotFound, month.String()+" isn't closed, so that nothing can differ from what was paid", nil)
	}
	if f := form(c); f != "" {
		one := r.Params.Limit != nil || r.Params.Cursor != nil
		return s.table(f, "adjustments-"+month.String(), s.adjustmentsTable(c, rules, closing, q, one)), nil
	}
	fresh := s.asOf()
	page, err := s.o.Periods.Adjustments(ctx, *closing, q)
	if err != nil {
		return nil, cursorFailure(err, q.Cursor)
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a, e := s.answer(w, mediaJSON), newRowEncoder(rules)
		a.b = append(append(a.b, `{"month":"`...), month.String()...)
		a.b = s.appendClosed(append(a.b, `","closed":`...), closing)
		a.b = append(a.b, `,"adjustments":[`...)
		for i := range page.Lines {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.adjustment(e, &page.Lines[i])
			if !a.flushFull() {
				a.release()
				return timesheet.NewError(timesheet.Unavailable, "write adjustments", a.err)
			}
		}
		a.b = appendNext(append(a.b, `],"next":`...), page.Next)
		a.asOf(fresh)
		return nil
	}), nil
}

func (a *answer) adjustment(e *rowEncoder, l *timesheet.Adjustment) {
	a.person(&l.Person)
	a.b = appendDay(append(a.b, `,"day":"`...), l.Day)
	a.b = append(append(a.b, `","cause":"`...), l.Cause.String()...)
	a.b = appendString(append(a.b, `","detail":`...), l.Detail)
	a.b = append(a.b, `,"actor":`...)
	if c := l.Correction; c != nil {
		a.b = appendStringOrNull(a.b, c.Actor)
		a.b = appendString(append(a.b, `,"at":`...), c.At.Format(e.rules.days.For(l.Person.Employee).Location(l.Day)))
	} else {
		a.b = append(a.b, `null,"at":null`...)
	}
	a.b = e.appendMonthDay(append(a.b, `,"before":`...), &l.Before)
	a.b = e.appendMonthDay(append(a.b, `,"after":`...), &l.After)
	a.b = append(a.b, '}')
}

func adjustmentColumns() []sheet.Column {
	columns := []sheet.Column{
		{Name: "employee_id"}, {Name: "name", Width: 24}, {Name: "team"}, {Name: "day", Kind: sheet.Date},
		{Name: "cause"}, {Name: "detail", Width: 40}, {Name: "actor"}, {Name: "at", Width: 26},
	}
	for _, when := range []string{"_before", "_after"} {
		columns = append(columns,
			sheet.Column{Name: "status" + when}, sheet.Column{Name: "clock_in" + when, Kind: sheet.Clock}, sheet.Column{Name: "clock_out" + when, Kind: sheet.Clock},
			sheet.Column{Name: "worked" + when, Kind: sheet.Span}, sheet.Column{Name: "overtime" + when, Kind: sheet.Span}, sheet.Column{Name: "expected" + when, Kind: sheet.Span})
	}
	return columns
}

func adjustmentCells(rules inForce, l *timesheet.Adjustment) []any {
	place := rules.days.For(l.Person.Employee).Location(l.Day)
	actor, at := "", ""
	if c := l.Correction; c != nil {
		actor, at = c.Actor, c.At.Format(place)
	}
	cells := []any{string(l.Person.Employee), l.Person.Name, l.Person.Team, l.Day, l.Cause.String(), l.Detail, actor, at}
	for _, w := range []*timesheet.Workday{&l.Before, &l.After} {
		clock := func(i timesheet.Instant) any {
			if i == 0 {
				return nil
			}
			return sheet.Time{At: i, Place: place}
		}
		net := func(d time.Duration) any {
			if !w.Complete() {
				return nil
			}
			return d
		}
		cells = append(cells, w.Status.String(), clock(w.ClockIn), clock(w.ClockOut), net(w.Worked), net(w.Overtime), w.Expected)
	}
	return cells
}

// adjustmentsTable writes all that changed, or a page where one was asked for.
func (s *Server) adjustmentsTable(c context.Context, rules inForce, closing *timesheet.Closing, q MonthQuery, one bool) func(sheet.Writer) error {
	page := func() (AdjustmentPage, error) { // each has a time of its own: there can be many
		ctx, cancel := s.within(c)
		defer cancel()
		return s.o.Periods.Adjustments(ctx, *closing, q)
	}
	return func(w sheet.Writer) error {
		if err := w.Sheet(closing.Month.String(), adjustmentColumns(), dayFrozen); err != nil {
			return err
		}
		for given := q.Cursor; ; {
			page, err := page()
			if err != nil {
				return cursorFailure(err, given)
			}
			for i := range page.Lines {
				if err := w.Row(adjustmentCells(rules, &page.Lines[i])...); err != nil {
					return err
				}
			}
			if q.Cursor = page.Next; q.Cursor == "" || one {
				return nil
			}
		}
	}
}
