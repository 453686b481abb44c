package http

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"timesheet"
	"timesheet/http/contract"
)

const (
	// standardDays is how far back an employee's days go unless the caller says.
	standardDays = 31
	// maxDays bounds from and to.
	maxDays = 400
)

// employee reads the id of a path, which comes percent-encoded.
func employee(raw string) (timesheet.EmployeeID, error) {
	id, err := url.PathUnescape(raw)
	if err != nil {
		return "", badParameter("id", "%v", err)
	}
	return parsed("id", id, timesheet.ParseEmployeeID)
}

// GetEmployeeDays answers one employee's days: without to until the employee's today,
// without from the standardDays until to.
func (s contractOperations) GetEmployeeDays(c context.Context, r contract.GetEmployeeDaysRequestObject) (contract.GetEmployeeDaysResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	to := rules.days.For(id).Day(s.now())
	if to, err = dayOr("to", r.Params.To, to); err != nil {
		return nil, err
	}
	from, err := dayOr("from", r.Params.From, max(to-standardDays+1, timesheet.FirstDay))
	if err != nil {
		return nil, err
	}
	if err := inRange(from, to); err != nil {
		return nil, err
	}
	if err := rules.reachesEmployee(c, id, from, to); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	fresh := s.asOf()
	rows, err := s.rows(ctx, rules, id, from, to, or(r.Params.Empty, false))
	if err != nil {
		return nil, err
	}
	rows = visible(c, rows)
	if f := form(c); f != "" {
		return s.table(f, "days-"+from.String()+"-"+to.String(), daysTable(rules, rows)), nil
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a := s.answer(w, mediaJSON)
		a.b = append(a.b, `{"entries":[`...)
		if err := a.rows(newRowEncoder(rules), rows); err != nil {
			return err
		}
		a.b = append(append(a.b, `],"next":null,"as_of":`...), fresh.json...)
		a.b = append(a.b, '}')
		a.end()
		return nil
	}), nil
}

// dayOr reads a parameter that is a day and may be left out.
func dayOr(name string, given *string, standard timesheet.Day) (timesheet.Day, error) {
	if given == nil {
		return standard, nil
	}
	return parsed(name, *given, timesheet.ParseDay)
}

// inRange refuses days in the wrong order, and too many of them.
func inRange(from, to timesheet.Day) error {
	if err := inOrder(from, to); err != nil {
		return err
	}
	if to-from >= maxDays {
		return badParameter("to", "%v to %v is more than %d days; ask for fewer at a time", from, to, maxDays)
	}
	return nil
}

// GetEmployeeWeek answers one employee's week, as the schedule of its Thursday cuts it.
func (s contractOperations) GetEmployeeWeek(c context.Context, r contract.GetEmployeeWeekRequestObject) (contract.GetEmployeeWeekResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	week, err := parsed("week", r.Week, timesheet.ParseWeek)
	if err != nil {
		return nil, err
	}
	monday, _ := week.Days(time.Monday)
	from, to := week.Days(rules.terms(id, monday+3).StartOfWeek())
	if err := rules.reachesEmployee(c, id, from, to); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	fresh := s.asOf()
	rows, err := s.rows(ctx, rules, id, from, to, true)
	if err != nil {
		return nil, err
	}
	rows = visible(c, rows)
	totals := timesheet.WeekTotals(workdays(rows), rules.terms(id, to))
	if rows[len(rows)-1].Work.Day != to {
		totals.WeeklyOvertime = 0 // it is known when the week is over, as in the month's totals
	}
	if f := form(c); f != "" {
		return s.table(f, "week-"+week.String(), daysTable(rules, rows)), nil
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a := s.answer(w, mediaJSON)
		a.period(&rows[len(rows)-1].Person, "week", week.String(), from, to)
		if err := a.entries(rules, rows); err != nil {
			return err
		}
		a.b = appendTotals(append(a.b, `],"totals":`...), &totals)
		a.asOf(fresh)
		return nil
	}), nil
}

// GetEmployeeMonth answers one employee's month, and the weeks that end in it.
func (s contractOperations) GetEmployeeMonth(c context.Context, r contract.GetEmployeeMonthRequestObject) (contract.GetEmployeeMonthResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	month, err := parsed("month", r.Month, timesheet.ParseMonth)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	if closing, err := s.closed(ctx, month); err != nil {
		return nil, err
	} else if closing != nil {
		return s.closedMonth(c, closing, id) // which tells itself who may be shown
	}
	if err := rules.reachesEmployee(c, id, month.First(), month.Last()); err != nil {
		return nil, err
	}
	fresh := s.asOf()
	first, last := timesheet.WeeksOf(month)
	rows, err := s.rows(ctx, rules, id, first, last, true)
	if err != nil {
		return nil, err
	}
	rows = visible(c, rows)
	terms := func(d timesheet.Day) timesheet.Terms { return rules.terms(id, d) }
	all := workdays(rows)
	totals := timesheet.MonthTotals(month, all, terms)
	weeks := weeksOf(month, all, terms)
	for rows[0].Work.Day < month.First() {
		rows = rows[1:] // there is one of the month: it was looked for
	}
	if f := form(c); f != "" {
		return s.table(f, "month-"+month.String(), daysTable(rules, rows)), nil
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a := s.answer(w, mediaJSON)
		a.period(&rows[len(rows)-1].Person, "month", month.String(), month.First(), month.Last())
		if err := a.entries(rules, rows); err != nil {
			return err
		}
		a.b = append(a.b, `],"weeks":[`...)
		for i := range weeks {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.b = weeks[i].append(a.b)
		}
		a.b = appendTotals(append(a.b, `],"totals":`...), &totals)
		a.b = append(a.b, `,"closed":null`...)
		a.asOf(fresh)
		return nil
	}), nil
}
