package ingest_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

var seeds = flag.Uint64("seeds", 1, "how many seeds each simulation runs with")

// inBubble is the wall clock of a bubble, whose time begins in the year 2000.
func inBubble() time.Time { return time.Now().AddDate(26, 5, 0) }

// polling is the options of the simulations: everything is quicker, so that the parts
// get into one another's way.
func polling(holder string) ingest.PollerOptions {
	return ingest.PollerOptions{
		Holder: holder, Interval: 50 * time.Millisecond, Page: 40, GapAge: 30 * time.Second,
		SweepEvery: 24 * time.Hour /* it would hide what gaps lose */, LeaseFor: time.Second, Now: inBubble,
	}
}

// sim is one course of events: writers for a minute, while things happen.
type sim struct {
	testing.TB
	rng    *rand.Rand
	source *clockings
	store  *storetest.Memory
	lives  []*process

	rollbacks float64 // share of transactions
	lossy     bool    // the store loses things, so what was told needn't hold
	checked   int     // rows, by honest
}

// each runs a simulation with each seed.
func each(t *testing.T, f func(s *sim)) {
	for seed := range *seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &sim{TB: t, rng: rand.New(rand.NewPCG(seed, 7)), source: newClockings(), store: site(t), rollbacks: 0.05}
				defer s.end()
				f(s)
			})
		})
	}
}

// end ends all lives.
func (s *sim) end() {
	for _, p := range s.lives {
		p.quit()
	}
}

// begin starts another life.
func (s *sim) begin(o ingest.PollerOptions, change ...func(*process)) *process {
	p := start(s, s.source, s.store, o, change...)
	s.lives = append(s.lives, p)
	return p
}

// minute lets 8 writers write for a minute, and something happen every so often.
func (s *sim) minute(every time.Duration, happens func()) {
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	var writers sync.WaitGroup
	for range 8 {
		rng := rand.New(rand.NewPCG(s.rng.Uint64(), 1))
		writers.Go(func() { s.source.write(ctx, rng, 300*time.Millisecond, s.rollbacks, 0.002) })
	}
	for began := time.Now(); time.Since(began) < time.Minute-every; {
		sleep(every)
		if !s.lossy {
			s.honest()
		}
		happens()
	}
	writers.Wait()
}

// honest says that what is told of the source holds: rows up to the settled one, and
// rows that were visible at the moment which the entries are said to be as of, are in
// the store.
func (s *sim) honest() {
	s.Helper()
	c, err := s.store.Checkpoint(s.Context(), "clocking")
	if err != nil {
		s.Fatal(err)
	}
	asOf := timesheet.Instant(0)
	for _, p := range s.lives {
		if status := p.poller.Status(); !p.dead.Load() && status.State != timesheet.SourceStarting {
			asOf = max(asOf, status.AsOf)
		}
	}
	s.source.mu.Lock()
	var rows []timesheet.Row
	for _, r := range s.source.rows {
		if r.ID <= c.Settled || s.source.since[r.ID] < asOf {
			rows = append(rows, r)
		}
	}
	s.source.mu.Unlock()
	stored := storetest.Contents(s, s.store)
	for k, e := range fold(rows) {
		if !stored[k].Covers(e) {
			s.Fatalf("row(s) of %v are not in %v; settled is %d, as of %v", e, stored[k], c.Settled, asOf.Time())
		}
	}
	s.checked += len(rows)
}

// settles says that all was read: the entries are the rows', the open gaps are the ids
// that were never used, and in the end none.
func (s *sim) settles(p *process) {
	s.Helper()
	if s.checked < 10_000 && !s.lossy {
		s.Errorf("what was told was checked for %d rows only", s.checked)
	}
	sleep(10 * time.Second)
	s.source.equal(s, s.store)
	status := p.poller.Status()
	if status.State != timesheet.SourcePolling || status.Error != "" {
		s.Errorf("the status is %+v", status)
	}
	if want := s.source.missing(); status.OpenGaps > want {
		s.Errorf("%d ids are awaited, and %d never came", status.OpenGaps, want)
	}
	sleep(2 * time.Minute)
	if status = p.poller.Status(); status.OpenGaps != 0 || status.SettledID != status.LastID || status.LagRows != 0 {
		s.Errorf("long after, the status is %+v", status)
	}
	if lag := timesheet.InstantOf(inBubble()).Sub(status.AsOf); lag > time.Second {
		s.Errorf("long after, the lag is %v", lag)
	}
	s.source.equal(s, s.store)
}
