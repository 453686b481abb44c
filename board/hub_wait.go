package board

import (
	"context"
	"time"
)

const (
	// wakeEvery is what each listener that is woken is reckoned to take. With its write it
	// is some 10 µs of a processor (measured with 5,000, ADR 16), so telling takes about
	// half a processor at most, and what happens meanwhile is told with it.
	wakeEvery = 20 * time.Microsecond
	// wakeAtOnce bounds how many are woken at once: all others who have something to do,
	// above all who takes clockings in, wait behind them, at each step again.
	wakeAtOnce = 16
	// wakeUnpaced is how many are woken without a pause after a rest.
	wakeUnpaced = 4 * wakeAtOnce
)

// pace says how many may be woken: one every wakeEvery, and wakeUnpaced after a rest. The
// zero pace has rested.
type pace struct {
	paid time.Time // until when the time of those who were woken goes
}

// take is whether one may be woken now.
func (p *pace) take(now time.Time) bool {
	if rested := now.Add(-wakeUnpaced * wakeEvery); p.paid.Before(rested) {
		p.paid = rested
	}
	if p.paid.After(now) {
		return false
	}
	p.paid = p.paid.Add(wakeEvery)
	return true
}

// wait waits for events after s.at, and answers at once where there are any, or none to come.
func (h *Hub) wait(ctx context.Context, s *Subscription) error {
	h.mu.Lock()
	if now := h.now.Load(); now.end || now.last > s.at {
		h.mu.Unlock()
		return nil
	}
	if s.wake == nil {
		s.wake = make(chan struct{}, 1)
	}
	h.waiting.push(s)
	h.mu.Unlock()
	select {
	case <-s.wake:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.queued {
		h.waiting.remove(s)
	} else {
		<-s.wake
	}
	return ctx.Err()
}

// wake wakes those who wait for what there is, as many as may be now, and sees to the
// others. mu is held.
func (h *Hub) wake() {
	present, now := h.now.Load(), time.Now()
	for {
		s := h.waiting.first
		if s == nil || s.at >= present.last && !present.end {
			return
		}
		if !present.end && !h.pace.take(now) {
			break
		}
		h.waiting.remove(s)
		s.wake <- struct{}{} // has room: it was waiting
	}
	if h.next == nil {
		h.next = time.AfterFunc(wakeAtOnce*wakeEvery, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.next = nil
			h.wake()
		})
	}
}

// queue are subscriptions, the first one to be woken first. The zero queue is empty.
type queue struct{ first, last *Subscription }

func (q *queue) push(s *Subscription) {
	s.queued, s.before, s.behind = true, q.last, nil
	if q.last == nil {
		q.first = s
	} else {
		q.last.behind = s
	}
	q.last = s
}

func (q *queue) remove(s *Subscription) {
	if s.before == nil {
		q.first = s.behind
	} else {
		s.before.behind = s.behind
	}
	if s.behind == nil {
		q.last = s.before
	} else {
		s.behind.before = s.before
	}
	s.queued, s.before, s.behind = false, nil, nil
}
