package timesheet

import "time"

// Totals sum the Workdays of one employee.
type Totals struct {
	Days        int // that were summed
	Present     int // with a clocking
	DaysWorked  int // with worked time
	LateDays    int
	EarlyDays   int
	HalfDays    int
	AbsentDays  int // settled, no clocking on a work day
	BelowAbsent int // worked, but below AbsentBelow
	MissingOut  int
	LongSpans   int
	LeaveDays   int // leave on days on which work would have been expected
	Holidays    int // holidays on days of the week that are work days

	Gross, BreakTime, Worked, Expected time.Duration
	Late, Early                        time.Duration
	Overtime                           time.Duration // of the days
	WeeklyOvertime                     time.Duration // of the weeks
	HolidayWorked                      time.Duration

	// Provisional says that a day which counts isn't settled.
	Provisional bool
}

// Add adds a day.
func (t *Totals) Add(w Workday) {
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	t.Days++
	count(&t.Present, w.ClockIn != 0)
	count(&t.DaysWorked, w.Complete())
	count(&t.LateDays, w.Marks.Has(MarkLate))
	count(&t.EarlyDays, w.Marks.Has(MarkEarlyLeave))
	count(&t.HalfDays, w.Marks.Has(MarkHalfDay))
	count(&t.AbsentDays, w.Status == StatusAbsent)
	count(&t.BelowAbsent, w.Marks.Has(MarkBelowAbsent))
	count(&t.MissingOut, w.Marks.Has(MarkMissingOut))
	count(&t.LongSpans, w.Marks.Has(MarkLongSpan))
	count(&t.LeaveDays, w.Marks&(MarkLeave|MarkHoliday|MarkDayOff) == MarkLeave)
	count(&t.Holidays, w.Marks&(MarkHoliday|MarkDayOff) == MarkHoliday)
	t.Gross += w.Gross
	t.BreakTime += w.BreakTime
	t.Worked += w.Worked
	t.Expected += w.Expected
	t.Late += w.Late
	t.Early += w.Early
	t.Overtime += w.Overtime
	t.HolidayWorked += w.HolidayWorked
	t.Provisional = t.Provisional || w.Provisional
}

// WeekTotals sum the days of one week of an employee, which the caller chose by
// [Week.Days]. terms are those of the week's last day; beyond their OvertimeWeekly
// the net without daily overtime is WeeklyOvertime. Source: RULES, overtime_weekly
// (29 CFR 778.103).
func WeekTotals(days []Workday, terms Terms) Totals {
	var t Totals
	for _, w := range days {
		t.Add(w)
	}
	t.WeeklyOvertime = weeklyOvertime(t.Worked, t.Overtime, terms)
	return t
}

func weeklyOvertime(worked, daily time.Duration, t Terms) time.Duration {
	if t = t.WithDefaults(); t.OvertimeWeekly == Off {
		return 0
	}
	return max(0, worked-daily-t.OvertimeWeekly)
}

// MonthTotals sum the days of m of one employee, and the weekly overtime of the weeks
// that end in it. days are those of [WeeksOf], ascending, of which those before the
// month count for their weeks alone; termsOn are the employee's on a day: those of a
// week's last day say that it ends there, and its limit.
func MonthTotals(m Month, days []Workday, termsOn func(Day) Terms) Totals {
	var t Totals
	first, last := m.First(), m.Last()
	for i, w := range days {
		if w.Day < first || w.Day > last {
			continue
		}
		t.Add(w)
		terms := termsOn(w.Day)
		if weekStart(w.Day+1, terms.StartOfWeek()) != w.Day+1 {
			continue
		}
		var worked, daily time.Duration
		for k := i; k >= 0 && days[k].Day > w.Day-7; k-- {
			worked += days[k].Worked
			daily += days[k].Overtime
			t.Provisional = t.Provisional || days[k].Provisional
		}
		t.WeeklyOvertime += weeklyOvertime(worked, daily, terms)
	}
	return t
}
