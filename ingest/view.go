package ingest

import (
	"context"

	"timesheet"
)

// View is the clocking view at its source. It need not be safe for concurrent use,
// other than that Close may be called at any time. No row of one answer comes twice.
//
// Errors: Unavailable for what may pass (no connection, a deadlock, a time-out): try
// again, with a pause. Invalid for what only people can mend (a refused login, no
// such view, no right to read it). Their texts are plain words and hold no secret.
// No call outlasts its deadline by more than some seconds, whatever the server does.
type View interface {
	// Page appends to dst the limit rows with the lowest ids above after, ascending.
	// Fewer than limit say that there were no more to see.
	Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error)
	// Ranges appends to dst the limit rows with the lowest ids in any of the ranges,
	// ascending. There are at most MaxRanges, sorted, without overlap.
	Ranges(ctx context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error)
	// Highest is the highest id, and whether there is a row at all. Rows in flight may be
	// left out, unless wait is set: then it waits for them.
	Highest(ctx context.Context, wait bool) (id timesheet.RowID, found bool, err error)
	// Since is the lowest id of a row whose time is at or after the wall time, within
	// a day's accuracy on the early side: it may be too low, never too high. found is
	// false where there is no such row.
	Since(ctx context.Context, from timesheet.Wall) (id timesheet.RowID, found bool, err error)
}

// Searcher is a view that can also be asked for the rows of a few employees. Unlike the
// rest of a View it is safe for concurrent use, also beside it. Errors are as for View.
type Searcher interface {
	// Search answers the rows asked for that have the lowest ids, ascending; truncated says
	// that there may be more. Rows in flight may be left out.
	Search(ctx context.Context, s timesheet.RowSearch) (rows []timesheet.Row, truncated bool, err error)
}

// MaxRanges is how many ranges one call of View.Ranges takes.
const MaxRanges = 64
