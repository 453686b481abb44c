package http_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// october is closed in tests of closed months: 7 was paid then, in Tokyo, under another
// name and a schedule that nobody has any more, and so was left, who is in no directory.
type october struct {
	closing *timesheet.Closing
	paid    []timesheet.PaidMonth
	lines   []timesheet.Adjustment
	failure error
	takes   time.Duration // to close
	asked   []timesheethttp.MonthQuery
}

func month(s string) timesheet.Month {
	m, err := timesheet.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func newOctober(tb testing.TB) *october {
	tb.Helper()
	tokyo, err := timesheet.NewDayRules(0, []timesheet.Assignment{rule("", 0, "Asia/Tokyo", 0)}, time.LoadLocation)
	if err != nil {
		tb.Fatal(err)
	}
	m := month("2026-10")
	o := &october{closing: &timesheet.Closing{Series: timesheet.Series{Month: m, Closing: 7}, At: timesheet.InstantOf(evening()), By: "payroll", Employees: 2, Rules: "abc"}}
	for _, who := range []timesheet.Person{{Employee: "7", Name: "Ada Byron", Team: "Engines", Schedule: "old"}, {Employee: "left", Name: "Gone", Team: "Mills", Schedule: "old"}} {
		p := timesheet.PaidMonth{Person: who, Calendar: tokyo}
		for on := m.First(); on <= m.Last(); on++ {
			d := timesheet.PersonDay{Person: who, Work: timesheet.Workday{Employee: who.Employee, Day: on, Status: timesheet.StatusAbsent}}
			if on == mustDay("2026-10-05") {
				d.Work.Status, d.Work.ClockIn, d.Work.ClockOut = timesheet.StatusComplete, 1791158400000, 1791158400000+9*3600*1000
				d.Work.Gross, d.Work.Worked = 9*time.Hour, 9*time.Hour
				d.Entry = timesheet.Entry{Employee: who.Employee, Day: on, Earliest: d.Work.ClockIn, Latest: d.Work.ClockOut}
				d.Correction = &timesheet.Correction{Employee: who.Employee, Day: on, Seq: 2, Remark: "by hand", Reason: "forgot", Actor: "hr", At: 1791158400000}
			}
			p.Days = append(p.Days, d)
		}
		p.Totals = timesheet.Totals{Worked: 9 * time.Hour, DaysWorked: 1}
		p.Weeks = []timesheet.PaidWeek{{Week: timesheet.Week{Year: 2026, Number: 40}, From: m.First() - 3, To: m.First() + 3, Totals: timesheet.Totals{Worked: time.Hour}}}
		o.paid = append(o.paid, p)
	}
	before, after := o.paid[0].Days[4].Work, o.paid[0].Days[4].Work
	after.Worked, after.ClockOut = 8*time.Hour, after.ClockOut-3600*1000
	o.lines = []timesheet.Adjustment{
		{Person: o.paid[0].Person, Day: before.Day, Cause: timesheet.CauseClockings, Detail: "other clockings", Before: before, After: after},
		{Person: o.paid[0].Person, Day: before.Day, Cause: timesheet.CauseCorrection, Detail: "correction 3: again", Correction: &timesheet.Correction{Seq: 3, Actor: "boss", At: 1791158400000}, Before: after, After: before},
	}
	return o
}

func (o *october) Close(ctx context.Context, m timesheet.Month, by string, at timesheet.Moment) (timesheet.Closing, error) {
	select {
	case <-ctx.Done():
		return timesheet.Closing{}, ctx.Err()
	case <-time.After(o.takes):
	}
	if o.failure != nil {
		return timesheet.Closing{}, o.failure
	}
	return timesheet.Closing{Series: timesheet.Series{Month: m, Closing: 8}, At: at.Now, By: by, Employees: 5, Rules: "def"}, nil
}

func (o *october) Closed(_ context.Context, m timesheet.Month) (*timesheet.Closing, error) {
	if m != o.closing.Month {
		return nil, o.failure
	}
	return o.closing, o.failure
}

func (o *october) Closings(context.Context) ([]timesheet.Closing, error) {
	return []timesheet.Closing{*o.closing}, o.failure
}

// Month has cursors that are the last id.
func (o *october) Month(_ context.Context, c timesheet.Closing, q timesheethttp.MonthQuery) (p timesheethttp.PaidPage, err error) {
	o.asked = append(o.asked, q)
	if c != *o.closing || strings.HasPrefix(q.Cursor, "!") {
		return p, timesheet.NewError(timesheet.Invalid, "cursor", nil)
	}
	for _, m := range o.paid {
		switch {
		case string(m.Person.Employee) <= q.Cursor || !q.Reach.Sees(m.Person):
		case len(p.Rows) == q.Limit:
			p.Next = string(p.Rows[q.Limit-1].Person.Employee)
		default:
			p.Rows = append(p.Rows, m)
		}
	}
	return p, o.failure
}

func (o *october) Paid(_ context.Context, c timesheet.Closing, id timesheet.EmployeeID, r timesheet.Reach) (timesheet.PaidMonth, error) {
	at := slices.IndexFunc(o.paid, func(m timesheet.PaidMonth) bool { return m.Person.Employee == id && r.Sees(m.Person) })
	if at < 0 || c != *o.closing {
		return timesheet.PaidMonth{}, timesheet.NewError(timesheet.NotFound, "read a record", nil)
	}
	return o.paid[at], o.failure
}

// Adjustments has cursors that are "1".
func (o *october) Adjustments(_ context.Context, c timesheet.Closing, q timesheethttp.MonthQuery) (timesheethttp.AdjustmentPage, error) {
	o.asked = append(o.asked, q)
	switch {
	case q.Cursor != "" && q.Cursor != "1" || c != *o.closing:
		return timesheethttp.AdjustmentPage{}, timesheet.NewError(timesheet.Invalid, "cursor", nil)
	case !q.Reach.Sees(o.paid[0].Person):
		return timesheethttp.AdjustmentPage{}, nil
	case q.Cursor == "":
		return timesheethttp.AdjustmentPage{Lines: o.lines[:1], Next: "1"}, o.failure
	}
	return timesheethttp.AdjustmentPage{Lines: o.lines[1:]}, o.failure
}
