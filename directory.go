package timesheet

import (
	"cmp"
	"errors"
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

// Directory says who the employees are, day by day. It is immutable and safe for
// concurrent use. A nil Directory is one without rows: none is kept, and nobody is
// unlisted.
type Directory struct {
	rows    []DirectoryRow // by employee and From; Until is set: LastDay at the latest
	of      map[EmployeeID]stretch
	aliases map[EmployeeID][]alias // by From; they don't overlap
}

type stretch struct{ from, to int } // of Directory.rows

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
