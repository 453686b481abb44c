package ingest_test

import (
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/storetest"
)

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
			s.expect(p, c.state, math.MinInt64, math.MinInt64, 0)
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
		s.expect(p, timesheet.SourcePolling, math.MinInt64, math.MinInt64, 0)
	})
	inWorld(t, "an answer that isn't in order is refused", func(s *sim) {
		s.source.fill(1, 100)
		s.source.rows[50].ID = 40
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.complains(p, timesheet.SourceStopped, "the id column must be unique")
		s.expect(p, timesheet.SourceStopped, math.MinInt64, math.MinInt64, 0)
	})
}
