package http

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"

	"timesheet"
)

// NewPlain is New with boards that are read from o.Store whenever they are asked for,
// by the plainest code there is, unless o has others.
func NewPlain(o Options) *Server {
	s := New(o)
	if o.Boards == nil {
		s.o.Boards = storeBoards{s}
	}
	return s
}

// storeBoards read every day from the store and keep nothing.
type storeBoards struct{ s *Server }

// day is the rows of a day that a reach sees, by employee.
func (b storeBoards) day(ctx context.Context, rules inForce, all timesheet.Reach, day timesheet.Day, m timesheet.Moment) ([]BoardRow, error) {
	entries := make(map[timesheet.EmployeeID]timesheet.Entry)
	for p := range rules.Directory.On(day) {
		entries[p.Employee] = timesheet.Entry{}
	}
	for after := ""; ; {
		page, next, err := b.s.o.Store.Board(ctx, day, after, timesheet.MaxBoard)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			e.Employee = rules.Directory.Canonical(e.Employee, day)
			if old := entries[e.Employee]; !old.IsZero() {
				e = timesheet.Join(old, e)
			}
			entries[e.Employee] = e
		}
		if after = next; after == "" {
			break
		}
	}
	corrections, err := b.corrections(ctx, day)
	if err != nil {
		return nil, err
	}
	for id := range corrections {
		if _, clocked := entries[id]; !clocked { // a row by a correction alone
			entries[id] = timesheet.Entry{}
		}
	}
	rows := make([]BoardRow, 0, len(entries))
	for id, e := range entries {
		if row := rules.row(id, day, e, corrections[id], m); all.Sees(row.Person) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b BoardRow) int { return cmp.Compare(a.Person.Employee, b.Person.Employee) })
	return rows, nil
}

// corrections are the newest ones of a day that count.
func (b storeBoards) corrections(ctx context.Context, day timesheet.Day) (map[timesheet.EmployeeID]*timesheet.Correction, error) {
	if b.s.o.Corrections == nil {
		return nil, nil
	}
	all := make(map[timesheet.EmployeeID]*timesheet.Correction)
	for after := ""; ; {
		page, next, err := b.s.o.Corrections.Corrected(ctx, day, day, after, timesheet.MaxBoard)
		if err != nil {
			return nil, err
		}
		for i := range page {
			all[page[i].Employee] = &page[i]
		}
		if after = next; after == "" {
			return all, nil
		}
	}
}

// Page is part of Boards. Its cursors are numbers of rows.
func (b storeBoards) Page(ctx context.Context, day timesheet.Day, q BoardQuery, m timesheet.Moment) (p BoardPage, err error) {
	at, err := position(q.Cursor)
	if err != nil {
		return p, err
	}
	rules, err := b.s.inForce()
	if err != nil {
		return p, err
	}
	rows, err := b.day(ctx, rules, q.Reach, day, m)
	if err != nil {
		return p, err
	}
	p.Version = version(rows)
	kept := rows[:0]
	for _, r := range rows {
		if q.Team != "" && r.Person.Team != q.Team {
			continue
		}
		p.Totals.add(&r.Work)
		if wanted(&r, q.Q) && (q.Status == 0 || r.Work.Status == q.Status) && r.Work.Marks.Has(q.Marks) && q.Show.Has(&r.Work) {
			kept = append(kept, r)
		}
	}
	order(kept, q)
	p.Rows = kept[min(at, len(kept)):min(at+q.Limit, len(kept))]
	if at+q.Limit < len(kept) {
		p.Next = strconv.Itoa(at + q.Limit)
	}
	return p, nil
}

// Month is part of Boards. Its cursors are employee ids.
func (b storeBoards) Month(ctx context.Context, month timesheet.Month, q MonthQuery, m timesheet.Moment) (p MonthPage, err error) {
	rules, err := b.s.inForce()
	if err != nil {
		return p, err
	}
	people := make(map[timesheet.EmployeeID]timesheet.Person)
	for day := month.First(); day <= month.Last(); day++ {
		rows, err := b.day(ctx, rules, q.Reach, day, m)
		if err != nil {
			return p, err
		}
		for _, r := range rows {
			if old, ok := people[r.Person.Employee]; !ok || !r.Person.Unlisted || old.Unlisted {
				people[r.Person.Employee] = r.Person
			}
		}
	}
	var ids []timesheet.EmployeeID
	for id, person := range people {
		row := BoardRow{Person: person}
		if string(id) > q.Cursor && wanted(&row, q.Q) && (q.Team == "" || person.Team == q.Team) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if len(ids) > q.Limit {
		ids, p.Next = ids[:q.Limit], string(ids[q.Limit-1])
	}
	first, last := timesheet.WeeksOf(month)
	for _, id := range ids {
		rows, err := b.s.rows(ctx, rules, id, first, last, true)
		if err != nil {
			return p, err
		}
		rows = slices.DeleteFunc(rows, func(r BoardRow) bool { return !q.Reach.Sees(r.Person) })
		days := workdays(rows)
		totals := timesheet.MonthTotals(month, days, func(d timesheet.Day) timesheet.Terms { return rules.terms(id, d) })
		rows = slices.DeleteFunc(rows, func(r BoardRow) bool { return r.Work.Day < month.First() })
		p.Rows = append(p.Rows, MonthRow{people[id], rows, totals})
	}
	return p, nil
}

// Exceptions is part of Boards.
func (b storeBoards) Exceptions(ctx context.Context, from, to timesheet.Day, after timesheet.EmployeeID, all timesheet.Reach, m timesheet.Moment) iter.Seq2[BoardRow, error] {
	return func(yield func(BoardRow, error) bool) {
		rules, err := b.s.inForce()
		for day := from; err == nil && day <= to; day++ {
			var rows []BoardRow
			if rows, err = b.day(ctx, rules, all, day, m); err != nil {
				break
			}
			for i := range rows {
				behind := day > from || rows[i].Person.Employee > after
				if behind && len(kindsOf(&rows[i].Work)) > 0 && !yield(rows[i], nil) {
					return
				}
			}
		}
		if err != nil {
			yield(BoardRow{}, err)
		}
	}
}
