package ingest

import (
	"context"
	"time"

	"timesheet"
)

// How clocks may differ. A row is expected in the store only if its time was plausible
// for some time already; and one that the poller may have taken by its own clock may be
// there.
const (
	expectedAfter = time.Minute
	possibleUntil = time.Hour
)

// reading is one comparison of the store with the view. Since both go on meanwhile, the
// view gives two answers: lower is what was visible before the store was read, and the
// store must have it or get it soon; lower and upper together hold all that was
// visible after the store was read, and the store can have nothing else.
type reading struct {
	*verifier
	only  fold            // what to compare; nil for all
	tail  timesheet.RowID // settled before the view was read: new rows have higher ids
	began timesheet.Instant
	ended timesheet.Instant // when lower was complete

	rejected     map[timesheet.RowID]struct{}
	lower, upper fold // upper has only what lower doesn't cover
	open         fold // what differs: the store's entries, marked absent where it has none
}

// read compares once, in rounds, until nothing differs or rounds don't help any more.
func (v *verifier) read(ctx context.Context, only fold) (*reading, error) {
	r := &reading{verifier: v, only: only, lower: make(fold), upper: make(fold), open: make(fold)}
	if err := r.readView(ctx); err != nil {
		return nil, err
	}
	if err := r.readStore(ctx); err != nil {
		return nil, err
	}
	if err := r.narrow(ctx); err != nil || r.open.size() == 0 {
		return r, err
	}
	if err := r.leaveOutExpired(ctx); err != nil || r.open.size() == 0 {
		return r, err
	}
	if err := v.await(ctx, r.ended); err != nil {
		return nil, err
	}
	for range v.options.Rounds {
		if !rest(ctx, v.options.Settle) {
			return nil, ctx.Err()
		}
		if err := r.readAgain(ctx); err != nil {
			return nil, err
		}
		if err := r.narrow(ctx); err != nil || r.open.size() == 0 {
			return r, err
		}
	}
	return r, r.leaveOutExpired(ctx)
}

// readView folds the view.
func (r *reading) readView(ctx context.Context) (err error) {
	if err := r.look(ctx); err != nil {
		return err
	}
	if r.tail = r.checkpoint.Settled; r.checkpoint.Generation == 0 {
		// Nobody ever polled. What is visible now takes the place of what is settled.
		if r.tail, err = highest(ctx, r.view, r.options.Patience); err != nil {
			return err
		}
	}
	start, err := firstOf(ctx, r.view, r.from, r.tail, r.options.Patience)
	if err != nil {
		return err
	}
	r.began = r.now()
	if r.rejected, err = kept(ctx, r.options.Source, r.ledger.Rejected); err != nil {
		return err
	}
	if err := r.pages(ctx, start, r.fold); err != nil {
		return err
	}
	r.ended = r.now()
	return nil
}

// pages gives each the rows above after, page by page.
func (r *reading) pages(ctx context.Context, after timesheet.RowID, each func([]timesheet.Row)) error {
	last, err := highest(ctx, r.view, r.options.Patience)
	if err != nil {
		return err
	}
	for more := true; more; {
		if r.rows, err = page(ctx, r.view, after, r.options.Page, r.options.Patience, r.rows[:0]); err != nil {
			return err
		}
		each(r.rows)
		if more = len(r.rows) >= r.options.Page; len(r.rows) > 0 {
			after = r.rows[len(r.rows)-1].ID
		}
		r.state.Rows += int64(len(r.rows))
		r.tell(after, last, !more)
	}
	return nil
}

// fold takes rows that were visible before the store was read.
func (r *reading) fold(rows []timesheet.Row) {
	now, counts := r.now(), &r.result
	for i := range rows {
		row := &rows[i]
		_, aside := r.rejected[row.ID]
		usable := !aside && (r.put(r.lower, row, r.began.Add(-expectedAfter)) || r.put(r.upper, row, now.Add(possibleUntil)))
		if r.only != nil {
			continue // counted already
		}
		switch counts.Rows++; {
		case aside:
			counts.Rejected++
		case !usable:
			counts.Unusable++
		}
	}
}

// foldTail takes rows that were visible after the store was read.
func (r *reading) foldTail(rows []timesheet.Row) {
	now := r.now()
	for i := range rows {
		if _, aside := r.rejected[rows[i].ID]; !aside {
			r.put(r.upper, &rows[i], now.Add(possibleUntil))
		}
	}
}

// put joins the row's entry into f where it is to be compared, and tells whether the row
// can be used.
func (r *reading) put(f fold, row *timesheet.Row, now timesheet.Instant) bool {
	if row.Fault != "" {
		return false
	}
	e, err := r.rules.Entry(row.Clocking, fromView, now)
	if err != nil {
		return false
	}
	if e.Day < r.from || e.Day > r.to || r.only != nil && r.only.find(e.Employee, e.Day) == nil {
		return true
	}
	s := spanOf(e)
	if l := r.lower.find(e.Employee, e.Day); l == nil || !s.within(*l) {
		f.join(e.Employee, s)
	}
	return true
}

func (v *verifier) tell(at, last timesheet.RowID, end bool) {
	if now := time.Now(); end || now.Sub(v.told) >= progressEvery {
		v.told = now
		v.state.AtID, v.state.Total = at, v.state.Rows+int64(max(last, at)-at)
		v.options.Progress(v.state)
	}
}
