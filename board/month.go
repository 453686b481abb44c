package board

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"timesheet"
)

// MonthQuery says whose months are wanted.
type MonthQuery struct {
	Team   string // that somebody is in on a day of the month; "" for all
	Q      string // a part of the name or the employee id, whatever its case; "" for all
	Limit  int    // 1 to MaxRows
	Cursor string // MonthPage.Next of the page before; "" for the first
}

// MonthRow is a person's month.
type MonthRow struct {
	Person timesheet.Person // on the last day of the month that the directory lists them
	Days   []Row            // of the month, all of them
	Totals timesheet.Totals // with the overtime of weeks that end in the month
}

// MonthPage is a part of all people's months, by employee id: everybody who has a
// clocking in the month, or whom the directory lists on one of its days.
type MonthPage struct {
	Rows []MonthRow
	Next string // the cursor of the rest; "" where there is none
}

// Month answers a page of a month, the payroll's view. Days that can't be kept beside
// those in use are read for the call alone, one after the other. Errors are as for Page.
func (b *Boards) Month(ctx context.Context, month timesheet.Month, q MonthQuery, m timesheet.Moment) (MonthPage, error) {
	if err := (Query{Limit: q.Limit}).validate(); err != nil {
		return MonthPage{}, err
	}
	if month.First() < timesheet.FirstDay || month.Last() > timesheet.LastDay {
		return MonthPage{}, timesheet.NewError(timesheet.Invalid, "month", fmt.Errorf("%v is outside %v to %v", month, timesheet.FirstDay, timesheet.LastDay))
	}
	after, err := parseCursor(Query{Cursor: q.Cursor})
	if err != nil {
		return MonthPage{}, err
	}
	k, err := b.book()
	if err != nil {
		return MonthPage{}, err
	}
	s := &monthScan{q: q, k: k, month: month, known: make(map[timesheet.EmployeeID]who)}
	if after != nil {
		s.after = after.id
	}
	s.entries = make(map[timesheet.EmployeeID]map[timesheet.Day]timesheet.Entry)
	from, to := timesheet.WeeksOf(month)
	from = max(from, timesheet.FirstDay)
	began := b.uses.Load()
	// The month's own days find the people; then those before bring what their weeks need.
	for on := month.First(); on <= to; on++ {
		if err := s.read(ctx, b, on, began); err != nil {
			return MonthPage{}, err
		}
	}
	s.found = true
	for on := from; on < month.First(); on++ {
		if err := s.read(ctx, b, on, began); err != nil {
			return MonthPage{}, err
		}
	}
	return s.page(from, to, m), nil
}

// monthScan gathers a page while days pass by. The page's people are the first ones by
// id of those on any day, so each day adds its first ones, and the rest falls off: who
// is among the first in the end was so all along, and none of his entries is missed.
type monthScan struct {
	q       MonthQuery
	k       book
	month   timesheet.Month
	after   timesheet.EmployeeID
	people  []timesheet.EmployeeID // by id, at most Limit+1
	found   bool                   // people are complete
	known   map[timesheet.EmployeeID]who
	entries map[timesheet.EmployeeID]map[timesheet.Day]timesheet.Entry
}

// who is a person, and whether it is wanted.
type who struct {
	timesheet.Person
	wanted bool
}

func (s *monthScan) read(ctx context.Context, b *Boards, on timesheet.Day, began uint64) error {
	d, err := b.scan(ctx, on, began)
	if err != nil {
		return err
	}
	d.reading(s.k.dir)
	defer d.mu.RUnlock()
	if s.found {
		for _, id := range s.people {
			if at, ok := d.find(id); ok {
				s.put(id, d.entry(d.byID[at]))
			}
		}
		return nil
	}
	var ids []timesheet.EmployeeID
	for _, slot := range d.after(s.after) {
		if len(ids) > s.q.Limit {
			break
		}
		if id := d.rows[slot].id; s.wants(id) {
			ids = append(ids, id)
			s.put(id, d.entry(slot))
		}
	}
	s.people = append(s.people, ids...)
	slices.Sort(s.people)
	s.people = slices.Compact(s.people)
	s.people = s.people[:min(len(s.people), s.q.Limit+1)]
	return nil
}

func (s *monthScan) put(id timesheet.EmployeeID, e timesheet.Entry) {
	if e.IsZero() {
		return
	}
	if s.entries[id] == nil {
		s.entries[id] = make(map[timesheet.Day]timesheet.Entry)
	}
	s.entries[id][e.Day] = e
}

// wants tells whether a person is asked for.
func (s *monthScan) wants(id timesheet.EmployeeID) bool {
	w, ok := s.known[id]
	if !ok {
		var inTeam bool
		w.Person, inTeam = s.person(id)
		w.wanted = (s.q.Team == "" || inTeam) && (s.q.Q == "" || strings.Contains(folded(w.Person), strings.ToLower(s.q.Q)))
		s.known[id] = w
	}
	return w.wanted
}

// person is who id is in the month, and whether on any of its days in the team asked for.
func (s *monthScan) person(id timesheet.EmployeeID) (who timesheet.Person, inTeam bool) {
	who, _ = s.k.dir.Person(id, s.month.Last())
	known := false
	for on := s.month.Last(); on >= s.month.First(); on-- {
		p, listed := s.k.dir.Person(id, on)
		if listed && !known {
			who, known = p, true
		}
		inTeam = inTeam || listed && p.Team == s.q.Team
	}
	return who, inTeam
}

func (s *monthScan) page(from, to timesheet.Day, m timesheet.Moment) MonthPage {
	var p MonthPage
	if len(s.people) > s.q.Limit {
		s.people = s.people[:s.q.Limit]
		p.Next = cursor(Query{}, key{id: s.people[s.q.Limit-1]})
	}
	p.Rows = make([]MonthRow, len(s.people))
	days := make([]timesheet.Workday, 0, to-from+1)
	for i, id := range s.people {
		row := &p.Rows[i]
		row.Person, row.Days = s.known[id].Person, make([]Row, 0, to-s.month.First()+1)
		days = days[:0]
		for on := from; on <= to; on++ {
			r := s.k.row(id, on, s.entries[id][on], m)
			days = append(days, r.Work)
			if on >= s.month.First() {
				row.Days = append(row.Days, r)
			}
		}
		row.Totals = timesheet.MonthTotals(s.month, days, func(on timesheet.Day) timesheet.Terms {
			person, _ := s.k.dir.Person(id, on)
			return s.k.work.Terms(person.Schedule, on)
		})
	}
	return p
}
