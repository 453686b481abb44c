package bench

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"timesheet"
	"timesheet/actors"
	"timesheet/internal/redistest"
	"timesheet/pebble"
	"timesheet/redis"
)

// counting counts what a store is asked to write.
type counting struct {
	timesheet.Store
	entries, probes atomic.Int64
}

func (c *counting) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	for _, d := range deltas {
		c.entries.Add(int64(len(d.Entries)))
		if len(d.Entries) == 0 {
			c.probes.Add(1)
		}
	}
	return c.Store.Merge(ctx, deltas)
}

// TestRedelivery says that what an actor still knows costs no write, however it comes again:
// only probes, at most one for each partition and batch. On Redis the server says so too.
func TestRedelivery(t *testing.T) {
	server := redistest.Start(t)
	onRedis, err := redis.Open(t.Context(), redis.Options{URL: server.URL(), Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	onPebble, err := pebble.Open(t.Context(), t.TempDir(), pebble.Options{Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	writes := func() string {
		var of []string
		for line := range strings.SplitSeq(server.Command("INFO", "commandstats"), "\r\n") {
			if name, rest, _ := strings.Cut(line, ":"); slices.Contains([]string{"cmdstat_hset", "cmdstat_xadd", "cmdstat_set", "cmdstat_del"}, name) {
				calls, _, _ := strings.Cut(rest, ",")
				of = append(of, name+" "+calls)
			}
		}
		slices.Sort(of)
		return strings.Join(of, ", ")
	}
	for name, inner := range map[string]timesheet.Store{"pebble": onPebble, "redis": onRedis} {
		t.Run(name, func(t *testing.T) {
			s := &counting{Store: fresh(t, inner, nil)}
			sys, err := actors.Start(t.Context(), s, actors.Options{Logger: discard})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := sys.Stop(context.Background()); err != nil {
					t.Error(err)
				}
			}()
			const size = 4000 // four batches are four days: what an actor remembers
			tr := newTraffic(0, 1000, size, 0)
			submit(t, sys, 4, tr)
			s.entries.Store(0)
			s.probes.Store(0)
			before := writes()
			again := newTraffic(0, 1000, size/2, 0) // split otherwise
			submit(t, sys, 8, again)
			slices.Reverse(again.ids) // and in another order
			again.next = 0
			submit(t, sys, 8, again)
			if n := s.entries.Load(); n != 0 {
				t.Errorf("%d entries were written again", n)
			}
			if n := s.probes.Load(); n == 0 || n > int64(16*s.Partitions()) {
				t.Errorf("%d probes for 16 batches and %d partitions", n, s.Partitions())
			}
			if after := writes(); after != before {
				t.Errorf("Redis wrote: before %s, after %s", before, after)
			}
			if got := sys.Stats(); got.Unchanged != 32_000 || got.Clockings != 48_000 {
				t.Errorf("%d clockings, %d of them unchanged", got.Clockings, got.Unchanged)
			}
		})
	}
}
