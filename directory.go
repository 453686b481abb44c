package timesheet

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// DirectoryRow says who an employee is from a day on, until the employee's next row
// or Until, whichever comes first.
type DirectoryRow struct {
	Employee EmployeeID
	From     Day
	Until    Day // the last day, as of one who leaves; 0: none is known
	Name     string
	Team     string
	Schedule string // "" for the default one
	// Aliases are further badges whose entries, on these days, belong to the employee:
	// an old badge, a second one.
	Aliases []EmployeeID
}

// Person is who an employee is on a day.
type Person struct {
	Employee             EmployeeID
	Name, Team, Schedule string
	// Unlisted says that there is a directory, and that it doesn't list the employee
	// on that day: not yet, no more, or never.
	Unlisted bool
}

// Badge is a clocking id whose entries belong to somebody from From to To, both included.
type Badge struct {
	ID       EmployeeID
	From, To Day
}

// Directory says who the employees are, day by day. It is immutable and safe for
// concurrent use. A nil Directory is one without rows: none is kept, and nobody is
// unlisted.
type Directory struct {
	rows    []DirectoryRow // by employee and From; Until is set: LastDay at the latest
	of      map[EmployeeID]stretch
	aliases map[EmployeeID][]alias // by From; they don't overlap
}

type stretch struct{ from, to int } // of Directory.rows

type alias struct {
	from, to Day
	employee EmployeeID
}

// NewDirectory checks and compiles rows, in any order. All problems are answered at
// once, joined and Invalid: a bad id, two rows of one employee from one day, Until
// before From, an alias that belongs to two people on one day, or that is itself an
// employee listed on that day.
func NewDirectory(rows []DirectoryRow) (*Directory, error) {
	d := &Directory{
		rows: slices.SortedStableFunc(slices.Values(rows), func(a, b DirectoryRow) int {
			return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.From, b.From))
		}),
		of:      make(map[EmployeeID]stretch),
		aliases: make(map[EmployeeID][]alias),
	}
	problems := []error{d.index()}
	problems = append(problems, d.join())
	if err := errors.Join(problems...); err != nil {
		return nil, NewError(Invalid, "directory", err)
	}
	return d, nil
}

// index checks each row and finds the rows of each employee.
func (d *Directory) index() error {
	var problems []error
	for i := range d.rows {
		row := &d.rows[i]
		if id, err := ParseEmployeeID(string(row.Employee)); err != nil || id != row.Employee {
			problems = append(problems, invalid("employee_id", "%q is no employee id", clip(string(row.Employee))))
		}
		if row.From != 0 && (row.From < FirstDay || row.From > LastDay) {
			problems = append(problems, invalid("from", "%s: %v is outside %v to %v", row.Employee, row.From, FirstDay, LastDay))
		}
		switch {
		case row.Until == 0:
			row.Until = LastDay
		case row.Until < row.From || row.Until > LastDay:
			problems = append(problems, invalid("until", "%s: %v is not a day from %v on", row.Employee, row.Until, row.From))
		}
		s, known := d.of[row.Employee]
		if !known {
			s.from = i
		} else if before := &d.rows[i-1]; before.From == row.From {
			problems = append(problems, invalid("from", "%s has two rows from %v", row.Employee, row.From))
		} else {
			before.Until = min(before.Until, row.From-1)
		}
		s.to = i + 1
		d.of[row.Employee] = s
	}
	return errors.Join(problems...)
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

// Person is who id, an employee and no mere alias, is on day, and whether the directory
// lists it. Of somebody that it doesn't list it answers the id alone.
func (d *Directory) Person(id EmployeeID, day Day) (Person, bool) {
	if d == nil || len(d.rows) == 0 {
		return Person{Employee: id}, false
	}
	s := d.of[id]
	for i := s.to - 1; i >= s.from; i-- {
		if row := &d.rows[i]; row.From <= day {
			if row.Until < day {
				break
			}
			return row.person(), true
		}
	}
	return Person{Employee: id, Unlisted: true}, false
}

func (r *DirectoryRow) person() Person {
	return Person{Employee: r.Employee, Name: r.Name, Team: r.Team, Schedule: r.Schedule}
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

// On is everybody listed on day, by employee.
func (d *Directory) On(day Day) iter.Seq[Person] {
	return func(yield func(Person) bool) {
		if d == nil {
			return
		}
		for i := range d.rows {
			if row := &d.rows[i]; row.From <= day && day <= row.Until && !yield(row.person()) {
				return
			}
		}
	}
}

// All is all rows by employee and From, with Until set (LastDay where none is known);
// the caller must not change them.
func (d *Directory) All() []DirectoryRow {
	if d == nil {
		return nil
	}
	return d.rows
}
