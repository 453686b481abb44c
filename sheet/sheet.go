package sheet

import (
	"fmt"
	"time"

	"timesheet"
)

// Kind is what the cells of a column hold.
type Kind int

// The kinds, each with the type of its values.
const (
	Text  Kind = iota // string
	Date              // timesheet.Day
	Clock             // Time; a spreadsheet shows hours and minutes
	Span              // time.Duration, not negative
	Count             // int
)

// Column heads a table's column.
type Column struct {
	Name  string
	Kind  Kind
	Width float64 // in characters; 0 for one that fits the kind
}

// Time is a moment as the clocks of a place show it.
type Time struct {
	At    timesheet.Instant
	Place *time.Location
}

// Writer writes one or several tables. A value is of its column's kind, or nil where there
// is none. After an error, which is told by all later calls, the output is of no use.
type Writer interface {
	// Sheet begins a table; its name is that of the sheet where there are sheets. The
	// first frozen columns stay in sight.
	Sheet(name string, columns []Column, frozen int) error
	// Row adds a row to it.
	Row(values ...any) error
	// Close writes what is left, but doesn't close what is written to.
	Close() error
}

// mismatch is a caller's defect.
func mismatch(c Column, value any) error {
	return timesheet.NewError(timesheet.Internal, "write a table", fmt.Errorf("column %s can't hold a %T", c.Name, value))
}

func wrongWidth(columns, values int) error {
	return timesheet.NewError(timesheet.Internal, "write a table", fmt.Errorf("%d values for %d columns", values, columns))
}
