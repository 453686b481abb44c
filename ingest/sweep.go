package ingest

import (
	"context"
	"time"

	"timesheet"
)

// sweep reads again what was first seen not long ago: rows that came with a low id, or
// that were updated, show in no gap.
type sweep struct {
	due    time.Time // for the next page
	on     bool      // under way
	began  time.Time
	cursor timesheet.RowID // up to which it came
	end    timesheet.RowID // up to which it goes
	rows   int64           // so far
}

// Polls have precedence, and a sweep shall not be felt by the source: its pages are
// smaller, and after each it rests for some times as long as the page took.
const (
	sweepShare = 4
	sweepRest  = 3
)

// idle waits for the next poll, and sweeps meanwhile.
func (t *tenure) idle(ctx context.Context, until time.Time) error {
	for t.sweep.due.Before(until) {
		if !rest(ctx, time.Until(t.sweep.due)) {
			return nil
		}
		if err := t.sweepNow(ctx); err != nil {
			return err
		}
	}
	rest(ctx, time.Until(until))
	return nil
}

// busy sweeps, too, where idle never gets to it since there always is more to read: one
// that is due for so long as they are apart, a page per poll.
func (t *tenure) busy(ctx context.Context) error {
	late := t.p.o.SweepEvery
	if t.sweep.on {
		late = t.p.o.Interval
	}
	if time.Since(t.sweep.due) < late {
		return nil
	}
	return t.sweepNow(ctx)
}

// sweepNow takes the next step of a sweep and says when the one after it is due.
func (t *tenure) sweepNow(ctx context.Context) error {
	began := time.Now()
	if err := t.sweepOn(ctx); err != nil {
		t.sweep.due = time.Now().Add(t.p.o.Interval)
		return err
	}
	if t.sweep.on {
		t.sweep.due = time.Now().Add(max(sweepRest*time.Since(began), time.Millisecond))
	}
	return nil
}

// sweepOn reads a page of the sweep, or begins one.
func (t *tenure) sweepOn(ctx context.Context) error {
	t.unload()
	s := &t.sweep
	if !s.on {
		t.inspect = true
		if err := t.inspectPrints(ctx); err != nil {
			return err
		}
		if err := t.p.rejected.refresh(ctx, t.p.store, t.p.o.Source); err != nil {
			t.p.storeAway(err, "rejected rows can't be read")
		}
		if t.p.o.SweepAge < 0 { // the checks alone
			s.due = time.Now().Add(t.p.o.SweepEvery)
			t.at.swept = t.p.now()
			t.note()
			return nil
		}
		from, ok := t.ring.before(t.p.now().Add(-t.p.o.SweepAge))
		if !ok {
			from = t.ring.moments[0].head
		}
		*s = sweep{on: true, began: time.Now(), cursor: from, end: t.at.head}
	}
	f, err := t.flights.next(ctx)
	if err != nil {
		return err
	}
	limit := max(1, t.p.o.Page/sweepShare)
	rows, err := t.p.view.Page(ctx, s.cursor, limit, f.rows[:0])
	if err == nil {
		err = inOrder(rows, s.cursor)
	}
	if err != nil {
		if ctx.Err() == nil {
			t.flights.giveBack(f)
		}
		return err
	}
	more := len(rows) == limit && rows[limit-1].ID < s.end
	for len(rows) > 0 && rows[len(rows)-1].ID > s.end {
		rows = rows[:len(rows)-1]
	}
	f.rows = rows
	s.rows += int64(len(rows))
	if len(rows) > 0 {
		s.cursor = rows[len(rows)-1].ID
		t.send(f, 0)
	} else {
		t.flights.giveBack(f)
	}
	if !more {
		t.swept()
	}
	return nil
}

// swept ends a sweep.
func (t *tenure) swept() {
	s := &t.sweep
	t.p.log.Info("swept", "rows", s.rows, "up_to_id", s.end, "took", time.Since(s.began).Round(time.Millisecond))
	t.at.swept = t.p.now()
	t.sweep = sweep{due: time.Now().Add(t.p.o.SweepEvery)}
	t.note()
}
