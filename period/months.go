package period

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"timesheet"
	"timesheet/internal/fold"
)

// Query says whose days of a closed month are wanted. Where it has no bearing a field is
// left alone.
type Query struct {
	// Reach is whose days may be shown: what is answered is as if there were no others. The
	// zero Reach reaches nobody.
	Reach  timesheet.Reach
	Team   string // that somebody was in on a day of the month; of adjustments: on their day; "" for all
	Q      string // a part of the name or the employee id, without regard to case and accents; "" for all
	Limit  int    // people, or adjustments; 1 to MaxRows
	Cursor string // Next of the page before; "" for the first
}

// MaxRows is the largest page.
const MaxRows = 10_000

func (q Query) validate() error {
	if q.Limit < 1 || q.Limit > MaxRows {
		return timesheet.NewError(timesheet.Invalid, "limit", fmt.Errorf("%d is not from 1 to %d", q.Limit, MaxRows))
	}
	return nil
}

// Page is a part of the people of a closed month, by employee id.
type Page struct {
	Rows []timesheet.PaidMonth
	Next string // the cursor of the rest; "" where there is none
}

// Month answers a page of a closed month from its records alone. Invalid: the limit, or
// a cursor of something else; other errors are the store's.
func (p *Periods) Month(ctx context.Context, c timesheet.Closing, q Query) (Page, error) {
	if err := q.validate(); err != nil {
		return Page{}, err
	}
	after, err := parseCursor(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	page, wanted := Page{}, fold.String(q.Q)
	for {
		// All of a page may be left out by the query; most often none is.
		n := min(q.Limit+1-len(page.Rows), timesheet.MaxSealedPage)
		if q.Team != "" || q.Q != "" || !q.Reach.All {
			n = timesheet.MaxSealedPage
		}
		sealed, err := p.o.Store.Sealed(ctx, c.Series, after, n)
		if err != nil {
			return Page{}, wrap(err, "read records of", c.Month)
		}
		for _, s := range sealed {
			m, ok, err := p.shown(c, s, q.Reach, q.Team)
			if err != nil {
				return Page{}, err
			}
			if !ok || wanted != "" && !matches(m.Person, wanted) {
				continue
			}
			if len(page.Rows) == q.Limit {
				page.Next = cursorAfter(page.Rows[q.Limit-1].Person.Employee)
				return page, nil
			}
			page.Rows = append(page.Rows, m)
		}
		if len(sealed) < n {
			return page, nil
		}
		after = sealed[n-1].Employee
	}
}

// matches tells whether a part of the name or the id is what was asked for, as the boards
// tell it.
func matches(p timesheet.Person, wanted string) bool {
	return strings.Contains(fold.String(p.Name)+"\x00"+fold.String(string(p.Employee)), wanted)
}

// cursorVersion begins a cursor of Month.
const cursorVersion = "1"

func cursorAfter(id timesheet.EmployeeID) string { return cursorVersion + string(id) }

func parseCursor(cursor string) (timesheet.EmployeeID, error) {
	if cursor == "" {
		return "", nil
	}
	rest, ok := strings.CutPrefix(cursor, cursorVersion)
	id, err := timesheet.ParseEmployeeID(rest)
	if !ok || err != nil || string(id) != rest {
		return "", errCursor()
	}
	return id, nil
}

func errCursor() error {
	return timesheet.NewError(timesheet.Invalid, "cursor", errors.New("it is none of this month's; begin again without a cursor"))
}
