package board

import (
	"context"
	"slices"
	"strings"

	"timesheet"
)

// monthScan gathers a page while days pass by. The page's people are the first ones by
// id of those on any day, so each day adds its first ones, and the rest falls off: who
// is among the first in the end was so all along, and none of his entries is missed.
type monthScan struct {
	q        MonthQuery
	k        book
	month    timesheet.Month
	from, to timesheet.Day // the month, and what its first weeks need
	after    timesheet.EmployeeID
	people   []timesheet.EmployeeID // by id, at most Limit+1
	known    map[timesheet.EmployeeID]*monthPerson
}

// monthPerson is who somebody is in the month.
type monthPerson struct {
	timesheet.Person
	wanted  bool
	entries []timesheet.Entry                       // by day from monthScan.from on; nil before the first one
	said    map[timesheet.Day]*timesheet.Correction // nil before the first one
}

// read goes through the days: the month's own, which find the people, then those
// before it.
func (s *monthScan) read(ctx context.Context, b *Boards) error {
	current, _ := b.current(ctx, mostPatience)
	began := b.uses.Load()
	for i := range s.to - s.from + 1 {
		on := max(s.month.First(), s.from) + i
		if on > s.to {
			on -= s.to - s.from + 1
		}
		d, err := b.scan(ctx, on, began, current)
		if err != nil {
			return err
		}
		d.reading(s.k.dir)
		if on >= s.month.First() {
			s.find(d)
		} else {
			s.add(d)
		}
		d.mu.RUnlock()
	}
	return nil
}

// find takes in a day of the month.
func (s *monthScan) find(d *day) {
	n, old := 0, len(s.people)
	for _, slot := range d.within(s.after, s.q.Reach) {
		if n > s.q.Limit {
			break
		}
		id := d.rows[slot].id
		p := s.known[id]
		if p == nil {
			p = s.person(id)
			s.known[id] = p
			if p.wanted {
				s.people = append(s.people, id)
			}
		}
		if p.wanted {
			n++
			s.put(p, d, slot)
		}
	}
	if len(s.people) > old {
		slices.Sort(s.people)
		s.people = s.people[:min(len(s.people), s.q.Limit+1)]
	}
}

// add takes in a day before the month.
func (s *monthScan) add(d *day) {
	for _, id := range s.people {
		if at, ok := d.find(id); ok {
			s.put(s.known[id], d, d.byID[at])
		}
	}
}

func (s *monthScan) put(p *monthPerson, d *day, slot int32) {
	if said := d.correction(slot); said != nil {
		if p.said == nil {
			p.said = make(map[timesheet.Day]*timesheet.Correction)
		}
		p.said[d.on] = said
	}
	e := d.entry(slot)
	if e.IsZero() {
		return
	}
	if p.entries == nil {
		p.entries = make([]timesheet.Entry, s.to-s.from+1)
	}
	p.entries[e.Day-s.from] = e
}

// person is who id is in the month, and whether it is asked for. Days on which the reach
// doesn't see the person don't matter.
func (s *monthScan) person(id timesheet.EmployeeID) *monthPerson {
	p := &monthPerson{}
	seen, listed, inTeam := false, false, s.q.Team == ""
	for on := s.to; on >= max(s.month.First(), s.from); on-- {
		if listed && inTeam {
			break
		}
		who, is := s.k.dir.Person(id, on)
		if !s.q.Reach.Sees(who) {
			continue
		}
		if !seen || is && !listed {
			p.Person, seen, listed = who, true, is
		}
		inTeam = inTeam || is && who.Team == s.q.Team
	}
	p.wanted = seen && inTeam && (s.q.Q == "" || strings.Contains(folded(p.Person), fold(s.q.Q)))
	return p
}

func (s *monthScan) page(m timesheet.Moment) MonthPage {
	var p MonthPage
	if len(s.people) > s.q.Limit {
		s.people = s.people[:s.q.Limit]
		p.Next = cursor(Query{}, key{id: s.people[s.q.Limit-1]})
	}
	p.Rows = make([]MonthRow, len(s.people))
	days := make([]timesheet.Workday, 0, s.to-s.from+1)
	for i, id := range s.people {
		days = s.fill(&p.Rows[i], s.known[id], days[:0], m)
	}
	return p
}

// fill makes a person's row, and answers the Workdays of all days that were read and
// that the reach sees.
func (s *monthScan) fill(row *MonthRow, p *monthPerson, days []timesheet.Workday, m timesheet.Moment) []timesheet.Workday {
	row.Person, row.Days = p.Person, make([]Row, 0, s.to-s.month.First()+1)
	for on := s.from; on <= s.to; on++ {
		var e timesheet.Entry
		if p.entries != nil {
			e = p.entries[on-s.from]
		}
		r := s.k.row(p.Employee, on, e, p.said[on], m)
		if !s.q.Reach.Sees(r.Person) {
			continue
		}
		days = append(days, r.Work)
		if on >= s.month.First() {
			row.Days = append(row.Days, r)
		}
	}
	row.Totals = timesheet.MonthTotals(s.month, days, func(on timesheet.Day) timesheet.Terms {
		who, _ := s.k.dir.Person(p.Employee, on)
		return s.k.work.Terms(who.Schedule, on)
	})
	return days
}
