package ingest_test

import (
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
)

// late is the row of an id, of an employee who has no other.
func late(id timesheet.RowID) timesheet.Row {
	r := touchOf(id)
	r.Clocking.Employee = "late"
	return r
}

func TestPollerRescan(t *testing.T) {
	inWorld(t, "gaps below the row that it begins with are still awaited", func(s *sim) {
		s.source.fill(1, 19)
		s.source.fill(21, 50)
		p := s.begin(usual("a")).pass5(s)
		s.expect(p, timesheet.SourcePolling, 50, 19, 1)
		if err := p.poller.Rescan(s.Context(), 31, "to see"); err != nil {
			s.Fatal(err)
		}
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 50, 19, 1)
		s.source.commit(late(20))
		s.pass(3 * time.Second)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "nothing is left out between what was read and a row far ahead", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a")).pass5(s)
		if err := p.poller.Rescan(s.Context(), 1000, "a slip of the finger"); err != nil {
			s.Fatal(err)
		}
		s.pass(5 * time.Second)
		s.source.commit(late(51))
		s.pass(3 * time.Second)
		s.expect(p, timesheet.SourcePolling, 51, 51, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "after an alarm it begins where it is told to, whatever was awaited before", func(s *sim) {
		s.source.fill(1, 19)
		s.source.fill(21, 50)
		p := s.begin(usual("a")).pass5(s)
		s.source.reseed(1001)
		s.source.fill(1, 3)
		s.pass(5 * time.Second)
		s.complains(p, timesheet.SourceStopped, "the highest id fell")
		s.source.fill(1001, 1010)
		if err := p.poller.Rescan(s.Context(), 1001, "as told"); err != nil {
			s.Fatal(err)
		}
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 1010, 1010, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "ids that began anew are read from the lowest, though reading began with a higher one", func(s *sim) {
		s.source.fill(1000, 1050)
		o := usual("a")
		o.OnReseed = ingest.RescanOnReseed
		from := timesheet.RowID(1000)
		o.FromID = &from
		p := s.begin(o).pass5(s)
		s.source.reseed(1)
		s.source.others(1, 20)
		s.pass(8 * time.Second)
		s.expect(p, timesheet.SourcePolling, 20, 20, 0)
		s.source.equal(s, s.store)
	})
}
