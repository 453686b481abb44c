package redis_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/storetest"
)

// TestSplit lets days grow over many splits: the server keeps lists of 16 fields only.
func TestSplit(t *testing.T) {
	server := redistest.Start(t, "--hash-max-listpack-entries", "16")
	o := quiet(server.URL())
	o.Partitions = 2
	s, other := open(t, o), open(t, o)
	es := epochs(t, s)
	all := append(entries(4000, 20_000), entries(4000, 20_001)...)

	t.Run("two clients and a reader amid splits", func(t *testing.T) {
		mergeAll(t, s, deltasOf(all[:1000], es))
		var wg sync.WaitGroup
		for w, c := range []timesheet.Store{s, other} {
			wg.Go(func() {
				for i := 1000 + w*50; i < len(all); i += 100 { // batches that overlap the other client's
					for _, m := range c.Merge(t.Context(), deltasOf(all[i:min(i+60, len(all))], es)) {
						if m.Err != nil {
							t.Error(m.Err)
						}
					}
				}
			})
		}
		seen := make(map[timesheet.EmployeeID]int)
		for after := ""; ; {
			page, next, err := s.Board(t.Context(), 20_000, after, 37)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page {
				seen[e.Employee]++
			}
			if after = next; next == "" {
				break
			}
		}
		wg.Wait()
		for _, e := range all[:1000] {
			if seen[e.Employee] != 1 {
				t.Fatalf("an entry that was there all along came %d times", seen[e.Employee])
			}
		}
		wantContents(t, other, all)
	})
	t.Run("hashes stay compact lists", func(t *testing.T) {
		if got := server.Command("OBJECT", "ENCODING", "ts:1:{0}:d:20241004:0"); got != "listpack" {
			t.Errorf("a day's hash is a %s", got)
		}
		// A new day gets the width of the widest, so that it need not grow again.
		storetest.Merge(t, s, entries(10, 20_005)...)
		if got, want := server.Command("HGET", "ts:1:{0}:days", "20241009"), server.Command("HGET", "ts:1:{0}:state", "width"); got != want || got == "1" {
			t.Errorf("a new day is split %s, the widest %s", got, want)
		}
	})
	t.Run("point reads and removals find the bucket", func(t *testing.T) {
		for _, e := range all[4000:4020] {
			got, err := s.Range(t.Context(), e.Employee, 20_000, 20_001)
			if err != nil || len(got) != 2 {
				t.Fatal(got, err)
			}
		}
		if n, err := s.Erase(t.Context(), all[0].Employee); err != nil || n != 3 {
			t.Errorf("erased %d, %v", n, err)
		}
		if n, err := other.Purge(t.Context(), 20_001); err != nil || n != 3999 {
			t.Errorf("purged %d, %v", n, err)
		}
		if keys := server.Command("EVAL", "return table.concat(redis.call('KEYS', 'ts:1:*:d:20241004:*'), ' ')", "0"); strings.TrimSpace(keys) != "" {
			t.Errorf("left over: %s", keys)
		}
	})
	if fmt.Sprint(s.Days(t.Context())) != fmt.Sprint([]timesheet.Day{20_001, 20_005}, nil) {
		t.Error(s.Days(t.Context()))
	}
}

// TestSplit_manyDays merges more days at once than a client remembers the splits of,
// all of them less split than the widest.
func TestSplit_manyDays(t *testing.T) {
	server := redistest.Start(t, "--hash-max-listpack-entries", "16", "--appendonly", "no")
	o := quiet(server.URL())
	o.Partitions = 1
	s := open(t, o)
	var long []timesheet.Entry
	for d := range timesheet.Day(5000) {
		long = append(long, entryOf(0, 15_000+d, 0))
	}
	storetest.Merge(t, s, long...)
	storetest.Merge(t, s, entries(100, 20_000)...)
	other := open(t, o)
	storetest.Merge(t, other, entries(1, 20_000)...) // which tells it of the widest day
	for i := range long {
		long[i].Latest++
	}
	storetest.Merge(t, other, long...)
	got, err := other.Range(t.Context(), long[0].Employee, timesheet.FirstDay, timesheet.LastDay)
	if err != nil || len(got) < len(long) || got[0] != long[0] {
		t.Errorf("%d entries, %v", len(got), err)
	}
}
