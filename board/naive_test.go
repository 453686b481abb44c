package board_test

import (
	"cmp"
	"context"
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
	until  timesheet.Instant
	prints string // all that is shown
}

// naive is a day in a world from which all were removed whom r doesn't reach.
func (w *world) naive(t testing.TB, on timesheet.Day, r timesheet.Reach) (n naive) {
	t.Helper()
	var text strings.Builder
	for _, row := range w.all(t, on) {
		if !sees(r, row.Person) {
			continue
		}
		n.rows = append(n.rows, row)
		if at := row.Work.Next; at != 0 && (n.until == 0 || at < n.until) {
			n.until = at
		}
		row.Work.Next = 0
		fmt.Fprintf(&text, "%s %s\n", printed(row), w.days.Load().For(row.Person.Employee).Rule(on).Zone)
	}
	n.prints = text.String()
	return n
}

func sees(r timesheet.Reach, p timesheet.Person) bool {
	return r.All || r.Employee != "" && p.Employee == r.Employee || p.Team != "" && slices.Contains(r.Teams, p.Team)
}

// printed is all of a row, with what its correction says.
func printed(r board.Row) string {
	var said timesheet.Correction
	if r.Correction != nil {
		said, r.Correction = *r.Correction, nil
	}
	return fmt.Sprintf("%+v %#v", r, said)
}

// all is everybody's day, by employee.
func (w *world) all(t testing.TB, on timesheet.Day) (rows []board.Row) {
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
	said := make(map[timesheet.EmployeeID]*timesheet.Correction)
	corrected, _, err := w.memory.Corrected(context.Background(), on, on, "", timesheet.MaxBoard)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range corrected {
		said[c.Employee] = &corrected[i]
		if _, ok := entries[c.Employee]; !ok {
			entries[c.Employee] = timesheet.Entry{}
		}
	}
	for id, e := range entries {
		p, _ := dir.Person(id, on)
		c := said[id]
		rows = append(rows, board.Row{Person: p, Entry: e, Correction: c, Work: work.Evaluate(e, c, p, on, days.For(id), m)})
	}
	slices.SortFunc(rows, func(a, b board.Row) int { return cmp.Compare(a.Person.Employee, b.Person.Employee) })
	return rows
}

// find is what a query without a limit must answer.
func (n naive) find(q board.Query) []board.Row {
	rows := slices.DeleteFunc(slices.Clone(n.rows), func(r board.Row) bool {
		text := plain(r.Person.Name + "\n" + string(r.Person.Employee))
		return q.Team != "" && r.Person.Team != q.Team || q.Status != 0 && r.Work.Status != q.Status ||
			!r.Work.Marks.Has(q.Marks) || !q.Show.Has(&r.Work) || q.Q != "" && !strings.Contains(text, plain(q.Q))
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
