package clocking

import (
	"context"
	"time"
)

// slot is one writer.
type slot struct {
	tx   *Tx           // nil when idle
	ends time.Duration // when tx does
	rows []Row         // of tx
	late []Row         // of rows, those that have an id and aren't written yet
}

// run goes through the arrivals and the transactions' ends by their time, until ctx
// ends; then through the ends of what is open, until live ends too.
func (w *Writers) run(ctx, live context.Context) {
	n := 0
	for a := range w.options.Rows {
		if w.options.Rate > 0 {
			a.Due = time.Duration(float64(n) / w.options.Rate * float64(time.Second))
		}
		if !w.arrive(ctx, a) {
			break
		}
		n++
	}
	for next := w.earliest(); next != nil; next = w.earliest() {
		if w.advance(live, next.ends) {
			w.end(next)
			continue
		}
		next.tx.Rollback()
		next.tx = nil
		w.count(func(c *WriterCounts) { c.RolledBack += len(next.rows) })
	}
}

// arrive writes a row when it is due, in a transaction of an idle writer. Where all
// are busy, one of them takes the row along; a row without a time waits for an idle
// one instead. It is false when the writers were stopped.
func (w *Writers) arrive(ctx context.Context, a Arrival) bool {
	due := max(a.Due, w.clock)
	for next := w.earliest(); next != nil && next.ends <= due; next = w.earliest() {
		if !w.advance(ctx, next.ends) {
			return false
		}
		w.end(next)
	}
	to := w.idle()
	if to == nil && a.Due == 0 && w.options.Rate == 0 {
		to, due = w.earliest(), w.earliest().ends
	}
	if !w.advance(ctx, due) {
		return false
	}
	switch {
	case to == nil:
		to = &w.slots[w.random.IntN(len(w.slots))]
	case to.tx != nil:
		w.end(to)
	}
	if to.tx == nil {
		w.open(to)
	}
	w.write(to, a.Row)
	return true
}

// idle is a writer without a transaction; nil for none.
func (w *Writers) idle() *slot {
	for i := range w.slots {
		if w.slots[i].tx == nil {
			return &w.slots[i]
		}
	}
	return nil
}

// earliest is the writer whose transaction ends first; nil for none.
func (w *Writers) earliest() *slot {
	var first *slot
	for i := range w.slots {
		if s := &w.slots[i]; s.tx != nil && (first == nil || s.ends < first.ends) {
			first = s
		}
	}
	return first
}

// advance waits until it is time; false when ctx has ended.
func (w *Writers) advance(ctx context.Context, to time.Duration) bool {
	w.clock = to
	if left := time.Until(w.begin.Add(to)); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

func (w *Writers) open(s *slot) {
	hold := w.options.MinHold
	if more := w.options.MaxHold - hold; more > 0 {
		hold += time.Duration(w.random.Int64N(int64(more)))
	}
	s.tx, s.ends, s.rows = w.system.Begin(), w.clock+hold, s.rows[:0]
	s.late = s.late[:0]
}

func (w *Writers) write(s *slot, r Row) {
	late := w.options.Late > 0 && w.random.Float64() < w.options.Late
	switch {
	case late:
		taken := r
		if taken.ID == 0 {
			taken.ID = w.system.reserve()
		}
		s.late = append(s.late, taken)
	case r.ID == 0:
		s.tx.insert(r)
	default:
		if err := s.tx.InsertRow(r); err != nil {
			w.refuse()
			return
		}
	}
	s.rows = append(s.rows, r)
	w.count(func(c *WriterCounts) { c.Inserted++ })
	if w.inserted++; w.options.JumpEvery > 0 && w.inserted%w.options.JumpEvery == 0 {
		w.system.Jump(identityCache)
	}
}

func (w *Writers) refuse() { w.count(func(c *WriterCounts) { c.Refused++ }) }

// end ends a transaction. A retry of its rows is the writer's next one, at once.
func (w *Writers) end(s *slot) {
	for _, r := range s.late {
		if err := s.tx.InsertRow(r); err != nil {
			w.refuse()
		}
	}
	rows := s.rows
	committed := w.random.Float64() >= w.options.Rollback
	if !committed {
		s.tx.Rollback()
	} else if err := s.tx.Commit(); err != nil { // a restart has ended it
		committed = false
	}
	s.tx = nil
	w.count(func(c *WriterCounts) {
		if committed {
			c.Committed += len(rows)
		} else {
			c.RolledBack += len(rows)
		}
	})
	if !committed && w.options.Retry {
		s.rows = nil
		w.open(s)
		for _, r := range rows {
			w.write(s, r)
		}
	}
}
