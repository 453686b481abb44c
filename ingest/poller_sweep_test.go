package ingest_test

import (
	"testing"
	"time"

	"timesheet"
	"timesheet/storetest"
)

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

func TestPollerWithoutSweep(t *testing.T) {
	inWorld(t, "reads no row twice, and still notices ids that began anew", func(s *sim) {
		s.source.fill(1, 50)
		o := usual("a")
		o.SweepAge = -1
		p := s.begin(o).pass5(s)
		changed := touchOf(20)
		changed.Clocking.Employee = "changed"
		s.source.commit(changed)
		s.pass(time.Hour)
		if stored := storetest.Contents(s, s.store); len(stored) >= len(fold(s.source.ever)) {
			s.Error("the row that was changed was read again")
		}
		s.source.reseed(1)
		s.source.others(1, 80)
		s.pass(11 * time.Minute)
		s.complains(p, timesheet.SourceStopped, "16 have changed")
	})
}

func TestPollerSweepsUnderLoad(t *testing.T) {
	inWorld(t, "where there is always more to read", func(s *sim) {
		s.source.fill(1, 50)
		o := usual("a")
		o.Page, o.SweepEvery = 4, 10*time.Second
		s.source.setFault(func(string) (int, error) {
			sleep(20 * time.Millisecond)
			return 0, nil
		})
		p := s.begin(o)
		s.pass(5 * time.Second)
		s.source.commit(late(0))
		for id := timesheet.RowID(51); id < 40_000; id += 10 { // more than it can read
			s.source.fill(id, id+9)
			s.pass(20 * time.Millisecond)
		}
		if state := p.poller.Status().State; state != timesheet.SourceCatchingUp {
			s.Errorf("it is %s", state)
		}
		days, err := s.store.Range(s.Context(), "late", timesheet.FirstDay, timesheet.LastDay)
		if err != nil || len(days) != 1 {
			s.Error("a row that came with a low id was not seen", days, err)
		}
	})
}
