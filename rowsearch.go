package timesheet

import (
	"errors"
	"fmt"
)

// RowSearch asks a source for the rows of some employees within a time. A source whose
// times are moments compares them with From and To, one whose times are what a clock on
// the wall shows with FromWall and ToWall; the end is excluded.
type RowSearch struct {
	Employees        []EmployeeID // 1 to MaxSearched
	From, To         Instant
	FromWall, ToWall Wall
	Limit            int // 1 to MaxFound rows
}

// Bounds of a RowSearch.
const (
	MaxSearched = 16  // employees
	MaxFound    = 200 // rows
)

// Validate tells whether s can be answered. Its errors are Invalid.
func (s RowSearch) Validate() error {
	var reason error
	switch {
	case len(s.Employees) == 0 || len(s.Employees) > MaxSearched:
		reason = fmt.Errorf("%d employees at once, not 1 to %d", len(s.Employees), MaxSearched)
	case s.From >= s.To || s.FromWall >= s.ToWall:
		reason = errors.New("the time ends before it begins")
	case s.Limit < 1 || s.Limit > MaxFound:
		reason = fmt.Errorf("a limit of %d rows: it must be from 1 to %d", s.Limit, MaxFound)
	}
	for _, e := range s.Employees {
		if id, err := ParseEmployeeID(string(e)); reason == nil && (err != nil || id != e) {
			reason = fmt.Errorf("%q is not an employee id", e)
		}
	}
	if reason == nil {
		return nil
	}
	return NewError(Invalid, "search rows", reason)
}

// Searched returns the moments and the wall times that a search from one moment until
// before another covers, in which an employee with the calendar c may have rows: every
// wall time that c reads as one of these moments, and a few hours more where the clocks
// change. Which rows it finds are meant, c tells by their moments.
func (c Calendar) Searched(from, to Instant) (fromWall, toWall Wall) {
	const reach = Instant(26 * msPerDay / 24) // no offset, and no jump, is larger: see zone.resolve
	fromWall, toWall = Wall(from)+c.offset(from), Wall(to)+c.offset(to)
	for _, away := range []Instant{-reach, reach} {
		fromWall = min(fromWall, Wall(from)+c.offset(from+away))
		toWall = max(toWall, Wall(to)+c.offset(to-away))
	}
	return fromWall, toWall
}

// offset is how far the wall is ahead of UTC.
func (c Calendar) offset(i Instant) Wall { return c.Wall(i) - Wall(i) }
