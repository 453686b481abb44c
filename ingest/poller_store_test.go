package ingest_test

import (
	"testing"
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
	inWorld(t, "what was lowered is read again, if it is no older", func(s *sim) {
		s.source.fill(1, 100)
		p := s.begin(daily("a"))
		s.pass(time.Minute)
		for _, e := range storetest.Contents(s, s.store) {
			if errs := s.store.Replace(s.Context(), []timesheet.Replacement{{Old: e}}); errs[0] != nil {
				s.Fatal(errs[0])
			}
		}
		s.pass(20 * time.Second)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 100, 100, 0)
	})
	inWorld(t, "and what was awaited for longer than that is awaited still", func(s *sim) {
		s.source.fill(1, 4)
		s.source.fill(6, 9)
		p := s.begin(daily("a"))
		s.pass(time.Minute)
		s.source.setFault(func(string) (int, error) { return 0, storetest.ErrInjected })
		s.pass(6 * time.Hour)
		s.store.Restart()
		s.pass(time.Minute)
		s.source.setFault(nil)
		s.source.fill(5, 5)
		s.pass(time.Minute)
		s.source.equal(s, s.store)
		s.expect(p, timesheet.SourcePolling, 9, 9, 0)
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
