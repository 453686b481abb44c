package board_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

// naive is a day as it must be: made anew from all that the store holds.
type naive struct {
	rows   []board.Row // by employee
	totals board.Totals
	until  timesheet.Instant
	prints string // all that is shown
}

func (w *world) naive(t testing.TB, on timesheet.Day) naive {
	t.Helper()
	dir, days, work, m := w.dir.Load(), w.days.Load(), w.work.Load(), *w.moment.Load()
	entries := make(map[timesheet.EmployeeID]timesheet.Entry)
	for p := range dir.On(on) {
		entries[p.Employee] = timesheet.Entry{}
	}
	for key, e := range storetest.Contents(t, w.memory) {
		if key.Day != on {
			continue
		}
		e.Employee = dir.Canonical(e.Employee, on)
		if before := entries[e.Employee]; !before.IsZero() {
			e = timesheet.Join(e, before)
		}
		entries[e.Employee] = e
	}
	var n naive
	var text strings.Builder
	for id, e := range entries {
		p, _ := dir.Person(id, on)
		r := board.Row{Person: p, Entry: e, Work: work.Evaluate(e, nil, p, on, days.For(id), m)}
		n.rows = append(n.rows, r)
		if at := r.Work.Next; at != 0 && (n.until == 0 || at < n.until) {
			n.until = at
		}
	}
	slices.SortFunc(n.rows, func(a, b board.Row) int { return cmp.Compare(a.Person.Employee, b.Person.Employee) })
	for _, r := range n.rows {
		r.Work.Next = 0
		fmt.Fprintf(&text, "%+v %s\n", r, days.For(r.Person.Employee).Rule(on).Zone)
	}
	n.prints = text.String()
	n.totals = totalsOf(n.rows, "")
	return n
}

// find is what a query without a limit must answer.
func (n naive) find(q board.Query) []board.Row {
	rows := slices.DeleteFunc(slices.Clone(n.rows), func(r board.Row) bool {
		text := plain(r.Person.Name + "\n" + string(r.Person.Employee))
		return q.Team != "" && r.Person.Team != q.Team || q.Status != 0 && r.Work.Status != q.Status ||
			!r.Work.Marks.Has(q.Marks) || q.Q != "" && !strings.Contains(text, plain(q.Q))
	})
	absent := func(r board.Row) int {
		no := false
		switch q.Sort {
		case board.ByName:
			no = r.Person.Name == ""
		case board.ByClockIn:
			no = r.Work.ClockIn == 0
		case board.ByWorked:
			no = !r.Work.Complete()
		}
		if no {
			return 1
		}
		return 0
	}
	slices.SortFunc(rows, func(a, b board.Row) int {
		if c := cmp.Compare(absent(a), absent(b)); c != 0 {
			return c
		}
		c := 0
		switch q.Sort {
		case board.ByEmployee:
			c = cmp.Compare(a.Person.Employee, b.Person.Employee)
		case board.ByName:
			c = cmp.Compare(plain(a.Person.Name), plain(b.Person.Name))
		case board.ByClockIn:
			c = cmp.Compare(a.Work.ClockIn, b.Work.ClockIn)
		case board.ByWorked:
			c = cmp.Compare(a.Work.Worked, b.Work.Worked)
		}
		if q.Descending {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.Person.Employee, b.Person.Employee))
	})
	return rows
}

// plain is without the case and the accents that the test's names have.
func plain(s string) string {
	return strings.NewReplacer("ä", "a", "ë", "e").Replace(strings.ToLower(s))
}

func totalsOf(rows []board.Row, team string) (t board.Totals) {
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for _, r := range rows {
		w := r.Work
		if team != "" && r.Person.Team != team {
			continue
		}
		t.Rows++
		count(&t.Provisional, w.Provisional)
		count(&t.Unlisted, w.Marks.Has(timesheet.MarkUnlisted))
		for status, n := range map[timesheet.Status]*int{
			timesheet.StatusOpen: &t.Open, timesheet.StatusMissingOut: &t.MissingOut, timesheet.StatusComplete: &t.Complete,
			timesheet.StatusExpected: &t.Expected, timesheet.StatusAbsent: &t.Absent, timesheet.StatusOnLeave: &t.OnLeave,
			timesheet.StatusHoliday: &t.Holiday, timesheet.StatusDayOff: &t.DayOff,
		} {
			count(n, w.Status == status)
		}
		for mark, n := range map[timesheet.Marks]*int{
			timesheet.MarkLate: &t.Late, timesheet.MarkEarlyLeave: &t.EarlyLeave, timesheet.MarkHalfDay: &t.HalfDay,
			timesheet.MarkBelowAbsent: &t.BelowAbsent, timesheet.MarkLongSpan: &t.LongSpan, timesheet.MarkPresumedPresent: &t.PresumedPresent,
		} {
			count(n, w.Marks.Has(mark))
		}
		t.Worked += w.Worked
		t.Overtime += w.Overtime
		t.HolidayWorked += w.HolidayWorked
	}
	return t
}
