package tests

import (
	"testing"
	"time"

	rows "timesheet/internal/clocking"
	"timesheet/internal/redistest"
)

// In these tests the store loses what it had while a service follows the source. It must
// notice by itself, and be equal to the source again, without a restart.

// loadMachines serves a system with n rows.
func loadMachines(t testing.TB, o rows.Options, n int) *rows.System {
	t.Helper()
	system := startMachines(t, o)
	loaded, err := system.Load(func(yield func(rows.Row) bool) {
		for k := range n {
			if !yield(matters(k)) {
				return
			}
		}
	})
	if err != nil || loaded != n {
		t.Fatalf("%d of %d rows loaded: %v", loaded, n, err)
	}
	return system
}

// awaitEqual waits until the store of s holds what the system shows.
func awaitEqual(t testing.TB, s *service, store string, system *rows.System, within time.Duration) {
	t.Helper()
	want := expected(shown(t, system))
	for deadline := time.Now().Add(within); time.Now().Before(deadline); <-time.After(200 * time.Millisecond) {
		if got := exported(t, store, "--server", s.url); len(got) == len(want) {
			equal := true
			for key := range want {
				equal = equal && got[key] == want[key]
			}
			if equal {
				return
			}
		}
	}
	requireEqual(t, exported(t, store), want)
}

func TestSourceAfterFlush(t *testing.T) {
	t.Parallel()
	server, system := redistest.Start(t), loadMachines(t, rows.Options{}, 20_000)
	a, b := startService(t, server.URL(), reading(system)...), startService(t, server.URL(), reading(system)...)
	a.read(system)
	b.read(system)
	requireSource(t, server.URL(), system)
	server.Command("FLUSHALL")
	for k := range 100 { // rows of now must not hide the loss of the others
		row := matters(20_000 + k)
		system.Insert(row.Employee, row.At)
	}
	awaitEqual(t, b, server.URL(), system, time.Minute)
	a.read(system)
	b.read(system)
}

func TestSourceAfterOlderAOF(t *testing.T) {
	t.Parallel()
	server, system := redistest.Start(t), loadMachines(t, rows.Options{}, 5_000)
	s := startService(t, server.URL(), reading(system)...)
	s.read(system)
	server.Stop()
	old := server.CopyAOF()
	server.Restart()
	for k := range 5_000 {
		row := matters(5_000 + k)
		system.Insert(row.Employee, row.At)
	}
	s.read(system)
	requireSource(t, server.URL(), system)
	server.RestoreAOF(old)
	awaitEqual(t, s, server.URL(), system, time.Minute)
}

func TestSourceAfterPromotionOfLaggingReplica(t *testing.T) {
	t.Parallel()
	first := redistest.Start(t)
	second := first.Replica(t)
	proxy := redistest.StartProxy(t, first)
	system := loadMachines(t, rows.Options{}, 5_000)
	s := startService(t, proxy.URL(), reading(system)...)
	s.read(system)
	second.Await(first.Command("DBSIZE"), "DBSIZE")
	second.Promote() // from here on it misses what the first is sent
	for k := range 5_000 {
		row := matters(5_000 + k)
		system.Insert(row.Employee, row.At)
	}
	s.read(system)
	requireSource(t, first.URL(), system)
	first.Kill()
	proxy.Switch(second)
	awaitEqual(t, s, second.URL(), system, time.Minute)
}

// TestTakeover kills the instance that reads: another must go on within 10 s.
func TestTakeover(t *testing.T) {
	t.Parallel()
	server, system := redistest.Start(t), loadMachines(t, rows.Options{}, 100)
	first := startService(t, server.URL(), reading(system)...)
	first.read(system)
	second := startService(t, server.URL(), reading(system)...)
	holder := second.read(system).Holder
	if holder == nil {
		t.Fatal("nobody reads")
	}
	first.kill()
	killed := time.Now()
	row := matters(100)
	id := system.Insert(row.Employee, row.At)
	status := second.awaitSource("taken over", 10*time.Second, func(s sourceStatus) bool { return s.LastID >= id })
	t.Logf("taken over after %v", time.Since(killed).Round(time.Millisecond))
	if status.Holder == nil || *status.Holder == *holder {
		t.Errorf("the dead instance %v still is the holder", status.Holder)
	}
	requireSource(t, server.URL(), system)
}
