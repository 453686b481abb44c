package ingest_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// usual is the options of the tests that let the defaults be.
func usual(holder string) ingest.PollerOptions {
	return ingest.PollerOptions{Holder: holder, Now: inBubble}
}

// inWorld runs a test in a bubble, with an empty source and an empty store.
func inWorld(t *testing.T, name string, f func(s *sim)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &sim{TB: t, rng: rand.New(rand.NewPCG(1, 7)), source: newClockings(), store: site(t)}
			defer s.end()
			f(s)
		})
	})
}

// pass lets time pass.
func (s *sim) pass(d time.Duration) {
	sleep(d)
	synctest.Wait()
}

// expect says what the status is like, errors and times aside.
func (s *sim) expect(p *process, state timesheet.SourceState, last, settled timesheet.RowID, gaps int64) {
	s.Helper()
	got := p.poller.Status()
	if got.State != state || got.LastID != last || got.SettledID != settled || got.OpenGaps != gaps {
		s.Errorf("%s (%s), last %d, settled %d, %d open gaps; want %s, %d, %d, %d", got.State, got.Error,
			got.LastID, got.SettledID, got.OpenGaps, state, last, settled, gaps)
	}
}

// complains says that the status tells of trouble in words.
func (s *sim) complains(p *process, state timesheet.SourceState, words string) {
	s.Helper()
	if got := p.poller.Status(); got.State != state || !strings.Contains(got.Error, words) {
		s.Errorf("%s: %q; want %s: …%s…", got.State, got.Error, state, words)
	}
}

// checkpoint is what the store has.
func (s *sim) checkpoint() timesheet.Checkpoint {
	s.Helper()
	c, err := s.store.Checkpoint(s.Context(), "clocking")
	if err != nil {
		s.Fatal(err)
	}
	return c
}

func TestPollerGaps(t *testing.T) {
	inWorld(t, "close when their row comes", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "close when they have been open for long enough, not before", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(15*time.Minute - time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(30 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "do not age while the source can't be read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(10 * time.Minute)
		s.source.setFault(func(string) (int, error) {
			return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("no connection to the server"))
		})
		s.pass(10 * time.Hour)
		s.complains(p, timesheet.SourceRetrying, "no connection to the server")
		s.expect(p, timesheet.SourceRetrying, 9, 4, 1)
		s.source.setFault(nil)
		s.pass(4 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "do not age while only new rows can be read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(10 * time.Minute)
		s.source.setFault(func(call string) (int, error) {
			if call == "ranges" {
				return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("deadlock victim"))
			}
			return 0, nil
		})
		s.pass(5 * time.Hour)
		s.complains(p, timesheet.SourceRetrying, "deadlock victim")
		s.source.setFault(nil)
		s.pass(2 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
	})
	inWorld(t, "do not age while a read hangs", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(usual("a"))
		s.pass(time.Minute)
		answer := make(chan struct{})
		s.source.setFault(func(string) (int, error) {
			<-answer
			return 0, nil
		})
		s.pass(4 * time.Hour)
		close(answer)
		s.pass(10 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(5 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "do not age while no poller runs, for two days", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		s.begin(usual("a")).pass5(s).kill()
		s.source.fill(12, 13)
		s.pass(48 * time.Hour)
		p := s.begin(usual("b"))
		s.pass(10*time.Minute - 10*time.Second)
		s.expect(p, timesheet.SourcePolling, 13, 4, 3)
		s.source.fill(5, 5)
		s.pass(2 * time.Second)
		s.source.fill(10, 11)
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 13, 13, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "age across lives, by the time that the source was read", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		for range 2 {
			p := s.begin(usual("a")).pass5(s)
			s.expect(p, timesheet.SourcePolling, 9, 4, 1)
			p.quit()
			s.pass(time.Hour)
		}
		p := s.begin(usual("a"))
		s.pass(4 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 4, 1)
		s.pass(2 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
	})
	inWorld(t, "are bounded in number, and each is read again", func(s *sim) {
		const odd = 6000 // more than are kept, of single ids
		for id := timesheet.RowID(2); id <= odd; id += 2 {
			s.source.fill(id, id)
		}
		o := usual("a")
		o.Page = 500
		p := s.begin(o)
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, odd, 0, odd/2)
		for id := timesheet.RowID(1); id < odd; id += 2 {
			s.source.fill(id, id)
		}
		s.pass(time.Minute)
		s.expect(p, timesheet.SourcePolling, odd, odd, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "close though rows around them are deleted", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 30)
		p := s.begin(usual("a"))
		s.pass(2 * time.Second)
		s.source.delete(4, 6, 7)
		s.pass(16 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 30, 30, 0)
	})
}

// pass5 lets five minutes pass.
func (p *process) pass5(s *sim) *process {
	s.pass(5 * time.Minute)
	return p
}

func TestPollerSweep(t *testing.T) {
	inWorld(t, "finds rows that came with a low id, and rows that changed", func(s *sim) {
		s.source.fill(1, 50)
		o := usual("a")
		o.Page = 20 // a sweep takes several pages
		p := s.begin(o)
		s.pass(17 * time.Minute)
		s.source.fill(-3, 0)
		late := touchOf(20)
		late.Clocking = touchOf(777).Clocking
		s.source.commit(late)
		s.pass(2 * time.Second)
		if len(fold(s.source.ever)) == len(storetest.Contents(s, s.store)) {
			s.Error("they were seen without a sweep")
		}
		s.pass(10 * time.Minute)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
	})
	inWorld(t, "goes back a day, and no further", func(s *sim) {
		s.source.fill(1, 50)
		s.begin(daily("a"))
		s.pass(100 * time.Minute)
		s.source.fill(51, 100)
		s.pass(100 * time.Minute)
		before := len(storetest.Contents(s, s.store))
		late, old := touchOf(60), touchOf(40)
		late.Clocking.Employee, old.Clocking.Employee = "late", "old"
		s.source.commit(late, old)
		s.pass(12 * time.Minute)
		if got := len(storetest.Contents(s, s.store)); got != before+1 {
			s.Errorf("%d entries became %d", before, got)
		}
	})
	inWorld(t, "is due by the time of the last one, across lives", func(s *sim) {
		s.source.fill(1, 50)
		s.begin(usual("a")).pass5(s)
		s.pass(6 * time.Minute)
		s.source.fill(0, 0)
		for range 6 {
			s.lives[len(s.lives)-1].quit()
			s.begin(usual("a"))
			s.pass(2 * time.Minute)
		}
		s.source.equal(s, s.store)
	})
}
