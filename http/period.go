package http

import (
	"strconv"

	"timesheet"
)

func workdays(rows []BoardRow) []timesheet.Workday {
	days := make([]timesheet.Workday, len(rows))
	for i := range rows {
		days[i] = rows[i].Work
	}
	return days
}

// week is one week's totals.
type week struct {
	timesheet.Week
	from, to timesheet.Day
	totals   timesheet.Totals
}

// weeksOf are the weeks that end in the month, of days as WeeksOf says; those that the
// caller doesn't see may lack, and with the last one of a week the week.
func weeksOf(m timesheet.Month, days []timesheet.Workday, terms func(timesheet.Day) timesheet.Terms) []week {
	var weeks []week
	for i, d := range days {
		if d.Day < m.First() || d.Day > m.Last() {
			continue
		}
		t := terms(d.Day)
		w := timesheet.WeekOf(d.Day, t.StartOfWeek())
		from, to := w.Days(t.StartOfWeek())
		if to != d.Day {
			continue
		}
		begin := i
		for begin > 0 && days[begin-1].Day >= from {
			begin--
		}
		weeks = append(weeks, week{w, from, to, timesheet.WeekTotals(days[begin:i+1], t)})
	}
	return weeks
}

func (w *week) append(b []byte) []byte {
	b = appendString(append(b, `{"week":`...), w.String())
	b = appendDay(append(b, `,"from":"`...), w.from)
	b = appendDay(append(b, `","to":"`...), w.to)
	b = appendTotals(append(b, `","totals":`...), &w.totals)
	return append(b, '}')
}

// appendTotals appends the totals of a period.
func appendTotals(b []byte, t *timesheet.Totals) []byte {
	count := func(name string, n int) {
		b = strconv.AppendInt(append(appendString(b, name), ':'), int64(n), 10)
		b = append(b, ',')
	}
	b = append(b, '{')
	count("days_worked", t.DaysWorked)
	count("late_days", t.LateDays)
	count("early_days", t.EarlyDays)
	count("half_days", t.HalfDays)
	count("below_absent_days", t.BelowAbsent)
	count("absent_days", t.AbsentDays)
	count("missing_out_days", t.MissingOut)
	count("long_span_days", t.LongSpans)
	count("leave_days", t.LeaveDays)
	count("holidays", t.Holidays)
	b = appendSeconds(append(b, `"gross_seconds":`...), t.Gross, true)
	b = appendSeconds(append(b, `,"break_seconds":`...), t.BreakTime, true)
	b = appendSeconds(append(b, `,"worked_seconds":`...), t.Worked, true)
	b = appendSeconds(append(b, `,"expected_seconds":`...), t.Expected, true)
	b = appendSeconds(append(b, `,"late_seconds":`...), t.Late, true)
	b = appendSeconds(append(b, `,"early_seconds":`...), t.Early, true)
	b = appendSeconds(append(b, `,"overtime_seconds":`...), t.Overtime, true)
	b = appendSeconds(append(b, `,"weekly_overtime_seconds":`...), t.WeeklyOvertime, true)
	b = appendSeconds(append(b, `,"holiday_worked_seconds":`...), t.HolidayWorked, true)
	b = strconv.AppendBool(append(b, `,"provisional":`...), t.Provisional)
	return append(b, '}')
}

// person appends who somebody is, without the end of the object.
func (a *answer) person(p *timesheet.Person) {
	a.b = appendString(append(a.b, `{"employee_id":`...), string(p.Employee))
	a.b = appendStringOrNull(append(a.b, `,"name":`...), p.Name)
	a.b = appendStringOrNull(append(a.b, `,"team":`...), p.Team)
}

// period begins an answer about one employee.
func (a *answer) period(p *timesheet.Person, kind, name string, from, to timesheet.Day) {
	a.person(p)
	a.b = append(append(append(a.b, `,"`...), kind...), `":"`...)
	a.b = append(a.b, name...)
	a.b = appendDay(append(a.b, `","from":"`...), from)
	a.b = appendDay(append(a.b, `","to":"`...), to)
	a.b = append(a.b, '"')
}

func (a *answer) entries(rules inForce, rows []BoardRow) error {
	a.b = append(a.b, `,"entries":[`...)
	return a.rows(newRowEncoder(rules), rows)
}

// asOf ends an answer.
func (a *answer) asOf(fresh freshness) {
	a.b = append(append(a.b, `,"as_of":`...), fresh.json...)
	a.b = append(a.b, '}')
	a.end()
}
