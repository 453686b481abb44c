package load

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// worker sends on one connection, one request at a time.
type worker struct {
	plan    *Plan
	batches *batches
	oracle  *Oracle // or nil
	encoder *Encoder
	post    *post
	conn    *conn
	measure time.Time   // what is due before belongs to the warm-up
	busy    atomic.Bool // a request is due or under way

	mu    sync.Mutex // guards tally, which another goroutine collects
	tally tally
}

// tally is what a worker did since it was last asked.
type tally struct {
	requests, sent, acked, maybe int64 // requests answered or given up; clockings
	retries                      int64
	problems                     map[string]int64 // requests that weren't acknowledged, and retries, by kind
	delays                       []uint32         // µs, of requests that were acknowledged
	lags                         []uint32         // µs by which the sender itself was late
}

// run sends batches until there are no more, or ctx ends.
func (w *worker) run(ctx context.Context) {
	defer w.conn.close()
	alarm := newAlarm(ctx)
	defer alarm.close()
	var b batch
	for ctx.Err() == nil && w.batches.next(&b) {
		// Written before it is due: that takes no time of the measured.
		request := w.post.write(func(dst []byte) []byte { return w.encoder.Append(dst, b.clockings) })
		begin, lag, waited := b.due, time.Duration(0), false
		if begin.IsZero() {
			begin = time.Now()
		} else if time.Now().Before(begin) {
			if alarm.wait(ctx, begin) != nil {
				return
			}
			lag, waited = time.Since(begin), true
		}
		w.busy.Store(true)
		o := w.send(ctx, request, len(b.clockings))
		w.busy.Store(false)
		o.delay, o.lag, o.waited = time.Since(begin), lag, waited
		w.settle(&b, o, !begin.Before(w.measure))
	}
}

// settle counts the outcome; of the warm-up only the oracle hears.
func (w *worker) settle(b *batch, o outcome, measured bool) {
	if w.oracle != nil {
		switch {
		case o.problem == "":
			w.oracle.Acknowledge(b.clockings)
		case o.left:
			w.oracle.Maybe(b.clockings)
		}
	}
	if !measured {
		return
	}
	n := int64(len(b.clockings))
	w.mu.Lock()
	defer w.mu.Unlock()
	t := &w.tally
	t.requests++
	t.sent += n
	t.retries += o.retries
	if o.waited {
		t.lags = append(t.lags, micros(o.lag))
	}
	if t.problems == nil && (o.problem != "" || o.retries > 0) {
		t.problems = make(map[string]int64)
	}
	for _, kind := range o.told {
		t.problems[kind+", tried again"]++
	}
	if o.problem == "" {
		t.acked += n
		t.delays = append(t.delays, micros(o.delay))
		return
	}
	t.problems[o.problem]++
	if o.left {
		t.maybe += n
	}
}

// take moves the worker's tally into into, whose memory the worker goes on with.
func (w *worker) take(into *tally) {
	spare := tally{delays: into.delays[:0], lags: into.lags[:0]}
	w.mu.Lock()
	defer w.mu.Unlock()
	*into, w.tally = w.tally, spare
}

func micros(d time.Duration) uint32 {
	return uint32(min(max(d.Microseconds(), 0), math.MaxUint32))
}

// waitUntil waits for an instant; ctx's error if that ends first.
func waitUntil(ctx context.Context, at time.Time) error {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
