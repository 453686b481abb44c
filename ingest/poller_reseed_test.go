package ingest_test

import (
	"errors"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// others is rows that have the same ids as those of touchOf, and are others.
func (c *clockings) others(first, last timesheet.RowID) {
	for id := first; id <= last; id++ {
		r := touchOf(id)
		r.Clocking.Employee = "other"
		c.commit(r)
	}
}

func TestPollerReseed(t *testing.T) {
	inWorld(t, "a falling highest id raises an alarm at once", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.source.others(1, 20)
		s.pass(3 * time.Second)
		s.complains(p, timesheet.SourceStopped, "the highest id fell from 50 to 20; nothing is read any more")
		s.complains(p, timesheet.SourceStopped, "timesheet source rescan")
	})
	inWorld(t, "an emptied table raises an alarm", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.pass(3 * time.Second)
		s.complains(p, timesheet.SourceStopped, "there are no rows any more, and there was one with id 50")
	})
	inWorld(t, "a table that has grown past the old one raises an alarm at the start", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		p.quit()
		s.source.reseed(1)
		s.source.others(1, 80)
		p = s.begin(usual("a"))
		s.pass(10 * time.Second)
		s.complains(p, timesheet.SourceStopped, "of 16 rows that were read lately, up to id 50, 0 are gone and 16 have changed")
		s.expect(p, timesheet.SourceStopped, 50, 50, 0)
	})
	inWorld(t, "and at the next sweep", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(60)
		s.source.fill(60, 80)
		s.source.fill(1, 50)
		s.pass(time.Second)
		s.pass(11 * time.Minute)
		if got := p.poller.Status(); got.State != timesheet.SourcePolling {
			s.Errorf("the rows that were read last are all there, yet %+v", got)
		}
		s.source.others(60, 75)
		s.pass(11 * time.Minute)
		s.complains(p, timesheet.SourceStopped, "16 rows")
	})
	inWorld(t, "as does one that has grown past the old one between two polls", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.source.others(1, 80)
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 80, 80, 0)
		s.pass(11 * time.Minute)
		s.complains(p, timesheet.SourceStopped, "of 32 rows that were read lately, up to id 80, 0 are gone and 16 have changed")
	})
	inWorld(t, "an alarm outlives the instance, and a rescan on any other ends it", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.source.others(1, 20)
		s.pass(3 * time.Second)
		p.kill()
		p = s.begin(usual("b"))
		other := s.begin(usual("c"))
		s.pass(20 * time.Second)
		s.source.others(21, 70)
		s.pass(20 * time.Second)
		for _, p := range []*process{p, other} {
			s.complains(p, timesheet.SourceStopped, "the highest id fell")
			s.expect(p, timesheet.SourceStopped, 50, 50, 0)
		}
		if err := other.poller.Rescan(s.Context(), 0, "as told"); err != nil {
			s.Fatal(err)
		}
		s.pass(7 * time.Second)
		s.expect(p, timesheet.SourcePolling, 70, -1, 1) // row 0 may still come
		s.source.equal(s, s.store)
		if c := s.checkpoint(); c.Generation != 2 || c.Reason != "as told" {
			s.Errorf("%d, %s", c.Generation, c.Reason)
		}
		s.pass(16 * time.Minute)
		s.expect(other, timesheet.SourcePolling, 70, 70, 0)
	})
	inWorld(t, "with the policy to rescan all is read again", func(s *sim) {
		s.source.fill(1, 50)
		o := usual("a")
		o.OnReseed = ingest.RescanOnReseed
		p := s.begin(o)
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.source.others(1, 20)
		s.pass(8 * time.Second)
		s.expect(p, timesheet.SourcePolling, 20, 20, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "the policy to rescan ends an alarm of before", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.reseed(1)
		s.source.others(1, 20)
		s.pass(5 * time.Second)
		p.quit()
		o := usual("a")
		o.OnReseed = ingest.RescanOnReseed
		p = s.begin(o)
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 20, 20, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "a rescan from an id reads from there", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.others(1, 50)
		if err := p.poller.Rescan(s.Context(), 31, "to see"); err != nil {
			s.Fatal(err)
		}
		s.pass(5 * time.Second)
		got, err := s.store.Range(s.Context(), "other", timesheet.FirstDay, timesheet.LastDay)
		if err != nil || len(got) == 0 {
			s.Fatal(got, err)
		}
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		p.On("Rewind", func(int) storetest.Fault {
			return storetest.Fault{Before: timesheet.NewError(timesheet.Conflict, "", nil)}
		})
		if err := p.poller.Rescan(s.Context(), 31, "to see"); !errors.Is(err, timesheet.Conflict) {
			s.Error(err)
		}
	})
}
