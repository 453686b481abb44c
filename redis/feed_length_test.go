package redis_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
)

// TestFeedLength: what a feed holds is bounded in bytes, whatever the events are like,
// and readers may be far behind where they are small.
func TestFeedLength(t *testing.T) {
	const length, total = 512, 6000
	server := redistest.Start(t)
	o := quiet(server.URL())
	o.Partitions, o.FeedLength = 1, length
	for _, sizes := range [][]int{{1}, {4}, {5}, {20}, {128}, {1000}, {1000, 64, 32, 16, 8, 4}} {
		t.Run(fmt.Sprint("events of ", sizes), func(t *testing.T) {
			server.Command("FLUSHALL")
			s := open(t, o)
			es, n := epochs(t, s), 0
			for _, size := range sizes {
				for begin := n; n < begin+total/len(sizes); {
					batch := make([]timesheet.Entry, size)
					for i := range batch {
						batch[i] = entryOf(n, 20_000, 40_000)
						n++
					}
					mergeAll(t, s, deltasOf(batch, es))
				}
			}
			usage := server.Command("MEMORY", "USAGE", "ts:1:{0}:feed", "SAMPLES", "0")
			bytes, err := strconv.Atoi(strings.TrimPrefix(usage, ":"))
			if most := map[bool]int{true: 160, false: 320}[len(sizes) == 1] * length; err != nil || bytes > most {
				t.Errorf("the feed takes %s bytes after %d entries, not %d at most", usage, n, most)
			}
		})
	}
	t.Run("small events wait for a reader", func(t *testing.T) {
		s := open(t, o)
		es, f := epochs(t, s), watch(t, s)
		for i := range length {
			batch := make([]timesheet.Entry, 4)
			for k := range batch {
				batch[k] = entryOf(4*i+k, 20_100, 40_000)
			}
			mergeAll(t, s, deltasOf(batch, es))
		}
		for i, c := range next(t, f, 4*length) {
			if c.Kind != timesheet.Set {
				t.Fatalf("change %d is %v", i, c)
			}
		}
	})
}
