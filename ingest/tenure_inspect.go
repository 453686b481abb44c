package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"timesheet"
)

// A row that is missing may only be locked: it is looked for at every poll for some
// time before it counts as gone.
const (
	goneAfter = 20 * time.Second
	doubtFor  = 10 * time.Second // between two tries to confirm what locks may have hidden
)

// inspectPrints looks whether the last rows read still are what they were. Where most
// aren't, the error is a reseeded.
func (t *tenure) inspectPrints(ctx context.Context) error {
	t.unload()
	watched := t.at.watched()
	if len(watched) == 0 {
		t.inspect = false
		return nil
	}
	ranges := make([]timesheet.RowRange, len(watched))
	for i, f := range watched {
		ranges[i] = timesheet.RowRange{First: f.id, Last: f.id}
	}
	rows, err := t.p.view.Ranges(ctx, ranges, len(ranges)+1, nil)
	if err == nil {
		err = within(rows, ranges)
	}
	if err != nil {
		return err
	}
	c := compare(watched, rows)
	switch t.inspect = true; {
	case c.fine():
	case t.at.beganAnew(c.changed...): // locks don't change rows
	case len(c.gone) > 0 && t.gone.IsZero():
		t.gone = time.Now()
		return nil
	case len(c.gone) > 0 && time.Since(t.gone) < goneAfter:
		return nil
	}
	t.inspect, t.gone = false, time.Time{}
	if t.at.beganAnew(slices.Concat(c.gone, c.changed)...) {
		return t.rebuilt(ctx, &c, len(watched))
	}
	t.at.prints = c.prints[max(0, len(c.prints)-maxPrints):]
	t.at.anchor = t.at.prints
	if c.fine() {
		return nil
	}
	t.p.log.Warn("rows that were read have changed at the source; those changed are read again, for those gone see timesheet verify", "changed_ids", c.changed, "gone_ids", c.gone)
	if len(c.rows) == 0 {
		return nil
	}
	f, err := t.flights.next(ctx)
	if err != nil {
		return err
	}
	f.rows = append(f.rows[:0], c.rows...)
	t.send(f, 0)
	return nil
}

// remember takes the fingerprints of the last rows. While some may be gone, new ones
// don't push them out.
func (t *tenure) remember(rows []timesheet.Row) {
	if !t.gone.IsZero() {
		return
	}
	t.at.prints = withPrints(t.at.prints, rows)
	if len(t.at.anchor) < maxPrints {
		t.at.anchor = t.at.prints
	}
}

// rebuilt is the error for rows that aren't what they were, unless locks may hide them.
func (t *tenure) rebuilt(ctx context.Context, c *checked, of int) error {
	if !t.at.beganAnew(c.changed...) {
		if _, _, err := t.p.view.Highest(ctx, true); err != nil { // it waits for locks
			// The next sweep looks again.
			t.p.log.Warn("most of the last rows read can't be seen; they may be locked", "gone_ids", c.gone, "err", err)
			return nil
		}
	}
	return reseeded{fmt.Sprintf("of %d rows that were read lately, up to id %d, %d are gone and %d have changed: the table was emptied or rebuilt, or its ids began anew",
		of, t.at.prints[len(t.at.prints)-1].id, len(c.gone), len(c.changed))}
}

// measure asks for the highest id: how far behind reading is, and whether it has fallen,
// which is a reseeded.
func (t *tenure) measure(ctx context.Context, n int, full bool) error {
	if !full && n > 0 {
		t.behind(0)
		return nil
	}
	if full && time.Since(t.lagAsked) < t.p.o.Interval {
		t.behind(-1)
		return nil
	}
	t.lagAsked = time.Now()
	id, known, err := t.p.view.Highest(ctx, false)
	if err != nil {
		return err
	}
	if known && id > t.at.head {
		t.behind(rowsBetween(t.at.head, id))
		return nil
	}
	t.behind(0)
	if full || !t.fallen(id, known) || time.Since(t.doubted) < doubtFor {
		return nil
	}
	id, known, err = t.p.view.Highest(ctx, true)
	switch {
	case errors.Is(err, timesheet.Unavailable):
		t.doubted = time.Now()
		return nil // the row may be locked; it is asked for again
	case err != nil:
		return err
	case !t.fallen(id, known):
		return nil
	case !known:
		return reseeded{fmt.Sprintf("there are no rows any more, and there was one with id %d", t.lastSeen())}
	default:
		return reseeded{fmt.Sprintf("the highest id fell from %d to %d", t.lastSeen(), id)}
	}
}

// lastSeen is the highest row that was read, as far as is known.
func (t *tenure) lastSeen() timesheet.RowID {
	if n := len(t.at.prints); n > 0 {
		return t.at.prints[n-1].id
	}
	return lowest
}

// fallen tells whether the highest id is below a row that was read.
func (t *tenure) fallen(id timesheet.RowID, known bool) bool {
	return len(t.at.prints) > 0 && (!known || id < t.lastSeen())
}

// behind tells the state, and by how many rows reading is behind; a negative number is
// not known.
func (t *tenure) behind(rows int64) {
	t.p.update(func(s *timesheet.SourceStatus) {
		if s.State = t.state; rows >= 0 {
			s.LagRows = rows
		}
	})
}

// rowsBetween is how many ids lie above a, up to b.
func rowsBetween(a, b timesheet.RowID) int64 {
	if a == lowest {
		a = 0
	}
	if b <= a {
		return 0
	}
	return count(timesheet.RowRange{First: a + 1, Last: b})
}
