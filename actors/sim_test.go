package actors_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

var (
	oneSeed = flag.Int64("seed", -1, "run the simulation of this seed only")
	seeds   = flag.Int("seeds", 500, "run so many simulations")
)

// TestSimulation runs some Systems over one store while senders, faults and all
// that goes down in the store do their worst, by seeds.
func TestSimulation(t *testing.T) {
	if *oneSeed >= 0 {
		synctest.Test(t, func(t *testing.T) { simulate(t, uint64(*oneSeed)) })
		return
	}
	const workers = 4
	for w := range workers {
		t.Run(fmt.Sprint("worker ", w), func(t *testing.T) {
			t.Parallel()
			for seed := w; seed < *seeds && !t.Failed(); seed += workers {
				synctest.Test(t, func(t *testing.T) {
					simulate(t, uint64(seed))
				})
			}
		})
	}
}

// world is one simulation.
type world struct {
	*oracle
	seed    uint64
	systems []atomic.Pointer[actors.System]
	faulty  []*storetest.Faulty
	options actors.Options
	done    chan struct{} // closed when the senders have ended
}

func simulate(t *testing.T, seed uint64) {
	t.Cleanup(func() {
		if t.Failed() { // the scheduler has its part in it, hence the count
			t.Logf("replay it with: go test -race ./actors -run Simulation -seed %d -count 50", seed)
		}
	})
	r := rand.New(rand.NewPCG(seed, 0))
	m := newMemory(t, 1+r.IntN(6))
	w := &world{
		oracle: newOracle(t, m), seed: seed, done: make(chan struct{}),
		systems: make([]atomic.Pointer[actors.System], 1+r.IntN(3)),
		options: actors.Options{
			Shards: 1 + r.IntN(3), Days: 1 + r.IntN(3), MaxPending: 10 + r.IntN(100),
			IdleAfter: time.Duration(20+r.IntN(500)) * time.Millisecond, RulesEvery: time.Second,
			RetryMin: 5 * time.Millisecond, RetryMax: 100 * time.Millisecond,
		},
	}
	rate := r.Float64() * 0.5
	for i := range w.systems {
		f := storetest.NewFaulty(m)
		script := storetest.Random(seed*10+uint64(i), rate, 30*time.Millisecond)
		f.On("Merge", script)
		f.On("DayRules", script)
		w.faulty = append(w.faulty, f)
		w.launch(i)
	}
	var senders, chaos sync.WaitGroup
	for i := range 1 + r.IntN(4) {
		senders.Go(func() { w.send(rand.New(rand.NewPCG(seed, uint64(100+i)))) })
	}
	chaos.Go(func() { w.wreak(rand.New(rand.NewPCG(seed, 50))) })
	senders.Wait()
	close(w.done)
	chaos.Wait()
	for i := range w.systems {
		w.halt(i, time.Hour)
	}
	w.check()
}

func (w *world) launch(i int) {
	for {
		s, err := actors.Start(context.Background(), w.faulty[i], w.options)
		if err == nil {
			w.systems[i].Store(s)
			return
		}
		if errors.Is(err, timesheet.Invalid) { // emptied: who starts a service sets rules
			_, _ = w.store.SetDayRules(context.Background(), 0, rule(1))
		}
		pass(time.Millisecond)
	}
}

func (w *world) halt(i int, patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s := w.systems[i].Load()
	err := s.Stop(ctx)
	if err != nil && patience >= time.Hour {
		w.t.Errorf("seed %d: stop: %v", w.seed, err)
	}
	if n := s.Stats().Pending; n != 0 {
		w.t.Errorf("seed %d: %d credits are left after stop: %+v", w.seed, n, s.Stats())
	}
	if n := s.Stats().Panics; n != 0 {
		w.t.Errorf("seed %d: %d panics", w.seed, n)
	}
}

// send submits batches until it has had enough.
func (w *world) send(r *rand.Rand) {
	var old []timesheet.Entry
	for range 5 + r.IntN(25) {
		pass(time.Duration(r.IntN(20)) * time.Millisecond)
		batch := make([]timesheet.Entry, 1+r.IntN(8))
		for i := range batch {
			if len(old) > 0 && r.IntN(3) == 0 { // a duplicate, out of order
				batch[i] = old[r.IntN(len(old))]
				continue
			}
			from := 400 + r.IntN(600)
			batch[i] = entry(id(r.IntN(5)), timesheet.Day(r.IntN(2)), from, from+r.IntN(2)*r.IntN(300))
			batch[i].Flags = timesheet.Flags(r.IntN(8) & r.IntN(8))
		}
		old = append(old, batch...)
		w.deliver(r, batch)
	}
}

// deliver submits plan until it is acknowledged, or given up after an impatient try.
func (w *world) deliver(r *rand.Rand, plan []timesheet.Entry) {
	for {
		s := w.systems[r.IntN(len(w.systems))].Load()
		version := s.DayRules().Version()
		patience := 10 * time.Minute
		if r.IntN(8) == 0 {
			patience = time.Duration(r.IntN(30)) * time.Millisecond
		}
		es := assign(plan, version)
		sub := w.begin(version, es)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		began := time.Now()
		_, err := s.Submit(ctx, timesheet.Batch{RulesVersion: version, Entries: es})
		cancel()
		switch {
		case err == nil:
			w.ack(sub)
			return
		case errors.Is(err, context.DeadlineExceeded):
			if patience >= 10*time.Minute {
				w.t.Errorf("seed %d: a submit wasn't answered in %v: %+v", w.seed, time.Since(began), s.Stats())
			}
			return
		case errors.Is(err, timesheet.Stale), errors.Is(err, timesheet.Overloaded), errors.Is(err, timesheet.Unavailable):
			pass(time.Duration(1+r.IntN(10)) * time.Millisecond)
		default:
			w.t.Errorf("seed %d: submit: %v", w.seed, err)
			return
		}
	}
}

// assign gives each entry of plan, whose days count from 0, its day under the rules
// of version.
func assign(plan []timesheet.Entry, version uint64) []timesheet.Entry {
	es := make([]timesheet.Entry, len(plan))
	for i, e := range plan {
		by := monday + timesheet.Day(version*perVersion)
		e.Day += by
		e.Earliest += timesheet.Instant(by) * 86_400_000
		e.Latest += timesheet.Instant(by) * 86_400_000
		es[i] = e
	}
	return es
}
