package pebble_test

import (
	"bytes"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// many makes an entry of each of n employees on a day.
func many(n int, day timesheet.Day) []timesheet.Entry {
	es := make([]timesheet.Entry, n)
	for i := range es {
		es[i] = clocking(employee(i), day, 30_000_000)
	}
	return es
}

// TestPurge_steps purges more than one step's worth of entries.
func TestPurge_steps(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem()})
	epochs := epochsOf(t, s)
	counts := []int{51_000, 51_000, 20, 30} // the first two days fill a step
	for d, n := range counts {
		mergeAll(t, s, epochs, many(n, firstDay+timesheet.Day(d)))
	}
	floor := firstDay + 3
	if n, err := s.Purge(t.Context(), floor); err != nil || n != 102_020 {
		t.Errorf("purged %d, %v; want 102020", n, err)
	}
	if got, err := s.Floor(t.Context()); err != nil || got != floor {
		t.Errorf("the floor is %v, %v", got, err)
	}
	if n, err := s.Purge(t.Context(), floor-1); err != nil || n != 0 {
		t.Errorf("purged %d more, %v", n, err)
	}
	if left := everything(t, s); len(left) != 30 {
		t.Errorf("%d entries are left, want 30", len(left))
	}
	for p, e := range epochsOf(t, s) {
		if e == epochs[p] {
			t.Errorf("partition %d kept its epoch", p)
		}
	}
}

// TestErase_names looks at every key: none names the erased employee.
func TestErase_names(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem()})
	epochs := epochsOf(t, s)
	for d := range timesheet.Day(300) {
		mergeAll(t, s, epochs, many(3, firstDay+d*2))
	}
	if n, err := s.Erase(t.Context(), employee(1)); err != nil || n != 300 {
		t.Fatalf("erased %d, %v", n, err)
	}
	if n, err := s.Erase(t.Context(), employee(1)); err != nil || n != 0 {
		t.Errorf("erased %d again, %v", n, err)
	}
	err := s.EachKey(func(key, value []byte) {
		if bytes.Contains(key, []byte(employee(1))) || bytes.Contains(value, []byte(employee(1))) {
			t.Errorf("key %q, value %q", key, value)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := everything(t, s); len(left) != 600 {
		t.Errorf("%d entries are left, want 600", len(left))
	}
}

// watch begins a feed, and next reads from it.
func watch(t *testing.T, s *pebble.Store) (next func() []timesheet.Change) {
	t.Helper()
	f, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return func() []timesheet.Change {
		t.Helper()
		changes, err := f.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return changes
	}
}

// TestFeed_overflow resets the partitions that found no room, and no others.
func TestFeed_overflow(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem(), Partitions: 2})
	epochs := epochsOf(t, s)
	next := watch(t, s)
	of := [2][]timesheet.Entry{}
	for _, e := range many(150_000, firstDay) {
		p := timesheet.PartitionOf(e.Employee, 2)
		of[p] = append(of[p], e)
	}
	mergeAll(t, s, epochs, of[0][:1])
	mergeAll(t, s, epochs, of[1][:66_000])
	mergeAll(t, s, epochs, of[0][1:2])
	var resets, sets [2]int
	for sets[0] < 2 {
		for _, c := range next() {
			switch c.Kind {
			case timesheet.Reset:
				resets[c.Partition]++
			default:
				sets[c.Partition]++
			}
		}
	}
	if resets != [2]int{0, 1} || sets != [2]int{2, 0} {
		t.Errorf("resets %v, sets %v of the two partitions", resets, sets)
	}
}

// TestFeed_erased forgets the queued names of an erased employee.
func TestFeed_erased(t *testing.T) {
	s := open(t, "store", pebble.Options{FS: vfs.NewMem()})
	epochs := epochsOf(t, s)
	next := watch(t, s)
	mergeAll(t, s, epochs, many(1, firstDay))
	if _, err := s.Erase(t.Context(), employee(0)); err != nil {
		t.Fatal(err)
	}
	for _, c := range next() {
		if c.Kind != timesheet.Reset {
			t.Errorf("the feed tells %v", c)
		}
	}
}
