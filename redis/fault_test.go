package redis_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
	"timesheet/storetest"
)

// tokens are those of all partitions. Unavailable is tried again: a server that was
// restarted is away for a moment, and connections to it are found dead one by one.
func tokens(t *testing.T, s timesheet.Store) []timesheet.Token {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		probes := make([]timesheet.Delta, s.Partitions())
		for p := range probes {
			probes[p].Partition = timesheet.Partition(p)
		}
		var found []timesheet.Token
		for _, m := range s.Merge(t.Context(), probes) {
			if m.Err != nil && timesheet.CodeOf(m.Err) != timesheet.Unavailable {
				t.Fatal(m.Err)
			}
			if m.Err == nil {
				found = append(found, m.Token)
			}
		}
		if len(found) == len(probes) {
			return found
		}
		<-tick.C
	}
	t.Fatal("the store stays away")
	return nil
}

// entries are one of each of n employees.
func entries(n int, day timesheet.Day) []timesheet.Entry {
	es := make([]timesheet.Entry, n)
	for i := range es {
		es[i] = entryOf(i, day, 30_000+i)
	}
	return es
}

func wantContents(t *testing.T, s timesheet.Store, want []timesheet.Entry) {
	t.Helper()
	m := make(map[storetest.Key]timesheet.Entry)
	for _, e := range want {
		m[storetest.Key{Employee: e.Employee, Day: e.Day}] = e
	}
	if diff := cmp.Diff(m, storetest.Contents(t, s)); diff != "" {
		t.Fatalf("contents (-want +got):\n%s", diff)
	}
}

// differ fails unless each partition's token is another one; so says whether its
// epoch should be.
func differ(t *testing.T, before, after []timesheet.Token, epoch bool) {
	t.Helper()
	for p := range before {
		if before[p] == after[p] || before[p].Epoch != after[p].Epoch != epoch {
			t.Fatalf("partition %d: token %v became %v", p, before[p], after[p])
		}
	}
}

func TestServerLoss(t *testing.T) {
	// everysec may put a write itself off while the disk is busy: fine for a service
	// that says so, not for a test.
	server := redistest.Start(t, "--appendfsync", "always")
	fresh := func(t *testing.T) *redis.Store {
		server.Command("FLUSHALL")
		return open(t, quiet(server.URL()))
	}
	t.Run("kill -9 loses nothing acknowledged and changes the token", func(t *testing.T) {
		s := fresh(t)
		all := entries(3000, 20_000)
		storetest.Merge(t, s, all...)
		before := tokens(t, s)
		server.Kill()
		if m := s.Merge(t.Context(), make([]timesheet.Delta, 1)); timesheet.CodeOf(m[0].Err) != timesheet.Unavailable {
			t.Fatalf("a dead server: %v", m[0].Err)
		}
		server.Restart()
		differ(t, before, tokens(t, s), false)
		wantContents(t, s, all)
	})
	t.Run("an older append-only file changes the token", func(t *testing.T) {
		s := fresh(t)
		all := entries(300, 20_000)
		storetest.Merge(t, s, all[:100]...)
		old := server.CopyAOF()
		storetest.Merge(t, s, all[100:]...)
		before := tokens(t, s)
		server.RestoreAOF(old)
		differ(t, before, tokens(t, s), false)
		wantContents(t, s, all[:100])
	})
	t.Run("SCRIPT FLUSH amid pipelines is not noticed", func(t *testing.T) {
		s := fresh(t)
		all := entries(20_000, 20_000)
		es := epochs(t, s)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range 50 {
				server.Command("SCRIPT", "FLUSH", "SYNC")
			}
		})
		mergeAll(t, s, deltasOf(all, es))
		wg.Wait()
		mergeAll(t, s, deltasOf(all, es))
		wantContents(t, s, all)
	})
	t.Run("a frozen server is Unavailable in time", func(t *testing.T) {
		o := quiet(server.URL())
		o.Timeout = time.Second
		s := open(t, o)
		server.Pause()
		defer server.Resume()
		for name, call := range map[string]func(context.Context) error{
			"Ping":     s.Ping,
			"Merge":    func(ctx context.Context) error { return s.Merge(ctx, make([]timesheet.Delta, 1))[0].Err },
			"Days":     func(ctx context.Context) error { _, err := s.Days(ctx); return err },
			"DayRules": func(ctx context.Context) error { _, _, err := s.DayRules(ctx); return err },
		} {
			began := time.Now()
			if err := call(t.Context()); timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%s took %v", name, took)
			}
			for range 20 {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
				if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s doesn't tell that its context ended: %v", name, err)
				}
				cancel()
			}
		}
	})
}

// wantResets reads the feed until each partition was reset.
func wantResets(t *testing.T, s timesheet.Store, feed timesheet.Feed) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seen := make(map[timesheet.Partition]bool)
	for len(seen) < s.Partitions() {
		changes, err := feed.Next(ctx)
		if err != nil {
			t.Fatalf("after resets of %d partitions: %v", len(seen), err)
		}
		for _, c := range changes {
			if c.Kind == timesheet.Reset {
				seen[c.Partition] = true
			}
		}
	}
}
