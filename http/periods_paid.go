package http

import (
	"context"
	"net/http"

	"timesheet"
)

// months are a page of a month's people.
type months struct {
	MonthPage
	// calendars are by what each row's times are shown, where the month is closed; none:
	// by those in force.
	calendars []*timesheet.DayRules
}

// months answers a page: what was paid where the month is closed, else what is known now.
func (s *Server) months(ctx context.Context, month timesheet.Month, closing *timesheet.Closing, q MonthQuery, m timesheet.Moment) (months, error) {
	if closing == nil {
		floor, err := s.firstKept(ctx, month.Last())
		if err != nil {
			return months{}, err
		}
		q.From = floor
		page, err := s.o.Boards.Month(ctx, month, q, m)
		return months{MonthPage: page}, err
	}
	paid, err := s.o.Periods.Month(ctx, *closing, q)
	if err != nil {
		return months{}, err
	}
	page := months{MonthPage: MonthPage{Rows: make([]MonthRow, len(paid.Rows)), Next: paid.Next}, calendars: make([]*timesheet.DayRules, len(paid.Rows))}
	for i := range paid.Rows {
		p := &paid.Rows[i]
		page.Rows[i], page.calendars[i] = MonthRow{Person: p.Person, Days: p.Days, Totals: p.Totals}, p.Calendar
	}
	return page, nil
}

// timesheet appends a row of a page.
func (p *months) timesheet(a *answer, e *rowEncoder, i int) error {
	if p.calendars != nil {
		e.rules.days = p.calendars[i]
	}
	return a.timesheet(e, &p.Rows[i])
}

// paidMonth is one person's closed month as far as the caller's reach goes. Who was paid
// nothing has an empty one: of those whom the caller may know.
func (s *Server) paidMonth(c context.Context, closing *timesheet.Closing, id timesheet.EmployeeID) (timesheet.PaidMonth, error) {
	ctx, cancel := s.within(c)
	defer cancel()
	all := reach(c)
	paid, err := s.o.Periods.Paid(ctx, *closing, id, all)
	if timesheet.CodeOf(err) != timesheet.NotFound {
		return paid, err
	}
	if !all.All && (id == "" || all.Employee != id) {
		return paid, errBeyondReach
	}
	return timesheet.PaidMonth{Person: timesheet.Person{Employee: id}}, nil
}

// paidRules are what rows of a closed month are written by: their own calendar, and
// schedules that are named as they were.
func paidRules(p *timesheet.PaidMonth) (inForce, error) {
	schedules := make(map[string][]timesheet.Terms)
	for i := range p.Days {
		schedules[p.Days[i].Person.Schedule] = []timesheet.Terms{{}}
	}
	fallback := ""
	if len(p.Days) > 0 {
		fallback = p.Days[0].Person.Schedule
	}
	work, err := timesheet.NewWorkRules(fallback, schedules, nil, nil)
	if err != nil {
		return inForce{}, timesheet.NewError(timesheet.Internal, "read a closed month", err)
	}
	return inForce{Rules: Rules{Work: work}, days: p.Calendar}, nil
}

// closedMonth answers one person's closed month, from what was paid alone.
func (s *Server) closedMonth(c context.Context, closing *timesheet.Closing, id timesheet.EmployeeID) (answerFunc, error) {
	fresh := s.asOf()
	paid, err := s.paidMonth(c, closing, id)
	if err != nil {
		return nil, err
	}
	rules, err := paidRules(&paid)
	if err != nil {
		return nil, err
	}
	month := closing.Month
	if f := form(c); f != "" {
		return s.table(f, "month-"+month.String(), daysTable(rules, paid.Days)), nil
	}
	return func(w http.ResponseWriter) error {
		a := s.answer(w, mediaJSON)
		a.period(&paid.Person, "month", month.String(), month.First(), month.Last())
		if err := a.entries(rules, paid.Days); err != nil {
			return err
		}
		a.b = append(a.b, `],"weeks":[`...)
		for i, p := range paid.Weeks {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.b = (&week{p.Week, p.From, p.To, p.Totals}).append(a.b)
		}
		a.b = appendTotals(append(a.b, `],"totals":`...), &paid.Totals)
		a.b = s.appendClosed(append(a.b, `,"closed":`...), closing)
		a.asOf(fresh)
		return nil
	}, nil
}
