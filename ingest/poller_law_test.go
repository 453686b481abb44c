package ingest_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/storetest"
)

func TestPollerLosesNothing(t *testing.T) {
	t.Run("while writers hold transactions, roll back and jump", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"))
			s.minute(time.Second, func() {})
			s.settles(p)
		})
	})
	t.Run("with more gaps than one poll reads again", func(t *testing.T) {
		each(t, func(s *sim) {
			o := polling("a")
			o.GapAge, o.Interval = 2*time.Minute, 200*time.Millisecond
			p := s.begin(o)
			s.rollbacks = 0.4
			s.minute(time.Second, func() {})
			if open := p.poller.Status().OpenGaps; open < 500 {
				s.Errorf("only %d gaps", open)
			}
			s.settles(p)
		})
	})
	t.Run("though it is killed every 2 seconds", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"))
			s.minute(2*time.Second, func() {
				p.kill()
				p = s.begin(polling("b"))
			})
			s.settles(p)
		})
	})
	t.Run("with two pollers of which one is killed now and then", func(t *testing.T) {
		each(t, func(s *sim) {
			a, b := s.begin(polling("a")), s.begin(polling("b"))
			s.minute(3*time.Second, func() {
				if s.rng.IntN(2) == 0 {
					a, b = b, a
				}
				a.kill()
				a = s.begin(polling("c"))
			})
			s.settles(b)
		})
	})
	t.Run("with two pollers that both read", func(t *testing.T) {
		each(t, func(s *sim) {
			other := polling("b")
			other.Source = "the same again" // has a lease of its own
			p := s.begin(polling("a"))
			s.begin(other)
			s.minute(time.Second, func() {})
			s.settles(p)
		})
	})
	t.Run("though the store is emptied, rolled back and restarted", func(t *testing.T) {
		each(t, func(s *sim) {
			s.lossy = true
			p := s.begin(polling("a"))
			before := s.store.Snapshot()
			s.minute(4*time.Second, func() {
				switch s.rng.IntN(5) {
				case 0:
					s.store.Restart()
				case 1:
					s.store.Restore(before)
				case 2:
					before = s.store.Snapshot()
				case 3:
					s.store.Clear()
					if _, err := s.store.SetDayRules(s.Context(), 0, siteRules("Europe/Berlin")); err != nil {
						s.Fatal(err)
					}
				case 4:
					p.kill()
					p = s.begin(polling("b"))
				}
			})
			s.settles(p)
		})
	})
	t.Run("though source and store fail now and then", func(t *testing.T) {
		each(t, func(s *sim) {
			p := s.begin(polling("a"), func(p *process) {
				for i, method := range []string{"Merge", "Checkpoint", "Advance", "Rewind", "Acquire", "Reject", "Rejected"} {
					p.On(method, storetest.Random(s.rng.Uint64()+uint64(i), 0.05, 100*time.Millisecond))
				}
			})
			s.source.setFault(s.flaky(0.1))
			s.minute(5*time.Second, func() {})
			s.source.setFault(nil)
			for _, method := range []string{"Merge", "Checkpoint", "Advance", "Rewind", "Acquire", "Reject", "Rejected"} {
				p.On(method, nil)
			}
			sleep(30 * time.Second)
			s.settles(p)
		})
	})
}

// flaky is a view that is slow, fails and cuts answers.
func (s *sim) flaky(rate float64) func(string) (int, error) {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(s.rng.Uint64(), 3))
	return func(string) (int, error) {
		mu.Lock()
		dice, slow, cut := rng.Float64(), rng.Int64N(int64(20*time.Millisecond)), rng.IntN(10)
		mu.Unlock()
		sleep(time.Duration(slow))
		if dice < rate {
			return cut, timesheet.NewError(timesheet.Unavailable, "read the view", errors.New("deadlock victim"))
		}
		return 0, nil
	}
}

// TestReadingByIDAloneLosesRows shows that the simulation can fail: what takes the
// highest id that it read for a watermark loses rows.
func TestReadingByIDAloneLosesRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sim{TB: t, rng: rand.New(rand.NewPCG(1, 7)), source: newClockings(), store: site(t), rollbacks: 0.05}
		p := &process{t: t, source: s.source}
		last, read := timesheet.RowID(0), 0
		s.minute(50*time.Millisecond, func() {
			rows, err := p.Page(t.Context(), last, 1000, nil)
			if err != nil {
				t.Fatal(err)
			}
			if read += len(rows); len(rows) > 0 {
				last = rows[len(rows)-1].ID
			}
		})
		if all := len(s.source.rows); read > all*9/10 {
			t.Errorf("%d of %d rows were read; the simulation is too tame", read, all)
		}
	})
}
