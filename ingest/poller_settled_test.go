package ingest_test

import (
	"testing"
	"time"

	"timesheet"
)

// A day is over for good once all rows that were visible after its end are durable, and
// no id awaited could be an older row.
func TestPollerSettles(t *testing.T) {
	inWorld(t, "a moment when nothing older is awaited", func(s *sim) {
		now := func() timesheet.Instant { return timesheet.InstantOf(inBubble()) }
		s.source.fill(1, 4)
		a := s.begin(usual("a"))
		b := s.begin(usual("b")) // doesn't read, and tells the same
		settled := func(least, most timesheet.Instant) {
			s.Helper()
			for _, p := range []*process{a, b} {
				if got := p.poller.Status().SettledAsOf; got < least || got > most {
					s.Errorf("settled as of %v, want %v to %v", got.Time(), least.Time(), most.Time())
				}
			}
		}
		s.pass(time.Minute)
		midnight := now()
		settled(midnight.Add(-20*time.Second), midnight)

		s.source.fill(6, 9) // 5 may be a row of before midnight that commits late
		s.pass(10 * time.Minute)
		settled(midnight.Add(-20*time.Second), midnight.Add(2*time.Second))
		s.source.fill(11, 12) // 10 is younger
		s.pass(6 * time.Minute)
		settled(midnight.Add(time.Second), midnight.Add(11*time.Minute))
		s.pass(10 * time.Minute)
		settled(now().Add(-20*time.Second), now())
	})
}
