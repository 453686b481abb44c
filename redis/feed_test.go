package redis_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

func watch(t *testing.T, s timesheet.Store) timesheet.Feed {
	t.Helper()
	f, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// next reads the feed until it has told of n changes.
func next(t *testing.T, f timesheet.Feed, n int) (all []timesheet.Change) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for len(all) < n {
		changes, err := f.Next(ctx)
		if err != nil {
			t.Fatalf("after %d changes: %v", len(all), err)
		}
		all = append(all, changes...)
	}
	return all
}

func onePartition(url string) redis.Options {
	o := quiet(url)
	o.Partitions, o.FeedLength = 1, 32
	return o
}

func TestFeed(t *testing.T) {
	server := redistest.Start(t)
	proxy := redistest.StartProxy(t, server)
	s := open(t, onePartition(proxy.URL()))
	es := epochs(t, s)
	merge := func(t *testing.T, i int) timesheet.Entry {
		t.Helper()
		e := entryOf(i, 20_000, 40_000)
		mergeAll(t, s, deltasOf([]timesheet.Entry{e}, es))
		return e
	}
	t.Run("a cut connection resumes without a reset", func(t *testing.T) {
		f := watch(t, s)
		for i := range 5 {
			e := merge(t, i)
			got := next(t, f, 1)
			if len(got) != 1 || got[0] != (timesheet.Change{Kind: timesheet.Set, Entry: e}) {
				t.Fatalf("told %v", got)
			}
			proxy.Cut()
			tokens(t, s) // connections are found dead one by one
		}
	})
	t.Run("what was trimmed before it was read is reset", func(t *testing.T) {
		f := watch(t, s)
		for i := range 1000 {
			merge(t, 100+i)
		}
		got := next(t, f, 1)
		if len(got) != 1 || got[0].Kind != timesheet.Reset {
			t.Fatalf("told %d changes, first %v", len(got), got[0])
		}
		e := merge(t, 5000)
		if got = next(t, f, 1); len(got) != 1 || got[0].Entry != e {
			t.Fatalf("after the reset: %v", got)
		}
	})
	t.Run("a stream emptied by hand is reset", func(t *testing.T) {
		f := watch(t, s)
		merge(t, 5500)
		server.Command("XTRIM", "ts:1:{0}:feed", "MAXLEN", "0")
		if got := next(t, f, 1); len(got) != 1 || got[0].Kind != timesheet.Reset {
			t.Fatalf("told %v", got)
		}
	})
	t.Run("no change makes no event", func(t *testing.T) {
		f := watch(t, s)
		merge(t, 6000)
		merge(t, 6000)
		merge(t, 6001)
		if got := next(t, f, 2); len(got) != 2 {
			t.Fatalf("told %v", got)
		}
	})
	t.Run("an erased id doesn't stay in the stream", func(t *testing.T) {
		f := watch(t, s)
		e := merge(t, 7000)
		if _, err := s.Erase(t.Context(), e.Employee); err != nil {
			t.Fatal(err)
		}
		if got := next(t, f, 1); len(got) != 1 || got[0].Kind != timesheet.Reset {
			t.Fatalf("told %v", got)
		}
		if n := server.Command("XLEN", "ts:1:{0}:feed"); n != ":1" {
			t.Errorf("the stream has %s events", n)
		}
		es = epochs(t, s)
	})
	t.Run("a cancelled Next loses nothing", func(t *testing.T) {
		f := watch(t, s)
		for i := range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			_, err := f.Next(ctx)
			cancel()
			if timesheet.CodeOf(err) != timesheet.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			e := merge(t, 8000+i)
			if got := next(t, f, 1); len(got) != 1 || got[0].Entry != e {
				t.Fatalf("told %v", got)
			}
		}
	})
	t.Run("a restarted server resets, and the feed goes on", func(t *testing.T) {
		f := watch(t, s)
		server.Kill()
		server.Restart()
		if got := next(t, f, 1); got[0].Kind != timesheet.Reset {
			t.Fatalf("told %v", got)
		}
		tokens(t, s)
		e := merge(t, 9000)
		if got := next(t, f, 1); got[0].Entry != e {
			t.Fatalf("told %v", got)
		}
	})
	t.Run("a merge that failed half-way resets", func(t *testing.T) {
		const day = 21_000
		f := watch(t, s)
		server.Command("HSET", "ts:1:{0}:days", dayKey(day), "2")
		server.Command("SET", "ts:1:{0}:d:"+dayKey(day)+":1", "no hash")
		for _, m := range s.Merge(t.Context(), deltasOf(entries(20, day), epochs(t, s))) {
			if m.Err == nil {
				t.Fatal("merged")
			}
		}
		if got := next(t, f, 1); len(got) != 1 || got[0].Kind != timesheet.Reset {
			t.Fatalf("told %v", got)
		}
		server.Command("DEL", "ts:1:{0}:d:"+dayKey(day)+":1")
	})
	t.Run("Close of the store ends a waiting Next", func(t *testing.T) {
		own := open(t, onePartition(server.URL()))
		f := watch(t, own)
		ended := make(chan error, 1)
		go func() { _, err := f.Next(context.Background()); ended <- err }()
		own.Close()
		if err := <-ended; timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Fatal(err)
		}
	})
}

func dayKey(d timesheet.Day) string {
	y, m, day := d.Date()
	return fmt.Sprintf("%04d%02d%02d", y, int(m), day)
}
