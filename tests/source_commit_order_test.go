package tests

import (
	"math/rand/v2"
	"testing"
	"time"

	rows "timesheet/internal/clocking"
	"timesheet/internal/redistest"
)

// commitOrderFor is how long the machines write: long enough for every way in which
// transactions may overlap a poll.
const commitOrderFor = 60 * time.Second

// startWriters writes with 8 transactions open at once, each for up to 300 ms, of which
// some are rolled back; now and then 1,000 ids are lost.
func startWriters(t testing.TB, system *rows.System, seed uint64) *rows.Writers {
	t.Helper()
	w := system.StartWriters(rows.WriterOptions{
		Rows: rows.AtOnce(allMatter()), Rate: 300, Writers: 8, MaxHold: 300 * time.Millisecond,
		Rollback: 0.1, JumpEvery: 2500, Seed: seed,
	})
	t.Cleanup(func() { w.Stop() })
	return w
}

// requireSettled wants the open gaps to be those that will never be filled, and then
// none, once they are old enough.
func requireSettled(t testing.TB, s *service, system *rows.System) {
	t.Helper()
	status := s.read(system)
	if want := missing(system, status.SettledID, status.LastID); status.OpenGaps != want {
		t.Errorf("%d open gaps in %d to %d, want the %d ids that no row has", status.OpenGaps, status.SettledID, status.LastID, want)
	}
	s.awaitSource("without gaps", 90*time.Second, func(status sourceStatus) bool {
		return status.OpenGaps == 0 && status.SettledID == status.LastID
	})
}

// writeFor lets the machines write for their time, and does something every so often.
func writeFor(t testing.TB, w *rows.Writers, every time.Duration, do func()) rows.WriterCounts {
	t.Helper()
	end := time.After(commitOrderFor)
	for {
		select {
		case <-end:
			counts := w.Stop()
			if counts.RolledBack == 0 || counts.Committed < 1000 {
				t.Fatalf("too little was written: %+v", counts)
			}
			return counts
		case <-time.After(every):
			do()
		}
	}
}

func TestNoRowIsLostWhateverTheCommitOrder(t *testing.T) {
	t.Parallel()
	t.Run("one poller", func(t *testing.T) {
		t.Parallel()
		system, store := startMachines(t, rows.Options{}), "pebble:"+t.TempDir()
		s := startService(t, store, reading(system, "--gap-age", "10s")...)
		writeFor(t, startWriters(t, system, 1), time.Hour, func() {})
		requireSettled(t, s, system)
		s.stop(stopWithin)
		requireSource(t, store, system)
	})
	t.Run("killed every 2 s", func(t *testing.T) {
		t.Parallel()
		system, store := startMachines(t, rows.Options{}), "pebble:"+t.TempDir()
		args := reading(system, "--gap-age", "10s")
		s := startService(t, store, args...)
		kills := 0
		writeFor(t, startWriters(t, system, 2), 2*time.Second, func() {
			s.kill()
			kills++
			s = startService(t, store, args...)
		})
		if kills < 10 {
			t.Errorf("only %d kills", kills)
		}
		requireSettled(t, s, system)
		s.stop(stopWithin)
		requireSource(t, store, system)
	})
	t.Run("two pollers and one that takes over", func(t *testing.T) {
		t.Parallel()
		system, store := startMachines(t, rows.Options{}), redistest.Start(t).URL()
		args := reading(system, "--gap-age", "10s")
		instances := []*service{
			startService(t, store, args...), startService(t, store, args...),
			// Under another name it has a lease of its own: this one polls beside the others.
			startService(t, store, append(args, "--source-name", "beside")...),
		}
		random := rand.New(rand.NewPCG(1, 1))
		writeFor(t, startWriters(t, system, 3), 12*time.Second, func() {
			k := random.IntN(len(instances))
			instances[k].kill()
			more := args
			if k == 2 {
				more = append(more, "--source-name", "beside")
			}
			instances[k] = startService(t, store, more...)
		})
		for _, s := range instances {
			requireSettled(t, s, system)
		}
		for _, s := range instances {
			s.stop(stopWithin)
		}
		requireSource(t, store, system)
	})
}
