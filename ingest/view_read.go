package ingest

import (
	"context"
	"fmt"
	"time"

	"timesheet"
)

// page reads one page, however often it has to be asked for, and makes sure that the
// answer is in order: what a broken view skips would look like deleted rows.
func page(ctx context.Context, view View, after timesheet.RowID, limit int, patience time.Duration, dst []timesheet.Row) ([]timesheet.Row, error) {
	err := patiently(ctx, patience, func() (err error) {
		dst, err = view.Page(ctx, after, limit, dst[:0])
		return err
	})
	if err != nil {
		return dst, fmt.Errorf("read the view after row %d: %w", after, err)
	}
	was := after
	for i := range dst {
		if dst[i].ID <= was || i >= limit {
			return dst, timesheet.NewError(timesheet.Internal, "read the view", fmt.Errorf("after row %d came row %d of %d", was, dst[i].ID, len(dst)))
		}
		was = dst[i].ID
	}
	return dst, nil
}

// firstOf is an id below those of all rows of the day and of later ones; none where
// there is no such row yet.
func firstOf(ctx context.Context, view View, day timesheet.Day, none timesheet.RowID, patience time.Duration) (timesheet.RowID, error) {
	if day <= timesheet.FirstDay {
		return lowest, nil
	}
	// Zones and boundaries begin a day at most 14 hours before 00:00 UTC of its date.
	from := timesheet.Wall(day-2) * msPerDay
	after := none
	err := patiently(ctx, patience, func() error {
		id, known, err := view.Since(ctx, from)
		switch {
		case err != nil:
			return err
		case known && id > lowest:
			after = id - 1
		}
		return nil
	})
	if err != nil {
		return after, fmt.Errorf("find the first row of %v: %w", day, err)
	}
	return after, nil
}

// highest is the highest id, lowest where there is no row.
func highest(ctx context.Context, view View, patience time.Duration) (id timesheet.RowID, err error) {
	err = patiently(ctx, patience, func() error {
		is, known, err := view.Highest(ctx, false)
		if id = lowest; known {
			id = is
		}
		return err
	})
	if err != nil {
		return id, fmt.Errorf("read the highest id: %w", err)
	}
	return id, nil
}
