package ingest_test

import (
	"testing"
	"time"

	"timesheet"
)

// TestPollerNoReseed is what an alarm isn't raised for.
func TestPollerNoReseed(t *testing.T) {
	inWorld(t, "some rows that changed or are gone raise none, and what changed is read", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.others(40, 43)
		s.source.delete(48)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.equal(s, s.store)
		p.quit()
		p = s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
	})
	inWorld(t, "locked rows raise none", func(s *sim) {
		s.source.fill(1, 50)
		s.begin(usual("a")).pass5(s).quit()
		s.source.lock(true, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50)
		p := s.begin(usual("a"))
		s.pass(12 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.lock(false, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
	})
	inWorld(t, "nor does the last one, for a moment", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a")).pass5(s)
		s.source.lock(true, 50)
		s.pass(2500 * time.Millisecond)
		s.source.lock(false, 50)
		s.pass(time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
	})
	inWorld(t, "rows that changed long after they were read are read again", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(daily("a"))
		s.pass(5 * time.Hour)
		s.source.others(44, 47)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "nor do some that are locked for a while, whatever the last one is", func(s *sim) {
		s.source.fill(1, 50)
		s.begin(usual("a")).pass5(s).quit()
		s.source.lock(true, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49)
		p := s.begin(usual("a"))
		s.pass(15 * time.Second)
		s.source.lock(false, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49)
		s.pass(time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.reseed(51)
		s.source.fill(51, 53) // most fingerprints are of rows before
		s.pass(11 * time.Minute)
		s.complains(p, timesheet.SourceStopped, "are gone")
	})
	inWorld(t, "rows that couldn't be used and were mended raise none", func(s *sim) {
		for id := timesheet.RowID(1); id <= 50; id++ {
			s.source.commit(timesheet.Row{ID: id, Fault: "it has no time"})
		}
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.source.fill(1, 50)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
	})
	inWorld(t, "the first rows of all that were changed raise none", func(s *sim) {
		s.source.fill(1, 1)
		p := s.begin(usual("a")).pass5(s)
		s.source.others(1, 1)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 1, 1, 0)
		s.source.fill(2, 3)
		s.pass(11 * time.Minute)
		s.source.others(1, 3)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 3, 3, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "nor does the very first one, when many came after it", func(s *sim) {
		s.source.fill(1, 1)
		p := s.begin(usual("a")).pass5(s)
		s.source.fill(2, 50)
		s.pass(5 * time.Second)
		s.source.others(1, 1)
		s.pass(11 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 50, 50, 0)
		s.source.equal(s, s.store)
	})
}

// TestPollerLostRows is a source that went back a while: the last rows read are gone, and
// new ones have come above them.
func TestPollerLostRows(t *testing.T) {
	inWorld(t, "raise an alarm though new ones are read meanwhile", func(s *sim) {
		s.source.fill(1, 50)
		p := s.begin(usual("a")).pass5(s)
		s.pass(11 * time.Minute) // a check
		s.source.fill(51, 100)
		s.pass(3 * time.Second)
		p.quit()
		for id := timesheet.RowID(51); id <= 100; id++ {
			s.source.delete(id)
		}
		s.source.fill(1001, 1050)
		p = s.begin(usual("a"))
		s.pass(time.Minute)
		s.complains(p, timesheet.SourceStopped, "of 32 rows that were read lately, up to id 100, 16 are gone")
	})
}
