package ingest_test

import (
	"context"
	"errors"
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

var seeds = flag.Uint64("seeds", 2, "how many seeds each simulation runs with")

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

func TestPollerLosesNothing(t *testing.T) {
	t.Run("while writers hold transactions, roll back and jump", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"))
			s.minute(time.Second, func() {})
			s.settles(p)
		})
	})
	t.Run("with more gaps than one poll reads again", func(t *testing.T) {
		each(t, func(s *sim) {
			o := polling("a")
			o.GapAge, o.Interval = 2*time.Minute, 200*time.Millisecond
			p := s.begin(o)
			s.rollbacks = 0.4
			s.minute(time.Second, func() {})
			if open := p.poller.Status().OpenGaps; open < 500 {
				s.Errorf("only %d gaps", open)
			}
			s.settles(p)
		})
	})
	t.Run("though it is killed every 2 seconds", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"))
			s.minute(2*time.Second, func() {
				p.kill()
				p = s.begin(polling("b"))
			})
			s.settles(p)
		})
	})
	t.Run("with two pollers of which one is killed now and then", func(t *testing.T) {
		each(t, func(s *sim) {
			a, b := s.begin(polling("a")), s.begin(polling("b"))
			s.minute(3*time.Second, func() {
				if s.rng.IntN(2) == 0 {
					a, b = b, a
				}
				a.kill()
				a = s.begin(polling("c"))
			})
			s.settles(b)
		})
	})
	t.Run("with two pollers that both read", func(t *testing.T) {
		each(t, func(s *sim) {
			other := polling("b")
			other.Source = "the same again" // has a lease of its own
			p := s.begin(polling("a"))
			s.begin(other)
			s.minute(time.Second, func() {})
			s.settles(p)
		})
	})
	t.Run("though the store is emptied, rolled back and restarted", func(t *testing.T) {
		each(t, func(s *sim) {
			s.lossy = true
			p := s.begin(polling("a"))
			before := s.store.Snapshot()
			s.minute(4*time.Second, func() {
				switch s.rng.IntN(5) {
				case 0:
					s.store.Restart()
				case 1:
					s.store.Restore(before)
				case 2:
					before = s.store.Snapshot()
				case 3:
					s.store.Clear()
					if _, err := s.store.SetDayRules(s.Context(), 0, siteRules("Europe/Berlin")); err != nil {
						s.Fatal(err)
					}
				case 4:
					p.kill()
					p = s.begin(polling("b"))
				}
			})
			s.settles(p)
		})
	})
	t.Run("though source and store fail now and then", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"), func(p *process) {
				for i, method := range []string{"Merge", "Checkpoint", "Advance", "Rewind", "Acquire", "Reject", "Rejected"} {
					p.On(method, storetest.Random(s.rng.Uint64()+uint64(i), 0.05, 100*time.Millisecond))
				}
			})
			s.source.setFault(s.flaky(0.1))
			s.minute(5*time.Second, func() {})
			s.source.setFault(nil)
			for _, method := range []string{"Merge", "Checkpoint", "Advance", "Rewind", "Acquire", "Reject", "Rejected"} {
				p.On(method, nil)
			}
			sleep(30 * time.Second)
			s.settles(p)
		})
	})
}

// flaky is a view that is slow, fails and cuts answers.
func (s *sim) flaky(rate float64) func(string) (int, error) {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(s.rng.Uint64(), 3))
	return func(string) (int, error) {
		mu.Lock()
		dice, slow, cut := rng.Float64(), rng.Int64N(int64(20*time.Millisecond)), rng.IntN(10)
		mu.Unlock()
		sleep(time.Duration(slow))
		if dice < rate {
			return cut, timesheet.NewError(timesheet.Unavailable, "read the view", errors.New("deadlock victim"))
		}
		return 0, nil
	}
}

// TestReadingByIDAloneLosesRows shows that the simulation can fail: what takes the
// highest id that it read for a watermark loses rows.
func TestReadingByIDAloneLosesRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sim{TB: t, rng: rand.New(rand.NewPCG(1, 7)), source: newClockings(), store: site(t), rollbacks: 0.05}
		p := &process{t: t, source: s.source}
		last, read := timesheet.RowID(0), 0
		s.minute(50*time.Millisecond, func() {
			rows, err := p.Page(t.Context(), last, 1000, nil)
			if err != nil {
				t.Fatal(err)
			}
			if read += len(rows); len(rows) > 0 {
				last = rows[len(rows)-1].ID
			}
		})
		if all := len(s.source.rows); read > all*9/10 {
			t.Errorf("%d of %d rows were read; the simulation is too tame", read, all)
		}
	})
}
