package board

import (
	"fmt"

	"timesheet"
)

// MaxRows is the largest page.
const MaxRows = 10_000

// Sort is an order of rows. Rows that have no such value come last in either direction,
// and employee ids, ascending, decide between equals.
type Sort uint8

// The orders of a page.
const (
	ByEmployee Sort = iota // byte by byte
	ByName                 // neither case nor accents matter
	ByClockIn
	ByWorked

	sorts
)

func sortNames() [sorts]string { return [...]string{"employee", "name", "clock_in", "worked"} }

// String is the order as the interface writes it, "clock_in" for one.
func (s Sort) String() string {
	if s < sorts {
		return sortNames()[s]
	}
	return fmt.Sprintf("sort(%d)", uint8(s))
}

// ParseSort reads String; "" is ByEmployee. Its errors are Invalid.
func ParseSort(s string) (Sort, error) {
	if s == "" {
		return ByEmployee, nil
	}
	for i, name := range sortNames() {
		if name == s {
			return Sort(i), nil
		}
	}
	return 0, timesheet.NewError(timesheet.Invalid, "sort", fmt.Errorf("%.40q is not one of employee, name, clock_in, worked", s))
}

// Query says which rows of a day are wanted, and in which order.
type Query struct {
	// Reach is whose rows may be shown: what is answered is as if there were nobody else.
	// The zero Reach reaches nobody.
	Reach  timesheet.Reach
	Team   string           // exactly this; "" for all
	Status timesheet.Status // 0 for all
	Show   timesheet.Group
	Marks  timesheet.Marks // that a row must have, all of them
	Q      string          // a part of the name or the employee id, without regard to case and accents; "" for all

	Sort       Sort
	Descending bool
	Limit      int    // 1 to MaxRows
	Cursor     string // Page.Next of the page before, under the same order; "" for the first
}

func (q Query) validate() error {
	if q.Limit < 1 || q.Limit > MaxRows {
		return timesheet.NewError(timesheet.Invalid, "limit", fmt.Errorf("%d is not from 1 to %d", q.Limit, MaxRows))
	}
	if q.Sort >= sorts {
		return timesheet.NewError(timesheet.Invalid, "sort", fmt.Errorf("%d is unknown", q.Sort))
	}
	return nil
}

// Row is what a day shows of a person.
type Row = timesheet.PersonDay

// Page is a part of a day's rows.
type Page struct {
	Rows []Row // the caller's own
	// Next is the cursor of the rest, any bytes; "" where there is none. It holds the
	// last row's place, not a number: whatever changes meanwhile, a row that stays where
	// it is in the order comes exactly once.
	Next string
	// Totals are those of the reach, or of Query.Team within it; the rest of the query
	// doesn't matter.
	Totals Totals
	// Version is another one whenever a row of the day within the reach, filtered or not,
	// could be shown otherwise, and the same where all are alike, whatever happens to
	// others. It is of this process alone.
	Version uint64
	// Until is the next moment at which time alone can change a row within the reach; 0:
	// none.
	Until timesheet.Instant
	// Stale is since when the store can't be reached, 0 while it can: there may be newer
	// rows since. It shows after three seconds at most.
	Stale timesheet.Instant
}
