package clocking

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// A locking reader sees what is committed ahead of it while it reads; one of a
// snapshot doesn't.
func TestRowsCommittedMeanwhile(t *testing.T) {
	for how, want := range map[reading]int{waiting: 401, skipping: 401, versions: 400} {
		s := New(Options{})
		for range 400 {
			s.Insert("E", Wall(0))
		}
		s.Jump(1)
		n := 0
		read := &scan{system: s, how: how, spans: []span{{1, 350}, {351, maxID}}, limit: 1000}
		err := read.each(t.Context(), func(rows []row, _ []employee) (bool, error) {
			if n == 0 {
				s.Insert("E", Wall(0))
				if err := s.InsertAt(-1, "E", Wall(0)); err != nil { // behind it
					return false, err
				}
			}
			n += len(rows)
			return true, nil
		})
		if n != want || err != nil {
			t.Errorf("reading %d: %d rows, %v; want %d", how, n, err, want)
		}
	}
}

// naive reads as one would at first: what is above the highest id seen.
func naive(s *System, how reading, stop <-chan struct{}) (seen map[int64]bool, err error) {
	seen = make(map[int64]bool)
	last := int64(0)
	for ended := false; !ended; {
		select {
		case <-stop:
			ended = true // one more poll
		case <-time.After(50 * time.Millisecond):
		}
		poll := &scan{system: s, how: how, spans: []span{{last + 1, maxID}}, limit: 10_000, timeout: forEver}
		err := poll.each(context.Background(), func(rows []row, _ []employee) (bool, error) {
			for _, r := range rows {
				seen[r.id], last = true, r.id
			}
			return true, nil
		})
		if err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// "id > last" loses rows, unless readers wait for those in flight.
func TestNaiveReaderLosesRows(t *testing.T) {
	for name, c := range map[string]struct {
		how  reading
		rate float64
		late float64
		lose bool
	}{
		"of a snapshot":                         {versions, 0, 0, true},
		"that skips rows in flight":             {skipping, 0, 0, true},
		"that skips at 1,000 a second":          {skipping, 1000, 0, true},
		"that waits":                            {waiting, 0, 0, false},
		"that waits at 1,000 a second":          {waiting, 1000, 0, false},
		"that waits, while ids are taken early": {waiting, 0, 0.5, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{Snapshot: c.how == versions})
				staff := generate.New(generate.Options{Employees: 100})
				w := s.StartWriters(WriterOptions{
					Rows: AtOnce(Stamped(staff, time.Now)), Rate: c.rate, Writers: 8, MaxHold: 300 * time.Millisecond,
					Rollback: 0.1, Late: c.late, JumpEvery: 200, Seed: 7,
				})
				stop := make(chan struct{})
				var counts WriterCounts
				go func() {
					time.Sleep(15 * time.Second) //nolint:forbidigo // inside a bubble
					counts = w.Stop()
					close(stop)
				}()
				seen, err := naive(s, c.how, stop)
				if err != nil {
					t.Fatal(err)
				}
				lost := 0
				for r := range s.Rows() {
					if !seen[r.ID] {
						lost++
					}
				}
				t.Logf("%d of %d rows lost; %+v", lost, s.Len(), counts)
				if s.Len() != counts.Committed || counts.Committed < 500 || counts.RolledBack == 0 {
					t.Errorf("%d rows; %+v", s.Len(), counts)
				}
				if share := float64(lost) / float64(s.Len()); c.lose && share < 0.2 || !c.lose && lost > 0 {
					t.Errorf("%d of %d rows lost", lost, s.Len())
				}
			})
		})
	}
}

// The same seed writes the same, in the same order; another writes another.
func TestWritersAreDeterministic(t *testing.T) {
	written := func(t *testing.T, seed uint64, rate float64) (history []int64) {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			staff := generate.New(generate.Options{Employees: 10})
			rows := Backlog(staff, timesheet.DayOf(2026, time.November, 23), 400)
			w := s.StartWriters(WriterOptions{
				Rows: AtOnce(rows), Rate: rate, Writers: 5, MinHold: 10 * time.Millisecond, MaxHold: 90 * time.Millisecond,
				Rollback: 0.2, Retry: true, Late: 0.1, JumpEvery: 50, Seed: seed,
			})
			for tick := time.NewTicker(time.Millisecond); ; {
				synctest.Wait()
				history = append(history, int64(s.Len()), s.Max(), int64(s.InFlight()))
				select {
				case <-w.Done():
					tick.Stop()
					for r := range s.Rows() {
						history = append(history, r.ID, int64(r.At.Wall()), int64(len(r.Employee)))
					}
					if n := w.Counts(); n.Committed != 400 || n.RolledBack == 0 || s.Len() != 400 || s.Max() < 400+8*identityCache {
						t.Errorf("%+v, %d rows to %d", n, s.Len(), s.Max())
					}
					return
				case <-tick.C:
				}
			}
		})
		return history
	}
	for _, rate := range []float64{0, 700} {
		first := written(t, 3, rate)
		if again := written(t, 3, rate); !slices.Equal(first, again) {
			t.Errorf("at rate %v, the same seed wrote otherwise", rate)
		}
		if other := written(t, 4, rate); slices.Equal(first, other) {
			t.Errorf("at rate %v, another seed wrote the same", rate)
		}
	}
}

func TestWriters(t *testing.T) {
	at := func(n int, due time.Duration) Arrival {
		return Arrival{Row{Employee: "E", At: Wall(timesheet.Wall(n))}, due}
	}
	t.Run("write rows when they are due", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			w := s.StartWriters(WriterOptions{
				Rows:    func(yield func(Arrival) bool) { _ = yield(at(1, time.Second)) && yield(at(2, 3*time.Second)) },
				MinHold: 100 * time.Millisecond, MaxHold: 100 * time.Millisecond,
			})
			for i, want := range []int{0, 1, 1, 2} {
				synctest.Wait()
				if s.Len() != want {
					t.Errorf("after %d s: %d rows, want %d", i, s.Len(), want)
				}
				time.Sleep(1150 * time.Millisecond) //nolint:forbidigo // inside a bubble
			}
			w.Wait()
		})
	})
	t.Run("keep the rate, by taking rows into open transactions", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			staff := generate.New(generate.Options{Employees: 3})
			w := s.StartWriters(WriterOptions{Rows: AtOnce(Stamped(staff, time.Now)), Rate: 5000, Writers: 8, MaxHold: 300 * time.Millisecond})
			time.Sleep(10 * time.Second) //nolint:forbidigo // inside a bubble
			if n := w.Stop().Inserted; n < 49_990 || n > 50_010 {
				t.Errorf("%d rows in 10 s", n)
			}
			if s.InFlight() != 0 {
				t.Errorf("%d rows in flight after Stop", s.InFlight())
			}
		})
	})
	t.Run("keep ids of their own, and refuse those taken", func(t *testing.T) {
		s := New(Options{})
		s.Insert("E", Wall(0))
		rows := func(yield func(Row) bool) {
			_ = yield(Row{ID: 1, Employee: "E"}) && yield(Row{ID: 70, Employee: "E"}) && yield(Row{ID: 60, Employee: "E"}) && yield(Row{Employee: "E"})
		}
		n := s.StartWriters(WriterOptions{Rows: AtOnce(rows)}).Wait()
		if n.Refused != 1 || n.Committed != 3 || s.Max() != 71 {
			t.Errorf("%+v, to %d", n, s.Max())
		}
	})
	t.Run("roll back at once when abandoned", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			rows := func(yield func(Row) bool) { _ = yield(Row{Employee: "E1"}) && yield(Row{Employee: "E2"}) }
			w := s.StartWriters(WriterOptions{Rows: AtOnce(rows), Writers: 2, Retry: true, MinHold: time.Hour})
			synctest.Wait()
			begin := time.Now()
			if n := w.Abandon(); n.RolledBack != 2 || s.Len()+s.InFlight() != 0 || time.Since(begin) > 0 {
				t.Errorf("%+v after %v", n, time.Since(begin))
			}
		})
	})
	t.Run("write again what a restart has ended", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			rows := func(yield func(Row) bool) { _ = yield(Row{Employee: "E"}) }
			w := s.StartWriters(WriterOptions{Rows: AtOnce(rows), Retry: true, MinHold: time.Second})
			synctest.Wait()
			s.Restart(0)
			if n := w.Wait(); n.RolledBack != 1 || n.Committed != 1 || s.Max() != 1002 {
				t.Errorf("%+v, to %d", n, s.Max())
			}
		})
	})
}
