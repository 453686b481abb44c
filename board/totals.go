package board

import (
	"time"

	"timesheet"
)

// Totals count and sum the rows of a day.
type Totals struct {
	Rows        int
	Provisional int // rows that aren't settled
	Unlisted    int // that the directory doesn't list

	// By status; the first three are those with a clocking.
	Open, MissingOut, Complete                 int
	Expected, Absent, OnLeave, Holiday, DayOff int

	// By mark; a row may have several.
	Late, EarlyLeave, HalfDay, BelowAbsent, LongSpan, PresumedPresent int

	Worked, Overtime, HolidayWorked time.Duration
}

// Present is how many have a clocking.
func (t Totals) Present() int { return t.Open + t.MissingOut + t.Complete }

// add counts w n times: 1, or -1 to take it out again.
func (t *Totals) add(w *timesheet.Workday, n int) {
	t.Rows += n
	if w.Provisional {
		t.Provisional += n
	}
	switch w.Status {
	case timesheet.StatusOpen:
		t.Open += n
	case timesheet.StatusMissingOut:
		t.MissingOut += n
	case timesheet.StatusComplete:
		t.Complete += n
	case timesheet.StatusExpected:
		t.Expected += n
	case timesheet.StatusAbsent:
		t.Absent += n
	case timesheet.StatusOnLeave:
		t.OnLeave += n
	case timesheet.StatusHoliday:
		t.Holiday += n
	case timesheet.StatusDayOff:
		t.DayOff += n
	}
	t.mark(w.Marks, n)
	t.Worked += w.Worked * time.Duration(n)
	t.Overtime += w.Overtime * time.Duration(n)
	t.HolidayWorked += w.HolidayWorked * time.Duration(n)
}

// join adds what others count.
func (t *Totals) join(o *Totals) {
	t.Rows += o.Rows
	t.Provisional += o.Provisional
	t.Unlisted += o.Unlisted
	t.Open += o.Open
	t.MissingOut += o.MissingOut
	t.Complete += o.Complete
	t.Expected += o.Expected
	t.Absent += o.Absent
	t.OnLeave += o.OnLeave
	t.Holiday += o.Holiday
	t.DayOff += o.DayOff
	t.Late += o.Late
	t.EarlyLeave += o.EarlyLeave
	t.HalfDay += o.HalfDay
	t.BelowAbsent += o.BelowAbsent
	t.LongSpan += o.LongSpan
	t.PresumedPresent += o.PresumedPresent
	t.Worked += o.Worked
	t.Overtime += o.Overtime
	t.HolidayWorked += o.HolidayWorked
}

func (t *Totals) mark(m timesheet.Marks, n int) {
	if m&timesheet.MarkLate != 0 {
		t.Late += n
	}
	if m&timesheet.MarkEarlyLeave != 0 {
		t.EarlyLeave += n
	}
	if m&timesheet.MarkHalfDay != 0 {
		t.HalfDay += n
	}
	if m&timesheet.MarkBelowAbsent != 0 {
		t.BelowAbsent += n
	}
	if m&timesheet.MarkLongSpan != 0 {
		t.LongSpan += n
	}
	if m&timesheet.MarkPresumedPresent != 0 {
		t.PresumedPresent += n
	}
	if m&timesheet.MarkUnlisted != 0 {
		t.Unlisted += n
	}
}
