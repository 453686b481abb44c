package http

import (
	"context"

	"timesheet"
)

// Periods are the closed months; package period keeps them. Errors are those of the
// store, and Invalid for a cursor that isn't theirs.
type Periods interface {
	// Close freezes a month as it is at a moment. Conflict: it is closed already, isn't
	// over, or has days that aren't settled. NotFound: its days are no longer kept.
	Close(ctx context.Context, month timesheet.Month, by string, m timesheet.Moment) (timesheet.Closing, error)
	// Closed answers the closing of a month; nil where it isn't closed.
	Closed(ctx context.Context, month timesheet.Month) (*timesheet.Closing, error)
	// Closings answers those of all closed months, the newest month first.
	Closings(ctx context.Context) ([]timesheet.Closing, error)
	// Month answers a part of the people of a closed month, by id.
	Month(ctx context.Context, c timesheet.Closing, q MonthQuery) (PaidPage, error)
	// Paid answers one person's closed month, as far as a reach goes. NotFound: nothing
	// of the person was paid that may be shown.
	Paid(ctx context.Context, c timesheet.Closing, id timesheet.EmployeeID, reach timesheet.Reach) (timesheet.PaidMonth, error)
	// Adjustments answers a part of what changed since, by employee and day. A page can
	// have less than its limit, also nothing, and yet others after it. MonthQuery.Q is
	// unused.
	Adjustments(ctx context.Context, c timesheet.Closing, q MonthQuery) (AdjustmentPage, error)
}

// PaidPage is a part of the people of a closed month.
type PaidPage struct {
	Rows []timesheet.PaidMonth
	Next string // "" where there are no more; any bytes
}

// AdjustmentPage is a part of what changed in a closed month.
type AdjustmentPage struct {
	Lines []timesheet.Adjustment
	Next  string // "" where there are no more; any bytes
}
