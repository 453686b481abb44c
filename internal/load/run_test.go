package load_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/load"
)

func TestRun(t *testing.T) {
	for _, format := range []load.Format{load.JSON, load.NDJSON, load.CSV} {
		for _, batch := range []load.Range{{Least: 1}, {Least: 10}, {Least: 1, Most: 30}} {
			t.Run(fmt.Sprintf("%s in %d to %d", format, batch.Least, batch.Most), func(t *testing.T) {
				f := newFake(t)
				p := f.plan(t, 100)
				p.Format, p.Batch = format, batch
				r := run(t, p)
				if r.Clockings != 100 || r.Acknowledged != 100 || f.taken != 100 || r.Requests != int64(f.posts) || r.Latency.Count != r.Requests {
					t.Errorf("%d sent, %d acknowledged, %d taken; %d requests, %d posts, %d latencies", r.Clockings, r.Acknowledged, f.taken, r.Requests, f.posts, r.Latency.Count)
				}
				if len(f.peers) > p.Connections {
					t.Errorf("%d connections, want at most %d: they are kept", len(f.peers), p.Connections)
				}
				if v := verify(t, r); !v.OK() || v.Entries == 0 || v.Open != 0 {
					t.Errorf("verified: %+v", v)
				}
			})
		}
	}
	t.Run("takes several targets in turn", func(t *testing.T) {
		a, b := newFake(t), newFake(t)
		p := a.plan(t, 200)
		p.Targets, p.Connections = append(p.Targets, b.target(t)), 2
		run(t, p)
		if a.posts == 0 || b.posts == 0 || a.posts+b.posts != 200 {
			t.Errorf("%d and %d posts", a.posts, b.posts)
		}
	})
	t.Run("connects anew when the target closes", func(t *testing.T) {
		f := newFake(t)
		f.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Connection", "close")
			return false
		}
		r := run(t, f.plan(t, 20))
		if r.Acknowledged != 20 || len(r.Problems) > 0 || len(f.peers) != 20 {
			t.Errorf("%d acknowledged, %v, %d connections", r.Acknowledged, r.Problems, len(f.peers))
		}
	})
	t.Run("ends in time and counts by the second", func(t *testing.T) {
		f := newFake(t)
		p := f.plan(t, 0)
		p.For, p.Rate = 1200*time.Millisecond, 500
		ticks := 0
		p.Tick = func(load.Second) { ticks++ }
		r := run(t, p)
		if r.Requests != 600 || r.Unsent != 0 || r.Seconds < 1.19 {
			t.Errorf("%d requests, %d unsent, %v s", r.Requests, r.Unsent, r.Seconds)
		}
		sum := int64(0)
		for _, s := range r.Series {
			sum += s.Acknowledged
		}
		if sum != 600 || ticks != len(r.Series) || ticks < 2 {
			t.Errorf("%d in %d seconds, %d ticks", sum, len(r.Series), ticks)
		}
	})
	t.Run("leaves the warm-up out of the figures, not out of the oracle", func(t *testing.T) {
		f := newFake(t)
		p := f.plan(t, 0)
		p.Warmup, p.For, p.Rate = 300*time.Millisecond, 300*time.Millisecond, 1000
		measured := 0
		p.Measured = func() { measured++ }
		r := run(t, p)
		if r.Clockings != 300 || f.taken != 600 || measured != 1 {
			t.Errorf("%d measured, %d taken, told %d times", r.Clockings, f.taken, measured)
		}
		if v := verify(t, r); !v.OK() {
			t.Errorf("verified: %+v", v)
		}
	})
	t.Run("stops when asked, with what was measured", func(t *testing.T) {
		f := newFake(t)
		ctx, cancel := context.WithCancel(t.Context())
		f.before = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
			if n == 20 {
				cancel()
			}
			return false
		}
		p := f.plan(t, 0)
		p.For, p.Rate = time.Hour, 1000
		r, err := load.Run(ctx, p)
		if err != nil || !r.Stopped || r.Acknowledged < 19 || r.Acknowledged > 100 {
			t.Errorf("%+v, %v", r, err)
		}
		if v := verify(t, r); !v.OK() {
			t.Errorf("verified: %+v", v)
		}
	})
	t.Run("refuses what can't be, all at once", func(t *testing.T) {
		_, err := load.Run(t.Context(), load.Plan{Format: "xml", Batch: load.Range{Least: 5, Most: 2}, Connections: -1, Rate: -1, Retry: load.Retry{Attempts: -1}})
		if timesheet.CodeOf(err) != timesheet.Invalid {
			t.Fatalf("got %v", err)
		}
		for _, field := range []string{"employees", "targets", "format", "batch", "connections", "rate", "retry", "count"} {
			if !containsText(err, field) {
				t.Errorf("%v doesn't name %s", err, field)
			}
		}
	})
}

func TestFold(t *testing.T) {
	f := newFake(t)
	p := f.plan(t, 7*3*4)
	p.Workload.Order, p.Batch = load.ByID, load.Range{Least: 3}
	if r := run(t, p); r.Fold != 3 {
		t.Errorf("3 clockings of one employee a batch: fold factor %v, want 3", r.Fold)
	}
	p.Workload.Order, p.Batch = load.ByTime, load.Range{Least: 7}
	if r := run(t, p); r.Fold != 1 {
		t.Errorf("every employee once a batch: fold factor %v, want 1", r.Fold)
	}
	p.Batch = load.Range{Least: 21}
	if r := run(t, p); r.Fold != 3 {
		t.Errorf("a day a batch: fold factor %v, want 3", r.Fold)
	}
}

// A service that stalls for a second once, and is quick else, must show a long tail:
// all requests that were due meanwhile waited.
func TestCoordinatedOmission(t *testing.T) {
	const stall = time.Second
	f := newFake(t)
	var gate sync.RWMutex // held by the one that stalls
	var begun atomic.Bool
	f.before = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
		if n >= 20 && begun.CompareAndSwap(false, true) {
			gate.Lock()
			defer gate.Unlock()
			<-time.After(stall)
			return false
		}
		gate.RLock()
		defer gate.RUnlock()
		return false
	}
	p := f.plan(t, 200)
	p.Rate, p.Connections = 100, 2 // 2 s
	r := run(t, p)
	// About 100 of 200 were due during the stall, and waited for 0 to 1 s each.
	if r.Latency.P90 < stall/2 || r.Latency.Max < stall*9/10 {
		t.Errorf("p90 %v, max %v: the stall of %v is hidden", r.Latency.P90, r.Latency.Max, stall)
	}
	if r.Latency.P50 > stall*9/10 {
		t.Errorf("p50 %v: more waited than the stall touched", r.Latency.P50)
	}
	if r.Acknowledged != 200 || r.Unsent != 0 {
		t.Errorf("%d acknowledged, %d unsent", r.Acknowledged, r.Unsent)
	}
	t.Run("what could not be sent before the end is told", func(t *testing.T) {
		f := newFake(t)
		f.before = func(int, http.ResponseWriter, *http.Request) bool { <-time.After(300 * time.Millisecond); return false }
		p := f.plan(t, 0)
		p.Rate, p.Connections, p.For = 1000, 1, 500*time.Millisecond
		r := run(t, p)
		if r.Unsent+r.Clockings != 500 || r.Unsent < 490 || len(r.Bottlenecks()) == 0 {
			t.Errorf("%d sent, %d unsent: %v", r.Clockings, r.Unsent, r.Bottlenecks())
		}
	})
}
