package http

import (
	"context"
	"iter"
	"time"

	"timesheet"
)

// Boards answer the days of many employees at once; the projections of package board
// do. Errors are those of the store, and Invalid for a cursor that isn't theirs.
type Boards interface {
	// Page answers a part of a day's rows.
	Page(ctx context.Context, day timesheet.Day, q BoardQuery, m timesheet.Moment) (BoardPage, error)
	// Month answers a part of the employees, by id, who are listed or have clocked in
	// the month.
	Month(ctx context.Context, month timesheet.Month, q MonthQuery, m timesheet.Moment) (MonthPage, error)
	// Exceptions are the rows by day and employee, of the first day those after an
	// employee, that are late, left early, lack a clock-out, span too long, have
	// overtime, or are of somebody whom the directory doesn't list, of those within a reach.
	// After an error nothing follows.
	Exceptions(ctx context.Context, from, to timesheet.Day, after timesheet.EmployeeID, r timesheet.Reach, m timesheet.Moment) iter.Seq2[BoardRow, error]
}

// BoardRow is what a board shows of a person.
type BoardRow = timesheet.PersonDay

// BoardQuery says which rows of a day are wanted, and in which order.
type BoardQuery struct {
	// Reach is whose rows may be shown: what is answered is as if there were nobody else.
	// The zero Reach reaches nobody.
	Reach  timesheet.Reach
	Team   string           // "" for all
	Status timesheet.Status // 0 for all
	Show   timesheet.Group
	Marks  timesheet.Marks // that a row must have, all of them
	Q      string          // a part of the name or the id, in any case; "" for all

	Sort       string // employee, name, clock_in or worked
	Descending bool
	Limit      int
	Cursor     string // BoardPage.Next; "" for the first page
}

// BoardPage is a part of a day's rows.
type BoardPage struct {
	Rows    []BoardRow
	Next    string // "" where there are no more; any bytes
	Totals  DayTotals
	Version uint64            // another one whenever anything of the day within the reach is, in this process
	Until   timesheet.Instant // the next moment at which time alone changes a row within the reach; 0: none
	Stale   timesheet.Instant // since when the store can't be reached; 0 while it can
}

// DayTotals count and sum the rows of a day, or of BoardQuery.Team on it.
type DayTotals struct {
	Rows        int
	Provisional int
	Unlisted    int

	Open, MissingOut, Complete                 int // by status, as the next five
	Expected, Absent, OnLeave, Holiday, DayOff int

	Late, EarlyLeave, HalfDay, BelowAbsent, LongSpan, PresumedPresent int // by mark

	Worked, Overtime, HolidayWorked time.Duration
}

// MonthQuery says whose months are wanted.
type MonthQuery struct {
	// Reach is whose rows may be shown: what is answered is as if there were nobody else.
	// The zero Reach reaches nobody.
	Reach  timesheet.Reach
	Team   string        // that somebody is in on a day of the month; "" for all
	Q      string        // a part of the name or the id, in any case; "" for all
	From   timesheet.Day // the first day that is kept: none before it is shown or counts
	Limit  int           // employees
	Cursor string        // MonthPage.Next
}

// MonthPage is a part of the employees.
type MonthPage struct {
	Rows []MonthRow
	Next string // "" where there are no more; any bytes
}

// MonthRow is a person's month.
type MonthRow struct {
	Person timesheet.Person // on the last day of the month on which somebody is listed
	Days   []BoardRow       // all of the month
	Totals timesheet.Totals
}

// Changes tell what changes; the hub of package board does.
type Changes interface {
	// Subscribe begins behind the event of that id, or now where after is "".
	Subscribe(after string, f ChangeFilter) Subscription
}

// ChangeFilter says which changes are wanted: all within the reach that what else is said
// doesn't leave out.
type ChangeFilter struct {
	Reach    timesheet.Reach // whose days may be told; the zero Reach reaches nobody
	From, To timesheet.Day   // both included; 0: no bound
	Employee timesheet.EmployeeID
	Team     string
}

// Subscription is owned by one reader; it needn't be ended.
type Subscription interface {
	// Next waits for events and answers those there are, at least one; its error says
	// that ctx has ended, or that there will be none any more.
	Next(ctx context.Context) ([]Change, error)
}

// Change is one event. It is shared by all who subscribe.
type Change interface {
	ID() string // resumes behind it; printable ASCII
	// Resync says that what happened before isn't known: there is nothing but the id.
	Resync() bool
	Day() timesheet.Day
	Employee() timesheet.EmployeeID
	Gone() bool    // there is no row any more
	Row() BoardRow // as it is now
	// Text is what write makes of the change, kept for all subscribers.
	Text(write func() []byte) []byte
}

// Rules are the work rules and the directory in force at one moment, which belong
// together.
type Rules struct {
	Work      *timesheet.WorkRules
	Directory *timesheet.Directory // nil: none is kept
}

// SourceRows reads rows of the source when asked; the poller does. It may be slow, and
// the source away.
type SourceRows interface {
	// Rows answers the rows of badges of the moments from one until before another, by
	// id; truncated says that there may be more. NotFound: it can't be searched.
	Rows(ctx context.Context, badges []timesheet.EmployeeID, from, to timesheet.Instant) (rows []timesheet.Row, truncated bool, err error)
}
