package ingest

import (
	"context"
	"errors"

	"timesheet"
)

// rangesAtOnce bounds how many gaps are read again in each half of a poll.
const rangesAtOnce = 4 * MaxRanges

// gapsAgain reads gaps again: the newest ones, where rows are most likely to come, and
// in turn the others. It answers the time at which all that was visible has been read,
// zero where that isn't known.
func (t *tenure) gapsAgain(ctx context.Context, began timesheet.Instant) (asOf timesheet.Instant, err error) {
	t.unload()
	half := int64(t.p.o.Page+1) / 2
	newest, from := t.at.newest(half, rangesAtOnce)
	_, whole, err := t.readAgain(ctx, newest.ranges)
	if err != nil {
		return 0, err
	}
	if from == lowest && whole {
		t.cursor = lowest
		return began, nil
	}
	if t.cursor == lowest {
		t.passFrom = began
	}
	others, all := t.at.upwards(t.cursor, from, half, rangesAtOnce)
	to, wholeToo, err := t.readAgain(ctx, others.ranges)
	if err != nil {
		return 0, err
	}
	if all && wholeToo {
		t.cursor = lowest
		if whole {
			asOf = t.passFrom
		}
		return asOf, nil
	}
	t.cursor = max(t.cursor, to+1)
	return 0, nil
}

// readAgain reads ranges of gaps. It answers up to which id it came, and whether that
// was all.
func (t *tenure) readAgain(ctx context.Context, ranges []timesheet.RowRange) (to timesheet.RowID, all bool, err error) {
	to = lowest
	for len(ranges) > 0 {
		some := ranges[:min(len(ranges), MaxRanges)]
		ranges = ranges[len(some):]
		f, err := t.flights.next(ctx)
		if err != nil {
			return to, false, err
		}
		aged := t.ring.horizon(t.at.readable - t.p.o.GapAge) // before the read begins
		rows, err := t.p.view.Ranges(ctx, some, t.p.o.Page, f.rows[:0])
		if err == nil {
			err = within(rows, some)
		}
		if err != nil {
			if ctx.Err() == nil {
				t.flights.giveBack(f)
			}
			return to, false, err
		}
		cut := len(rows) >= t.p.o.Page
		covered := some
		if cut {
			covered = upTo(some, rows[len(rows)-1].ID)
		}
		came := t.at.reread(covered, rows, aged)
		to = covered[len(covered)-1].Last
		if f.rows = rows; len(rows) > 0 {
			t.send(f, came)
		} else {
			t.flights.giveBack(f)
		}
		if cut {
			return to, false, nil
		}
	}
	return to, true, nil
}

// upTo cuts ascending ranges behind an id that lies in one of them.
func upTo(ranges []timesheet.RowRange, id timesheet.RowID) []timesheet.RowRange {
	n := 0
	for ranges[n].Last < id {
		n++
	}
	cut := append([]timesheet.RowRange(nil), ranges[:n+1]...)
	cut[n].Last = id
	return cut
}

// within refuses an answer that can't be relied on: rows out of order, or in none of
// the ranges.
func within(rows []timesheet.Row, ranges []timesheet.RowRange) error {
	if err := inOrder(rows, ranges[0].First-1); err != nil {
		return err
	}
	n := 0
	for i := range rows {
		for n < len(ranges) && ranges[n].Last < rows[i].ID {
			n++
		}
		if n == len(ranges) || rows[i].ID < ranges[n].First {
			return timesheet.NewError(timesheet.Invalid, "read the view", errors.New("a row came that wasn't asked for"))
		}
	}
	return nil
}
