package ingest_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"timesheet"
)

// TestPollerWallClock is what happens when the clock on the wall jumps.
func TestPollerWallClock(t *testing.T) {
	inWorld(t, "a day ahead and back: the entries aren't called fresh while the source is away", func(s *sim) {
		var off atomic.Int64
		s.source.fill(1, 50)
		o := usual("a")
		o.Now = func() time.Time { return inBubble().Add(time.Duration(off.Load())) }
		p := s.begin(o).pass5(s)
		off.Store(int64(24 * time.Hour))
		s.pass(5 * time.Second)
		off.Store(0)
		s.pass(5 * time.Second)
		s.source.setFault(func(string) (int, error) {
			return 0, timesheet.NewError(timesheet.Unavailable, "", errors.New("away"))
		})
		s.pass(time.Minute)
		if lag := timesheet.InstantOf(o.Now()).Sub(p.poller.Status().AsOf); lag < 55*time.Second || lag > 65*time.Second {
			s.Errorf("the lag is %v", lag)
		}
	})
	for name, jump := range map[string]time.Duration{"forward": 24 * time.Hour, "back": -24 * time.Hour} {
		inWorld(t, "a day "+name+": no gap ages sooner, and a store that is emptied is filled again", func(s *sim) {
			var off atomic.Int64
			s.source.fill(1, 19)
			s.source.fill(21, 50)
			o := usual("a")
			o.Now = func() time.Time { return inBubble().Add(time.Duration(off.Load())) }
			p := s.begin(o).pass5(s)
			off.Store(int64(jump))
			s.pass(9 * time.Minute)
			s.expect(p, timesheet.SourcePolling, 50, 19, 1)
			s.source.commit(late(20))
			s.pass(3 * time.Second)
			s.expect(p, timesheet.SourcePolling, 50, 50, 0)
			s.source.fill(52, 60)
			s.pass(16 * time.Minute)
			s.expect(p, timesheet.SourcePolling, 60, 60, 0)
			s.loseEntries()
			s.pass(20 * time.Second)
			s.source.equal(s, s.store)
		})
	}
}
