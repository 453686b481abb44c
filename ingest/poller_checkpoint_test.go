package ingest_test

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

func TestPollerCheckpoint(t *testing.T) {
	inWorld(t, "never passes a row that isn't durable", func(s *sim) {
		s.source.fill(1, 500)
		o := usual("a")
		o.Page = 10
		stuck := make(chan struct{})
		var mu sync.Mutex
		first := timesheet.RowID(math.MaxInt64) // row that is stuck
		p := s.begin(o, func(p *process) {
			p.submit = func(b timesheet.Batch) error {
				id := timesheet.RowID(1)
				for b.Entries[0].Earliest != touchEntry(id).Earliest {
					id++
				}
				if id > 100 {
					mu.Lock()
					first = min(first, id)
					mu.Unlock()
					<-stuck
				}
				return nil
			}
		})
		s.pass(30 * time.Second)
		if c := s.checkpoint(); c.Settled != first-1 || c.Settled < 100 {
			s.Errorf("%d is settled, and %d is the first that isn't durable", c.Settled, first)
		}
		s.expect(p, timesheet.SourceCatchingUp, first-1, first-1, 0)
		if most := p.most; most != 2 {
			s.Errorf("%d batches were on their way", most)
		}
		close(stuck)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 500, 500, 0)
		if c := s.checkpoint(); c.Settled != 500 {
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
	inWorld(t, "is written at the end", func(s *sim) {
		s.source.fill(1, 10)
		o := usual("a")
		o.Interval = 100 * time.Millisecond
		p := s.begin(o)
		s.pass(10 * time.Second)
		for last := timesheet.RowID(11); last < 15; last++ {
			s.source.fill(last, last)
			s.pass(150 * time.Millisecond)
		}
		if c := s.checkpoint(); c.Settled >= 14 {
			s.Errorf("%d is settled before the end", c.Settled)
		}
		p.quit()
		if c := s.checkpoint(); c.Settled != 14 {
			s.Errorf("%d is settled at the end", c.Settled)
		}
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
