package ingest

import (
	"context"
	"fmt"
	"time"

	"timesheet"
)

// page reads the rows above head, and answers how many there were.
func (t *tenure) page(ctx context.Context) (int, error) {
	f, err := t.flights.next(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := t.p.view.Page(ctx, t.at.head, t.p.o.Page, f.rows[:0])
	if err == nil {
		err = inOrder(rows, t.at.head)
	}
	if err != nil || len(rows) == 0 {
		if ctx.Err() == nil { // else the view may still write to the rows
			t.flights.giveBack(f)
		}
		if err == nil {
			t.at.readable += t.clock.success(time.Now())
		}
		return 0, err
	}
	t.at.readable += t.clock.success(time.Now())
	f.rows = rows
	t.at.pass(rows)
	t.at.prints = withPrints(t.at.prints, rows)
	t.send(f, int64(len(rows)))
	return len(rows), nil
}

// send starts a flight, after which the position is that of now.
func (t *tenure) send(f *flight, fresh int64) {
	t.flights.takeOff(f, fresh, t.snapshot(), t.fly)
}

// note says that the position is that of now.
func (t *tenure) note() { t.flights.note(t.snapshot()) }

// snapshot is a copy of the position.
func (t *tenure) snapshot() position {
	t.at.moments = t.ring.moments
	return t.at.clone()
}

// inOrder refuses an answer that can't be relied on: ids that don't ascend from above
// after.
func inOrder(rows []timesheet.Row, after timesheet.RowID) error {
	for i := range rows {
		if rows[i].ID <= after {
			return timesheet.NewError(timesheet.Invalid, "read the view", fmt.Errorf(
				"row %d came after row %d; the id column must be unique and the answer sorted by it", rows[i].ID, after))
		}
		after = rows[i].ID
	}
	return nil
}
