package timesheet

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Badge is a clocking id whose entries belong to somebody from From to To, both included.
type Badge struct {
	ID       EmployeeID
	From, To Day
}

type alias struct {
	from, to Day
	employee EmployeeID
}

// join finds on which days each alias belongs to whom.
func (d *Directory) join() error {
	var problems []error
	for i := range d.rows {
		row := &d.rows[i]
		row.Aliases = slices.Clone(row.Aliases)
		for _, badge := range row.Aliases {
			if id, err := ParseEmployeeID(string(badge)); err != nil || id != badge {
				problems = append(problems, invalid("aliases", "%s: %q is no employee id", row.Employee, clip(string(badge))))
			} else {
				problems = append(problems, d.listed(badge, row))
			}
			d.aliases[badge] = append(d.aliases[badge], alias{from: row.From, to: row.Until, employee: row.Employee})
		}
	}
	for badge, spans := range d.aliases {
		slices.SortFunc(spans, func(a, b alias) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.employee, b.employee)) })
		for i := 1; i < len(spans); i++ {
			if spans[i].from <= spans[i-1].to {
				problems = append(problems, invalid("aliases", "%s belongs to both %s and %s on %v", badge, spans[i-1].employee, spans[i].employee, spans[i].from))
			}
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return errors.Join(problems...)
}

// listed refuses an alias that is an employee on one of the row's days.
func (d *Directory) listed(badge EmployeeID, row *DirectoryRow) error {
	s := d.of[badge]
	for _, own := range d.rows[s.from:s.to] {
		if day := max(own.From, row.From); day <= min(own.Until, row.Until) {
			return invalid("aliases", "%s, an alias of %s, is itself an employee on %v", badge, row.Employee, day)
		}
	}
	return nil
}

// Canonical is whose the entries of badge are on day: the employee that it is an alias
// of, else badge itself.
func (d *Directory) Canonical(badge EmployeeID, day Day) EmployeeID {
	if d != nil && len(d.aliases) > 0 {
		for _, a := range d.aliases[badge] {
			if a.from <= day && day <= a.to {
				return a.employee
			}
		}
	}
	return badge
}

// Badges are the badges whose entries belong to id on days from from to to, both
// included, by id and From; the entries of b on day belong to id exactly if
// Canonical(b, day) is id.
func (d *Directory) Badges(id EmployeeID, from, to Day) []Badge {
	var badges []Badge
	add := func(b EmployeeID, first, last Day) {
		first, last = max(first, from), min(last, to)
		if first > last {
			return
		}
		if n := len(badges); n > 0 && badges[n-1].ID == b && badges[n-1].To+1 == first {
			badges[n-1].To = last
			return
		}
		badges = append(badges, Badge{ID: b, From: first, To: last})
	}
	free := FirstDay // id's own days are those on which it is nobody's alias
	if d != nil {
		for _, a := range d.aliases[id] {
			add(id, free, a.from-1)
			free = a.to + 1
		}
	}
	add(id, free, LastDay)
	for _, b := range d.aliasesOf(id) {
		for _, a := range d.aliases[b] {
			if a.employee == id {
				add(b, a.from, a.to)
			}
		}
	}
	slices.SortFunc(badges, func(a, b Badge) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.From, b.From)) })
	return badges
}

// aliasesOf are all aliases that id ever has, each once.
func (d *Directory) aliasesOf(id EmployeeID) []EmployeeID {
	if d == nil {
		return nil
	}
	var all []EmployeeID
	s := d.of[id]
	for _, row := range d.rows[s.from:s.to] {
		all = append(all, row.Aliases...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
