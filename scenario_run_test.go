package timesheet_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
)

// bench is where the cases of a file are tried: its rules, compiled.
type bench struct {
	days      *timesheet.DayRules
	rules     *timesheet.WorkRules
	directory *timesheet.Directory
	listen    func(*testing.T, timesheet.Step)
}

// attempt is a case as far as it has come.
type attempt struct {
	bench
	employee timesheet.EmployeeID
	entries  map[timesheet.Day]timesheet.Entry // of employee and its badges
	said     map[timesheet.Day]*timesheet.Correction
	moment   timesheet.Moment
	steps    []timesheet.Step // of the last expect, those not named yet
	asked    bool             // whether any was
	gap      bool             // whether those up to the next named one don't matter
}

func (s *scenarios) run(t *testing.T) {
	b := bench{days: mustRules(t, s.days...), listen: s.listen}
	var err error
	if b.rules, err = timesheet.NewWorkRules(s.first, s.schedules, s.holidays, s.leave); err != nil {
		t.Fatal(err)
	}
	if b.directory, err = timesheet.NewDirectory(s.people); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.cases {
		t.Run(c.name, func(t *testing.T) {
			a := attempt{bench: b, employee: "7", entries: make(map[timesheet.Day]timesheet.Entry), said: make(map[timesheet.Day]*timesheet.Correction)}
			a.moment = timesheet.Moment{Now: midnight(timesheet.DayOf(2126, 1, 1)), SettledThrough: timesheet.Forever}
			for _, l := range c.lines {
				if l.word != ">" {
					a.finishSteps(t)
				}
				a.step(t, l)
			}
			a.finishSteps(t)
		})
	}
}

func (a *attempt) step(t *testing.T, l line) {
	cal := a.days.For(a.employee)
	switch l.word {
	case "employee":
		a.employee = timesheet.EmployeeID(l.arg(t, 0))
		clear(a.entries)
		clear(a.said)
	case "clock":
		for _, at := range mustTimes(t, l) {
			a.clock(t, l, a.employee, at)
		}
	case "badge":
		badge := timesheet.EmployeeID(l.arg(t, 0))
		for _, at := range mustTimes(t, line{at: l.at, word: l.word, args: l.args[1:]}) {
			a.clock(t, l, badge, at)
		}
	case "refused":
		c := timesheet.Clocking{Employee: a.employee, At: must[timesheet.Timestamp](t, l)(timesheet.ParseTimestamp(l.arg(t, 0)))}
		if _, err := a.days.Entry(c, 0, a.moment.Now); err == nil || !strings.Contains(err.Error(), strings.Join(l.args[1:], " ")) {
			l.failf(t, "%v", err)
		}
	case "correct":
		c := a.correction(t, l, l.args)
		if err := c.Check(a.entries[c.Day], cal, a.moment.Now); err != nil {
			l.failf(t, "%v", err)
		}
		a.said[c.Day] = &c
	case "wrong":
		colon := slices.Index(l.args, ":")
		if colon < 0 {
			l.failf(t, "there is no colon")
		}
		c, text := a.correction(t, l, l.args[:colon]), strings.Join(l.args[colon+1:], " ")
		if err := c.Check(a.entries[c.Day], cal, a.moment.Now); timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), text) {
			l.failf(t, "%v", err)
		}
	case "lose":
		delete(a.entries, mustDay(t, l, l.arg(t, 0)))
	case "now":
		a.moment.Now = mustTime(t, l, cal, l.arg(t, 0))
	case "source":
		a.moment.SettledThrough = mustTime(t, l, cal, l.arg(t, 0))
	case "expect":
		a.expect(t, l)
	case ">":
		a.explained(t, l)
	case "week":
		a.week(t, l)
	case "month":
		a.month(t, l)
	default:
		l.failf(t, "no command")
	}
}

func (a *attempt) clock(t *testing.T, l line, badge timesheet.EmployeeID, at timesheet.Timestamp) {
	e, err := a.days.Entry(timesheet.Clocking{Employee: badge, At: at}, 0, a.moment.Now)
	if err != nil {
		l.failf(t, "%v", err)
	}
	if whose := a.directory.Canonical(badge, e.Day); whose != a.employee {
		l.failf(t, "the entry of %v belongs to %s", e.Day, whose)
	}
	if known, ok := a.entries[e.Day]; ok {
		e = timesheet.Join(known, e)
	}
	a.entries[e.Day] = e
}

func (a *attempt) workday(day timesheet.Day) timesheet.Workday {
	p, _ := a.directory.Person(a.employee, day)
	return a.rules.Evaluate(a.entries[day], a.said[day], p, day, a.days.For(a.employee), a.moment)
}

func (a *attempt) expect(t *testing.T, l line) {
	day := mustDay(t, l, l.arg(t, 0))
	p, _ := a.directory.Person(a.employee, day)
	w, steps := a.rules.Explain(a.entries[day], a.said[day], p, day, a.days.For(a.employee), a.moment)
	if plain := a.workday(day); plain != w {
		l.failf(t, "explained it is %+v, else %+v", w, plain)
	}
	a.steps = steps
	for _, s := range steps {
		if a.listen != nil {
			a.listen(t, s)
		}
	}
	if got := w.Status.String(); got != l.arg(t, 1) {
		l.failf(t, "it is %s", got)
	}
	wall := func(i timesheet.Instant) string {
		if i == 0 {
			return "none"
		}
		return strings.TrimPrefix(timesheet.Instant(a.days.For(a.employee).Wall(i)).Time().Format("2006-01-02T15:04:05"), day.String()+"T")
	}
	got := map[string]string{
		"marks": strings.Join(slices.Collect(w.Marks.Names()), ","), "provisional": fmt.Sprint(w.Provisional),
		"in": wall(w.ClockIn), "out": wall(w.ClockOut), "next": wall(w.Next),
		"gross": "none", "break": "none", "worked": "none", "expected": timesheet.FormatDuration(w.Expected),
		"late": timesheet.FormatDuration(w.Late), "early": timesheet.FormatDuration(w.Early),
		"overtime": timesheet.FormatDuration(w.Overtime), "holiday_worked": timesheet.FormatDuration(w.HolidayWorked),
	}
	if w.Complete() {
		got["gross"], got["break"], got["worked"] = timesheet.FormatDuration(w.Gross), timesheet.FormatDuration(w.BreakTime), timesheet.FormatDuration(w.Worked)
	} else if w.Gross != 0 || w.BreakTime != 0 || w.Worked != 0 || w.Overtime != 0 || w.HolidayWorked != 0 {
		l.failf(t, "there is worked time without a clock-out: %+v", w)
	}
	want := map[string]string{"marks": "", "provisional": "false", "late": "0h0m", "early": "0h0m", "overtime": "0h0m", "holiday_worked": "0h0m"}
	compare(t, l, got, want, mustPairs(t, l, l.args[2:]))
}

// compare holds got against what is wanted unless said otherwise, and what is said.
func compare(t *testing.T, l line, got, want, said map[string]string) {
	t.Helper()
	maps.Copy(want, said)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, known := got[key]
		if !known {
			l.failf(t, "unknown %s", key)
		}
		if times := key == "in" || key == "out" || key == "next"; times && strings.Count(want[key], ":") == 1 {
			value = strings.TrimSuffix(value, ":00")
		}
		if value != want[key] {
			t.Errorf("%s: %s=%s, want %s", l.at, key, value, want[key])
		}
	}
}

// explained takes the next step off those of the last expect; after … it may be any
// later one.
func (a *attempt) explained(t *testing.T, l line) {
	text := strings.Join(l.args, " ")
	if text == "…" {
		a.asked, a.gap = true, true
		return
	}
	for i, s := range a.steps {
		if s.Text == text {
			a.steps, a.asked, a.gap = a.steps[i+1:], true, false
			return
		}
		if !a.gap {
			break
		}
	}
	l.failf(t, "the steps are:%s", texts(a.steps))
}

func (a *attempt) finishSteps(t *testing.T) {
	t.Helper()
	if a.asked && !a.gap && len(a.steps) > 0 {
		t.Errorf("further steps:%s", texts(a.steps))
	}
	a.asked, a.gap = false, false
}

func texts(steps []timesheet.Step) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString("\n\t" + s.Text)
	}
	return b.String()
}

func (a *attempt) week(t *testing.T, l line) {
	w, err := timesheet.ParseWeek(l.arg(t, 0))
	if err != nil {
		l.failf(t, "%v", err)
	}
	monday, _ := w.Days(time.Monday)
	from, to := w.Days(a.terms(monday).StartOfWeek())
	compareTotals(t, l, timesheet.WeekTotals(a.workdays(from, to), a.terms(to)), map[string]string{"from": from.String(), "to": to.String()})
}

func (a *attempt) month(t *testing.T, l line) {
	m, err := timesheet.ParseMonth(l.arg(t, 0))
	if err != nil {
		l.failf(t, "%v", err)
	}
	from, to := timesheet.WeeksOf(m)
	compareTotals(t, l, timesheet.MonthTotals(m, a.workdays(from, to), a.terms), nil)
}

func (a *attempt) terms(day timesheet.Day) timesheet.Terms {
	p, _ := a.directory.Person(a.employee, day)
	return a.rules.Terms(p.Schedule, day)
}

func (a *attempt) workdays(from, to timesheet.Day) []timesheet.Workday {
	var days []timesheet.Workday
	for day := from; day <= to; day++ {
		days = append(days, a.workday(day))
	}
	return days
}

func compareTotals(t *testing.T, l line, sum timesheet.Totals, got map[string]string) {
	t.Helper()
	if got == nil {
		got = make(map[string]string)
	}
	for key, n := range map[string]int{
		"days": sum.Days, "present": sum.Present, "days_worked": sum.DaysWorked, "late_days": sum.LateDays, "early_days": sum.EarlyDays,
		"half_days": sum.HalfDays, "absent_days": sum.AbsentDays, "below_absent": sum.BelowAbsent, "missing_out": sum.MissingOut,
		"long_spans": sum.LongSpans, "leave_days": sum.LeaveDays, "holidays": sum.Holidays,
	} {
		got[key] = fmt.Sprint(n)
	}
	for key, d := range map[string]time.Duration{
		"gross": sum.Gross, "break": sum.BreakTime, "worked": sum.Worked, "expected": sum.Expected, "late": sum.Late, "early": sum.Early,
		"overtime": sum.Overtime, "weekly_overtime": sum.WeeklyOvertime, "holiday_worked": sum.HolidayWorked,
	} {
		got[key] = timesheet.FormatDuration(d)
	}
	got["provisional"] = fmt.Sprint(sum.Provisional)
	want := map[string]string{"overtime": "0h0m", "weekly_overtime": "0h0m", "absent_days": "0", "missing_out": "0", "late_days": "0", "provisional": "false"}
	compare(t, l, got, want, mustPairs(t, l, l.args[1:]))
}
