package redis_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
	"timesheet/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quiet are options for a server, without its warnings.
func quiet(url string) redis.Options {
	return redis.Options{URL: url, Logger: slog.New(slog.DiscardHandler)}
}

func open(t testing.TB, o redis.Options) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestStore runs the conformance suite on one Redis, emptied for each store.
func TestStore(t *testing.T) {
	t.Parallel() // much of it is waiting
	server := redistest.Start(t)
	storetest.Run(t, harness(server))
}

func harness(server *redistest.Server) storetest.Harness {
	o := quiet(server.URL())
	o.FeedLength = 128 // of the suite's merges of 100: fewer than it waits for
	return storetest.Harness{
		Open: func(t testing.TB) timesheet.Store {
			t.Helper()
			server.Command("FLUSHALL")
			return open(t, o)
		},
		Again: func(t testing.TB, _ timesheet.Store) timesheet.Store {
			t.Helper()
			return open(t, o)
		},
		Shared: true,
	}
}
