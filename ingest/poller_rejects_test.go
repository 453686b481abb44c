package ingest_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"timesheet"
	"timesheet/storetest"
)

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
		s.source.equal(s, s.store)
		s.pass(3 * time.Second)
		if n := p.poller.Status().Rejected.Kept; n != 2 {
			s.Errorf("%d", n)
		}
	})
	inWorld(t, "and what becomes possible later stays rejected, though the list can't be read", func(s *sim) {
		s.source.fill(1, 20)
		p := s.begin(usual("a"))
		s.pass(3 * time.Second)
		p.On("Rejected", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		future := touchOf(21)
		future.Clocking.At = timesheet.At(timesheet.InstantOf(inBubble()).Add(10 * time.Minute))
		s.source.fill(22, 30)
		want := fold(s.source.ever)
		s.source.commit(future)
		s.pass(time.Hour)
		if got := storetest.Contents(s, s.store); len(got) != len(want) {
			s.Errorf("%d entries, want %d", len(got), len(want))
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
