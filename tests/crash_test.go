package tests

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// stopWithin is what an orchestrator grants between SIGTERM and SIGKILL.
const stopWithin = 10 * time.Second

// load sends clockings from several senders until all are acknowledged or the
// service is gone.
type load struct {
	mu           sync.Mutex
	open         [][]clocking // guarded by mu: parts not yet acknowledged
	acknowledged []clocking   // guarded by mu
	parts        atomic.Int64 // acknowledged parts
}

func newLoad(clockings []clocking) *load {
	l := &load{}
	for size := 1; len(clockings) > 0; size = size%20 + 1 {
		n := min(size, len(clockings))
		l.open = append(l.open, clockings[:n])
		clockings = clockings[n:]
	}
	return l
}

func (l *load) take() []clocking {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 {
		return nil
	}
	part := l.open[0]
	l.open = l.open[1:]
	return part
}

func (l *load) done(part []clocking, acknowledged bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if acknowledged {
		l.acknowledged = append(l.acknowledged, part...)
		l.parts.Add(1)
	} else {
		l.open = append(l.open, part)
	}
}

// run sends from 8 senders. Each stops at the first part that isn't acknowledged,
// which stays open. enough is called once, after n acknowledged parts.
func (l *load) run(ctx context.Context, url string, n int64, enough func()) {
	n += l.parts.Load()
	var once sync.Once
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for part := l.take(); part != nil; part = l.take() {
				ok, _, err := post(ctx, url, part)
				l.done(part, ok && err == nil)
				if l.parts.Load() >= n {
					once.Do(enough)
				}
				if !ok || err != nil {
					return
				}
			}
		})
	}
	senders.Wait()
}

func TestKilledUnderLoad(t *testing.T) {
	const rounds = 20
	eachStore(t, func(t *testing.T, store string) {
		clockings := generated(t, 120, 60)
		l := newLoad(clockings)
		random := rand.New(rand.NewPCG(3, 5))
		for round := range rounds {
			s := startService(t, store)
			if round > 0 {
				requireCovered(t, exported(t, store, "--server", s.url), l.acknowledged)
			}
			l.run(t.Context(), s.url, 5+random.Int64N(60), s.kill)
			s.kill()
		}
		if len(l.open) == 0 {
			t.Fatal("the load ended before the last round: nothing was under load")
		}
		s := startService(t, store)
		for len(l.open) > 0 {
			l.run(t.Context(), s.url, 1<<40, func() {})
		}
		s.stop(stopWithin)
		requireEqual(t, exported(t, store), expected(clockings))
	})
}

func TestTerminatedUnderLoad(t *testing.T) {
	eachStore(t, func(t *testing.T, store string) {
		l := newLoad(generated(t, 120, 30))
		s := startService(t, store)
		terminated := make(chan struct{})
		l.run(t.Context(), s.url, 100, func() {
			go func() {
				defer close(terminated)
				s.stop(stopWithin)
			}()
		})
		<-terminated
		if len(l.open) == 0 {
			t.Fatal("everything was sent before the service ended: there was no load")
		}
		requireCovered(t, exported(t, store), l.acknowledged)
	})
}
