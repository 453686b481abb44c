package timesheet

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// DayRule says which day a clocking belongs to: the date that the wall clock of
// Zone showed Boundary earlier. It depends on the clocking alone, never on its
// neighbours, or the order of delivery would matter again.
type DayRule struct {
	Zone     string        // IANA name, such as Europe/Berlin
	Boundary time.Duration // wall time at which a day begins; 0 ≤ Boundary < 24h, whole minutes
}

// Validate names every field that can't be used; whether the zone exists is for
// the one who loads it. Its errors are Invalid.
func (r DayRule) Validate() error {
	if r.Zone == "" || r.Zone == "Local" {
		return NewError(Invalid, "time zone", fmt.Errorf("%q is not an IANA zone name such as Europe/Berlin", r.Zone))
	}
	if r.Boundary < 0 || r.Boundary >= 24*time.Hour || r.Boundary%time.Minute != 0 {
		return NewError(Invalid, "day boundary", fmt.Errorf("%v is not a whole minute from 00:00 to 23:59", r.Boundary))
	}
	return nil
}

// Assignment gives an employee a day rule from a day on; without an employee it is
// the default, for all who have none of their own on that day.
type Assignment struct {
	Employee EmployeeID // "" for the default
	From     Day
	Rule     DayRule
}

// DayRules are all assignments of a store in force at one version. They are
// immutable and safe for concurrent use.
type DayRules struct {
	version     uint64
	assignments []Assignment
	fallback    Calendar
	employees   map[EmployeeID]Calendar
}

// NewDayRules compiles assignments; load finds a zone by name (time.LoadLocation).
// There must be a default, and it counts from the first day on whatever its From.
// Two assignments of one employee from one day are Invalid, as is an unknown zone.
func NewDayRules(version uint64, assignments []Assignment, load func(string) (*time.Location, error)) (*DayRules, error) {
	sorted := slices.Clone(assignments)
	slices.SortFunc(sorted, func(a, b Assignment) int {
		return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.From, b.From))
	})
	if len(sorted) == 0 || sorted[0].Employee != "" {
		return nil, NewError(Invalid, "day rules", fmt.Errorf("there is no default day rule"))
	}
	r := &DayRules{version: version, assignments: sorted, employees: make(map[EmployeeID]Calendar)}
	zones := make(map[string]*zone)
	for i, a := range sorted {
		if i > 0 && a.Employee == sorted[i-1].Employee && a.From == sorted[i-1].From {
			return nil, NewError(Invalid, "day rules", fmt.Errorf("%q has two rules from %v", a.Employee, a.From))
		}
		step, err := newStep(a, zones, load)
		if err != nil {
			return nil, err
		}
		r.add(a.Employee, step)
	}
	return r, nil
}

// add appends a step to the calendar of e, which begins with the default's steps
// before it. Steps come sorted, the default's first.
func (r *DayRules) add(e EmployeeID, s step) {
	if e == "" {
		if len(r.fallback.steps) == 0 {
			s.from, s.wall, s.start = FirstDay, -1<<62, -1<<62
		}
		r.fallback.steps = append(r.fallback.steps, s)
		return
	}
	own, ok := r.employees[e]
	if !ok {
		for _, d := range r.fallback.steps {
			if d.from < s.from {
				own.steps = append(own.steps, d)
			}
		}
	}
	own.steps = append(own.steps, s)
	r.employees[e] = own
}

// Version is the store's number of this set; it grows with each change.
func (r *DayRules) Version() uint64 { return r.version }

// Assignments are sorted by employee (the default first) and day; the caller must
// not change them.
func (r *DayRules) Assignments() []Assignment { return r.assignments }

// For is the calendar of e.
func (r *DayRules) For(e EmployeeID) Calendar {
	if c, ok := r.employees[e]; ok {
		return c
	}
	return r.fallback
}
