package http

import (
	"context"
	"slices"
	"strings"
	"time"

	"timesheet"
	"timesheet/http/contract"
	"timesheet/sheet"
)

// dayColumns are those of a person's day; in the order of dayCells.
func dayColumns() []sheet.Column {
	return []sheet.Column{
		{Name: "employee_id"}, {Name: "name", Width: 24}, {Name: "team"}, {Name: "day", Kind: sheet.Date}, {Name: "status"},
		{Name: "clock_in", Kind: sheet.Clock}, {Name: "clock_out", Kind: sheet.Clock},
		{Name: "gross", Kind: sheet.Span}, {Name: "break", Kind: sheet.Span}, {Name: "worked", Kind: sheet.Span}, {Name: "expected", Kind: sheet.Span},
		{Name: "late", Kind: sheet.Span}, {Name: "early", Kind: sheet.Span}, {Name: "overtime", Kind: sheet.Span}, {Name: "holiday_worked", Kind: sheet.Span},
		{Name: "marks", Width: 30}, {Name: "provisional"}, {Name: "correction"}, {Name: "remark", Width: 30},
	}
}

// dayFrozen is how many of them say whose day it is.
const dayFrozen = 2

func dayCells(rules inForce, r *BoardRow) []any {
	w := &r.Work
	place := rules.days.For(w.Employee).Location(w.Day)
	clock := func(i timesheet.Instant) any {
		if i == 0 {
			return nil
		}
		return sheet.Time{At: i, Place: place}
	}
	net := func(d time.Duration) any { // what there is only with a clock-out
		if !w.Complete() {
			return nil
		}
		return d
	}
	var late any
	if w.ClockIn != 0 {
		late = w.Late
	}
	return []any{
		string(w.Employee), r.Person.Name, r.Person.Team, w.Day, w.Status.String(), clock(w.ClockIn), clock(w.ClockOut),
		net(w.Gross), net(w.BreakTime), net(w.Worked), w.Expected, late, net(w.Early), net(w.Overtime), net(w.HolidayWorked),
		strings.Join(slices.Collect(w.Marks.Names()), " "), yes(w.Provisional), correctionCell(r), remarkCell(r),
	}
}

// correctionCell says whether the day is corrected, and whether somebody should look again.
func correctionCell(r *BoardRow) string {
	switch {
	case r.Correction.Review(r.Entry):
		return "review"
	case r.Correction.Counts():
		return "corrected"
	default:
		return ""
	}
}

func remarkCell(r *BoardRow) string {
	if !r.Correction.Counts() {
		return ""
	}
	return r.Correction.Remark
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// boardTable writes a day's rows: all of them, or a page where one was asked for.
func (s *Server) boardTable(ctx context.Context, rules inForce, day timesheet.Day, q BoardQuery, p contract.GetDayParams, m timesheet.Moment) func(sheet.Writer) error {
	one := p.Limit != nil || p.Cursor != nil
	if !one {
		q.Limit = timesheet.MaxBoard
	}
	return func(w sheet.Writer) error {
		ctx, cancel := s.within(ctx)
		defer cancel()
		if err := w.Sheet(day.String(), dayColumns(), dayFrozen); err != nil {
			return err
		}
		for {
			page, err := s.o.Boards.Page(ctx, day, q, m)
			if err != nil {
				return cursorFailure(err, or(p.Cursor, ""))
			}
			for i := range page.Rows {
				if err := w.Row(dayCells(rules, &page.Rows[i])...); err != nil {
					return err
				}
			}
			if q.Cursor = page.Next; q.Cursor == "" || one {
				return nil
			}
		}
	}
}

// daysTable writes rows by day, with a sheet for each month.
func daysTable(rules inForce, rows []BoardRow) func(sheet.Writer) error {
	return func(w sheet.Writer) error {
		var month timesheet.Month
		for i := range rows {
			if of := timesheet.MonthOf(rows[i].Work.Day); i == 0 || of != month {
				month = of
				if err := w.Sheet(month.String(), dayColumns(), dayFrozen); err != nil {
					return err
				}
			}
			if err := w.Row(dayCells(rules, &rows[i])...); err != nil {
				return err
			}
		}
		if len(rows) == 0 {
			return w.Sheet("days", dayColumns(), dayFrozen)
		}
		return nil
	}
}

// exceptionsTable writes rows by day, with their kinds, and a sheet for each month.
func (s *Server) exceptionsTable(ctx context.Context, rules inForce, p contract.GetExceptionsParams, from, to timesheet.Day, after timesheet.EmployeeID) func(sheet.Writer) error {
	columns := append([]sheet.Column{{Name: "kinds", Width: 24}}, dayColumns()...)
	one, all := p.Limit != nil || p.Cursor != nil, reach(ctx)
	return func(w sheet.Writer) error {
		ctx, cancel := s.within(ctx)
		defer cancel()
		month, left := timesheet.Month{}, int(or(p.Limit, boardPage))
		for row, err := range s.o.Boards.Exceptions(ctx, from, to, after, all, s.moment()) {
			if err != nil {
				return err
			}
			kinds := kindsOf(&row.Work)
			if !wantedException(&row, kinds, p) {
				continue
			}
			if left--; one && left < 0 {
				break
			}
			if of := timesheet.MonthOf(row.Work.Day); of != month {
				month = of
				if err := w.Sheet(month.String(), columns, 1+dayFrozen); err != nil {
					return err
				}
			}
			if err := w.Row(append([]any{strings.Join(kinds, " ")}, dayCells(rules, &row)...)...); err != nil {
				return err
			}
		}
		if month == (timesheet.Month{}) {
			return w.Sheet("exceptions", columns, 1+dayFrozen)
		}
		return nil
	}
}

// monthColumns are those of the payroll view: the totals, then each day's worked time.
func monthColumns(m timesheet.Month) []sheet.Column {
	columns := []sheet.Column{
		{Name: "employee_id"}, {Name: "name", Width: 24}, {Name: "team"},
		{Name: "worked", Kind: sheet.Span}, {Name: "expected", Kind: sheet.Span}, {Name: "overtime", Kind: sheet.Span},
		{Name: "weekly_overtime", Kind: sheet.Span}, {Name: "holiday_worked", Kind: sheet.Span},
		{Name: "days_worked", Kind: sheet.Count}, {Name: "late_days", Kind: sheet.Count}, {Name: "absent_days", Kind: sheet.Count},
		{Name: "missing_out_days", Kind: sheet.Count}, {Name: "leave_days", Kind: sheet.Count}, {Name: "holidays", Kind: sheet.Count},
		{Name: "provisional"},
	}
	for d := m.First(); d <= m.Last(); d++ {
		columns = append(columns, sheet.Column{Name: d.String(), Kind: sheet.Span})
	}
	return columns
}

// monthCells are a person's. A day that isn't shown leaves its cell empty.
func monthCells(cells []any, month timesheet.Month, r *MonthRow) []any {
	t := &r.Totals
	cells = append(cells[:0],
		string(r.Person.Employee), r.Person.Name, r.Person.Team, t.Worked, t.Expected, t.Overtime, t.WeeklyOvertime, t.HolidayWorked,
		t.DaysWorked, t.LateDays, t.AbsentDays, t.MissingOut, t.LeaveDays, t.Holidays, yes(t.Provisional))
	days := r.Days
	for d := month.First(); d <= month.Last(); d++ {
		var worked any
		if len(days) > 0 && days[0].Work.Day == d {
			if w := &days[0].Work; w.Complete() {
				worked = w.Worked
			}
			days = days[1:]
		}
		cells = append(cells, worked)
	}
	return cells
}

// monthPage is how many employees of a month are held at once for a table.
const monthPage = 2000

// monthTable writes everybody's month, or a page where one was asked for.
func (s *Server) monthTable(ctx context.Context, month timesheet.Month, closing *timesheet.Closing, q MonthQuery, p contract.GetTimesheetsParams) func(sheet.Writer) error {
	one := p.Limit != nil || p.Cursor != nil
	if !one {
		q.Limit = monthPage
	}
	return func(w sheet.Writer) error {
		ctx, cancel := s.within(ctx)
		defer cancel()
		if err := w.Sheet(month.String(), monthColumns(month), dayFrozen); err != nil {
			return err
		}
		m := s.moment()
		var cells []any
		for {
			page, err := s.months(ctx, month, closing, q, m)
			if err != nil {
				return cursorFailure(err, or(p.Cursor, ""))
			}
			for i := range page.Rows {
				cells = monthCells(cells, month, &page.Rows[i])
				if err := w.Row(cells...); err != nil {
					return err
				}
			}
			if q.Cursor = page.Next; q.Cursor == "" || one {
				return nil
			}
		}
	}
}
