package pebble_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"timesheet"
	"timesheet/pebble"
	"timesheet/storetest"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestStore is the conformance suite: on disk, and with tiny tables in memory so
// that everything it does also crosses flushes and compactions.
func TestStore(t *testing.T) {
	t.Run("on disk", func(t *testing.T) {
		conform(t, 5, func(t testing.TB) (string, pebble.Options) { return t.TempDir(), pebble.Options{} })
	})
	t.Run("in small tables", func(t *testing.T) {
		conform(t, 15, func(testing.TB) (string, pebble.Options) {
			return "store", pebble.Options{FS: vfs.NewMem(), MemTableBytes: 64 << 10, CacheBytes: 64 << 10}
		})
	})
}

func conform(t *testing.T, checks int, place func(testing.TB) (dir string, o pebble.Options)) {
	type home struct {
		dir string
		o   pebble.Options
	}
	var mu sync.Mutex
	homes := make(map[timesheet.Store]home)
	at := func(t testing.TB, h home) timesheet.Store {
		h.o.Logger = slog.New(slog.DiscardHandler)
		s, err := pebble.Open(context.Background(), h.dir, h.o)
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		homes[s] = h
		return s
	}
	storetest.Run(t, storetest.Harness{
		Open: func(t testing.TB) timesheet.Store {
			dir, o := place(t)
			return at(t, home{dir, o})
		},
		Again: func(t testing.TB, s timesheet.Store) timesheet.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			h := homes[s]
			mu.Unlock()
			return at(t, h)
		},
		FeedBound: 70_000,
		Checks:    checks,
	})
}
