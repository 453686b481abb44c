package ingest_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// daily is the options of the tests that need the days of the defaults, as hours.
func daily(holder string) ingest.PollerOptions {
	o := usual(holder)
	o.Interval, o.RewindBy, o.SweepAge = 10*time.Second, 2*time.Hour, 2*time.Hour
	return o
}

func TestPollerStoreLoss(t *testing.T) {
	inWorld(t, "a store that was emptied is filled again, without a restart", func(s *sim) {
		s.source.fill(1, 300)
		p := s.begin(daily("a"))
		s.pass(6 * time.Hour)
		s.store.Clear()
		if _, err := s.store.SetDayRules(s.Context(), 0, siteRules("Europe/Berlin")); err != nil {
			s.Fatal(err)
		}
		s.pass(20 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 300, 300, 0)
		if c := s.checkpoint(); c.Generation != 1 || c.Settled != 300 {
			s.Errorf("%d, %d, %s", c.Generation, c.Settled, c.Reason)
		}
	})
	inWorld(t, "a store that lost all but its checkpoint is filled again", func(s *sim) {
		s.source.fill(1, 300)
		p := s.begin(daily("a"))
		s.pass(6 * time.Hour)
		s.loseEntries()
		s.pass(20 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 300, 300, 0)
	})
	inWorld(t, "so is one that lost it while no poller ran", func(s *sim) {
		s.source.fill(1, 300)
		s.begin(usual("a")).pass5(s).kill()
		s.loseEntries()
		s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
	})
	inWorld(t, "after a rollback the rows of the last day are read again", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(daily("a"))
		s.pass(6 * time.Hour)
		s.source.fill(101, 200)
		s.pass(time.Minute)
		before := s.store.Snapshot()
		s.source.fill(201, 300)
		s.pass(time.Hour)
		c := s.checkpoint()
		s.store.Restore(before)
		s.keepCheckpoint(c) // as on a cluster, where another server has it
		s.pass(20 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 300, 300, 0)
		if now := s.checkpoint(); now.Generation <= c.Generation {
			s.Errorf("generation %d after %d", now.Generation, c.Generation)
		}
	})
	inWorld(t, "a store that was restarted has lost nothing that is not there again", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(usual("a"))
		s.pass(time.Minute)
		s.store.Restart()
		s.source.fill(101, 110)
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 110, 110, 0)
	})
	inWorld(t, "a start with a store that lost nothing reads nothing again", func(s *sim) {
		s.source.fill(1, 100)
		s.begin(usual("a")).pass5(s).kill()
		s.store.Restart() // as Pebble tells each opening
		s.begin(usual("a"))
		s.pass(time.Minute)
		if c := s.checkpoint(); c.Generation != 1 {
			s.Errorf("generation %d, %s", c.Generation, c.Reason)
		}
	})
}

// loseEntries empties the store but for day rules and checkpoint.
func (s *sim) loseEntries() {
	c := s.checkpoint()
	s.store.Clear()
	if _, err := s.store.SetDayRules(s.Context(), 0, siteRules("Europe/Berlin")); err != nil {
		s.Fatal(err)
	}
	s.keepCheckpoint(c)
}

// keepCheckpoint puts a checkpoint back as it was.
func (s *sim) keepCheckpoint(c timesheet.Checkpoint) {
	for now := s.checkpoint(); now.Generation < c.Generation || now.Settled < c.Settled; {
		var err error
		if now, err = s.store.Rewind(s.Context(), "clocking", now.Generation, c.Settled, c.State, c.Reason); err != nil {
			s.Fatal(err)
		}
	}
}

func TestPollerLease(t *testing.T) {
	inWorld(t, "another instance takes over within 10 seconds", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(time.Second)
		b := s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.expect(b, timesheet.SourcePolling, 10, 10, 0)
		if got := b.poller.Status().Holder; got != "a" {
			s.Errorf("the holder is %q", got)
		}
		a.kill()
		s.source.fill(11, 20)
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
		s.expect(b, timesheet.SourcePolling, 20, 20, 0)
		if got := b.poller.Status().Holder; got != "b" {
			s.Errorf("the holder is %q", got)
		}
	})
	inWorld(t, "at once after an end in good order", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(time.Second)
		b := s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.source.fill(11, 20)
		a.quit()
		if got := a.poller.Status(); got.Holder != "" || got.State != timesheet.SourceStarting {
			s.Errorf("%+v", got)
		}
		s.source.fill(21, 30)
		s.pass(2 * time.Second)
		s.source.equal(s, s.store)
		s.expect(b, timesheet.SourcePolling, 30, 30, 0)
	})
	inWorld(t, "one that lost it reads no more", func(s *sim) {
		s.source.fill(1, 10)
		a := s.begin(usual("a"))
		s.pass(10 * time.Second)
		a.On("Acquire", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		b := s.begin(usual("b"))
		s.pass(9 * time.Second)
		s.complains(a, timesheet.SourceRetrying, "the store is out of reach")
		if got := b.poller.Status().Holder; got != "b" {
			s.Errorf("the holder is %q", got)
		}
		a.On("Acquire", nil)
		s.pass(5 * time.Second)
		s.source.fill(11, 20)
		s.pass(10 * time.Second)
		for _, p := range []*process{a, b} {
			s.expect(p, timesheet.SourcePolling, 20, 20, 0)
			if got := p.poller.Status(); got.Holder != "b" || got.Error != "" {
				s.Errorf("%+v", got)
			}
		}
	})
	inWorld(t, "Run ends within 2 seconds, whatever the view does", func(s *sim) {
		s.source.fill(1, 10)
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		answer := make(chan struct{})
		s.source.setFault(func(string) (int, error) {
			<-answer
			return 0, nil
		})
		s.pass(5 * time.Second)
		began := time.Now()
		if p.quit(); time.Since(began) > 2*time.Second {
			s.Errorf("it took %v", time.Since(began))
		}
		close(answer)
	})
	inWorld(t, "and whatever sink and store do", func(s *sim) {
		s.source.fill(1, 10)
		stuck := make(chan struct{})
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		for _, method := range []string{"Merge", "Advance", "Acquire", "Release"} {
			p.On(method, storetest.Always(storetest.Fault{Block: stuck}))
		}
		s.source.fill(11, 20)
		s.pass(5 * time.Second)
		began := time.Now()
		if p.quit(); time.Since(began) > 2*time.Second {
			s.Errorf("it took %v", time.Since(began))
		}
		close(stuck)
	})
}

func TestPollerCheckpoint(t *testing.T) {
	inWorld(t, "never passes a row that isn't durable", func(s *sim) {
		s.source.fill(1, 100)
		o := usual("a")
		o.Page = 10
		stuck := make(chan struct{})
		p := s.begin(o, func(p *process) {
			p.submit = func(b timesheet.Batch) error {
				for id := timesheet.RowID(1); id <= 20; id++ {
					if b.Entries[0].Earliest == touchEntry(id).Earliest {
						return nil
					}
				}
				<-stuck
				return nil
			}
		})
		s.pass(30 * time.Second)
		if c := s.checkpoint(); c.Settled != 20 {
			s.Errorf("%d is settled", c.Settled)
		}
		s.expect(p, timesheet.SourceCatchingUp, 20, 20, 0)
		if most := p.most.Load(); most != 4 {
			s.Errorf("%d batches were on their way", most)
		}
		close(stuck)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
		if c := s.checkpoint(); c.Settled != 100 {
			s.Errorf("%d is settled", c.Settled)
		}
	})
	inWorld(t, "kill between store and checkpoint: rows come again and change nothing", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(usual("a"), func(p *process) {
			p.On("Advance", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		})
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
		p.kill()
		if c := s.checkpoint(); c.Settled != math.MinInt64 {
			s.Errorf("%d is settled", c.Settled)
		}
		p = s.begin(usual("b"))
		s.pass(10 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
	})
	inWorld(t, "is written though its answer is lost", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(usual("a"), func(p *process) {
			p.On("Advance", func(n int) storetest.Fault {
				if n < 6 && n%2 == 1 {
					return storetest.Fault{After: storetest.ErrInjected}
				}
				return storetest.Fault{}
			})
		})
		s.pass(10 * time.Second)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
	})
	inWorld(t, "that can't be understood is told, and reading goes on from the settled row", func(s *sim) {
		s.source.fill(1, 100)
		if _, err := s.store.Rewind(s.Context(), "clocking", 0, 40, []byte("of the future"), ""); err != nil {
			s.Fatal(err)
		}
		p := s.begin(usual("a"))
		s.pass(10 * time.Second)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
		if n := len(storetest.Contents(s, s.store)); n == 0 || n == len(fold(s.source.ever)) {
			s.Errorf("%d entries", n)
		}
	})
	inWorld(t, "that others rewound is begun from", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(usual("a"))
		s.pass(10 * time.Second)
		s.source.others(1, 100)
		if _, err := s.store.Rewind(s.Context(), "clocking", 1, 90, nil, "by hand"); err != nil {
			s.Fatal(err)
		}
		s.pass(10 * time.Second)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
		for id := timesheet.RowID(81); id <= 100; id++ {
			found := false
			for k := range storetest.Contents(s, s.store) {
				found = found || k.Employee == "other" && k.Day == touchEntry(id).Day
			}
			if id > 90 && !found {
				s.Errorf("row %d wasn't read again", id)
			}
		}
	})
}

// touchEntry is what row id makes.
func touchEntry(id timesheet.RowID) timesheet.Entry {
	for _, e := range fold([]timesheet.Row{touchOf(id)}) {
		return e
	}
	panic("no entry")
}

func TestPollerStart(t *testing.T) {
	from := func(id timesheet.RowID) *timesheet.RowID { return &id }
	wall := func(s string) *timesheet.Wall {
		at, err := timesheet.ParseTimestamp(s)
		if err != nil {
			t.Fatal(err)
		}
		w, _ := at.Local()
		return &w
	}
	inOrder := func(s *sim) { // one row an hour
		for id := range timesheet.RowID(100) {
			r := touchOf(id + 1)
			r.Clocking.At = timesheet.LocalTime(*wall("2026-03-02T00:00:00") + timesheet.Wall(id)*3_600_000)
			s.source.commit(r)
		}
	}
	for name, c := range map[string]struct {
		id    *timesheet.RowID
		at    *timesheet.Wall
		first timesheet.RowID
	}{
		"from an id":                      {from(31), nil, 31},
		"from a time":                     {nil, wall("2026-03-03T00:00:00"), 25},
		"from the later of both":          {from(31), wall("2026-03-03T00:00:00"), 31},
		"from an id that is not there":    {from(-7), nil, 1},
		"from the lowest id there can be": {from(math.MinInt64), nil, 1},
		"from an id yet to come":          {from(500), nil, 500},
		"from a time yet to come":         {nil, wall("2026-05-03T00:00:00"), 1},
	} {
		inWorld(t, name, func(s *sim) {
			inOrder(s)
			o := usual("a")
			o.FromID, o.FromTime = c.id, c.at
			s.begin(o)
			s.pass(5 * time.Second)
			s.source.fill(500, 501)
			s.pass(15 * time.Minute)
			s.source.mu.Lock()
			s.source.ever = slices.DeleteFunc(s.source.ever, func(r timesheet.Row) bool { return r.ID < c.first })
			s.source.mu.Unlock()
			s.source.equal(s, s.store)
		})
	}
	inWorld(t, "an empty source", func(s *sim) {
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 0, 0, 0)
		if c := s.checkpoint(); c.Generation != 1 || c.Reason != "first start" {
			s.Errorf("%+v", c)
		}
		s.source.commit(touchOf(2)) // 1 is in flight
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 2, 0, 1)
		s.source.commit(touchOf(1))
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 2, 2, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "negative ids", func(s *sim) {
		s.source.fill(-100, -50)
		s.source.fill(-40, 10)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 10, -10_101, 10_009)
		s.pass(16 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 10, 10, 0)
		s.source.equal(s, s.store)
	})
}

func TestPollerSink(t *testing.T) {
	inWorld(t, "rules that changed are read again, and batches made anew", func(s *sim) {
		s.source.fill(1, 100)
		var n atomic.Int32
		s.begin(usual("a"), func(p *process) {
			p.submit = func(timesheet.Batch) error {
				if n.Add(1) == 1 {
					_, err := s.store.SetDayRules(s.Context(), 1, siteRules("Asia/Tokyo"))
					return err
				}
				return nil
			}
		})
		s.pass(10 * time.Second)
		tokyo := rules(2, "Asia/Tokyo")
		for id := timesheet.RowID(1); id <= 100; id++ {
			e, err := tokyo.Entry(touchOf(id).Clocking, 0, math.MaxInt64/2)
			if err != nil {
				s.Fatal(err)
			}
			if !storetest.Contents(s, s.store)[storetest.KeyOf(e)].Covers(e) {
				s.Fatalf("%v is missing", e)
			}
		}
	})
	for name, c := range map[string]struct {
		code  timesheet.Code
		state timesheet.SourceState
		words string
	}{
		"a store away is waited for":       {timesheet.Unavailable, timesheet.SourceRetrying, "the store is out of reach; they wait"},
		"an overloaded sink is waited for": {timesheet.Overloaded, timesheet.SourceRetrying, "as fast as they come"},
		"a defect stops, and skips nothing": {timesheet.Internal, timesheet.SourceStopped,
			"the rows 1 to 100 can't be stored, and nothing is read beyond them"},
	} {
		inWorld(t, name, func(s *sim) {
			s.source.fill(1, 100)
			var well atomic.Bool
			p := s.begin(usual("a"), func(p *process) {
				p.submit = func(timesheet.Batch) error {
					if well.Load() {
						return nil
					}
					return timesheet.NewError(c.code, "submit", errors.New("secret detail"))
				}
			})
			s.pass(10 * time.Minute)
			s.complains(p, c.state, c.words)
			s.expect(p, c.state, 0, 0, 0)
			well.Store(true)
			s.pass(11 * time.Second)
			s.source.equal(s, s.store)
			s.expect(p, timesheet.SourcePolling, 100, 100, 0)
		})
	}
	t.Run("without day rules rows wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &sim{TB: t, source: newClockings(), store: storetest.NewMemory(4)}
			defer s.end()
			s.source.fill(1, 100)
			p := s.begin(usual("a"))
			s.pass(time.Minute)
			s.complains(p, timesheet.SourceRetrying, "there are no day rules yet")
			if _, err := s.store.SetDayRules(t.Context(), 0, siteRules("Europe/Berlin")); err != nil {
				t.Fatal(err)
			}
			s.pass(12 * time.Second)
			s.source.equal(s, s.store)
			s.expect(p, timesheet.SourcePolling, 100, 100, 0)
		})
	})
}

func TestPollerView(t *testing.T) {
	inWorld(t, "what only people can mend stops it, and is tried again once a minute", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		var tries atomic.Int32
		s.source.setFault(func(string) (int, error) {
			tries.Add(1)
			return 0, timesheet.NewError(timesheet.Invalid, "", errors.New("login failed for user x"))
		})
		s.pass(10 * time.Minute)
		s.complains(p, timesheet.SourceStopped, "login failed for user x")
		if n := tries.Load(); n < 9 || n > 12 {
			s.Errorf("%d tries in 10 minutes", n)
		}
		s.source.setFault(nil)
		s.source.fill(101, 110)
		s.pass(time.Minute)
		s.expect(p, timesheet.SourcePolling, 110, 110, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "what may pass is tried again, ever less often", func(s *sim) {
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		var tries atomic.Int32
		s.source.setFault(func(string) (int, error) {
			tries.Add(1)
			return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("the server doesn't answer"))
		})
		s.pass(time.Minute)
		s.complains(p, timesheet.SourceRetrying, "the server doesn't answer")
		if n := tries.Load(); n < 7 || n > 30 {
			s.Errorf("%d tries in a minute", n)
		}
		s.source.setFault(nil)
		s.pass(16 * time.Second)
		s.expect(p, timesheet.SourcePolling, 0, 0, 0)
	})
	inWorld(t, "an answer that isn't in order is refused", func(s *sim) {
		s.source.fill(1, 100)
		s.source.rows[50].ID = 40
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.complains(p, timesheet.SourceStopped, "the id column must be unique")
		s.expect(p, timesheet.SourceStopped, 0, 0, 0)
	})
}

func TestPollerRejects(t *testing.T) {
	inWorld(t, "rows that can't be used, and reads on", func(s *sim) {
		s.source.fill(1, 20)
		future := touchOf(21)
		future.Clocking.At = timesheet.At(timesheet.InstantOf(inBubble()).Add(time.Hour))
		early := touchOf(23)
		early.Clocking.At = timesheet.LocalTime(0)
		s.source.commit(future, timesheet.Row{ID: 22, Fault: "it has no employee"}, early)
		s.source.fill(24, 30)
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		s.expect(p, timesheet.SourcePolling, 30, 30, 0)
		got, err := p.poller.Rejected(s.Context(), 0, 10)
		if err != nil || len(got) != 3 || got[0].Row != 21 || got[1].Row != 22 || got[1].Reason != "it has no employee" || got[2].Row != 23 {
			s.Fatalf("%+v, %v", got, err)
		}
		if n := p.poller.Status().Rejected; n != (timesheet.RejectedCount{Kept: 3}) {
			s.Errorf("%+v", n)
		}
		// An hour later the time of row 21 is possible, yet the row stays rejected.
		s.pass(3 * time.Hour)
		p.quit()
		if err := p.poller.Rescan(s.Context(), 0, "again"); err != nil {
			s.Fatal(err)
		}
		p = s.begin(usual("b"))
		s.pass(20 * time.Minute)
		s.source.mu.Lock()
		s.source.ever = slices.DeleteFunc(s.source.ever, func(r timesheet.Row) bool { return r.ID >= 21 && r.ID <= 23 })
		s.source.mu.Unlock()
		s.source.equal(s, s.store)
		if err := p.poller.Release(s.Context(), 21); err != nil {
			s.Fatal(err)
		}
		s.source.commit(future)
		s.source.mu.Lock()
		s.source.mu.Unlock()
		s.source.equal(s, s.store)
		s.pass(3 * time.Second)
		if n := p.poller.Status().Rejected.Kept; n != 2 {
			s.Errorf("%d", n)
		}
	})
	inWorld(t, "before the checkpoint passes them", func(s *sim) {
		s.source.commit(timesheet.Row{ID: 1, Fault: "it has no employee"})
		s.source.fill(2, 5)
		p := s.begin(usual("a"), func(p *process) {
			p.On("Reject", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		})
		s.pass(time.Minute)
		if c := s.checkpoint(); c.Settled != math.MinInt64 {
			s.Errorf("%d is settled", c.Settled)
		}
		s.complains(p, timesheet.SourceRetrying, "can't be stored")
		p.On("Reject", nil)
		s.pass(10 * time.Second)
		s.expect(p, timesheet.SourcePolling, 5, 5, 0)
	})
}

func TestReadState(t *testing.T) {
	inWorld(t, "tells what the poller told", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(7 * time.Second)
		got, err := ingest.ReadState(s.checkpoint())
		if err != nil {
			s.Fatal(err)
		}
		want := p.poller.Status()
		if age := want.AsOf.Sub(got.AsOf); age < 0 || age > 6*time.Second {
			s.Errorf("as of %v before", age)
		}
		got.AsOf, got.RowsPerSecond = want.AsOf, want.RowsPerSecond
		if got != want {
			s.Errorf("%+v, want %+v", got, want)
		}
	})
	t.Run("of no poller is an error", func(t *testing.T) {
		if s, err := ingest.ReadState(timesheet.Checkpoint{Settled: 7, State: []byte("?")}); !errors.Is(err, timesheet.Internal) || s.SettledID != 7 {
			t.Errorf("%+v, %v", s, fmt.Sprint(err))
		}
	})
}
