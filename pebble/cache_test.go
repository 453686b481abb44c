package pebble_test

import (
	"testing"

	"timesheet/pebble"
)

// TestCache reads again what fits into the cache, beside memtables of its size: no
// block is read again.
func TestCache(t *testing.T) {
	s := open(t, t.TempDir(), pebble.Options{CacheBytes: 2 << 20, MemTableBytes: 1 << 20})
	epochs := epochsOf(t, s)
	for d := range int64(3) {
		mergeAll(t, s, epochs, touches(d*4*staff, 4*staff))
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	var reads [2]int64
	for i := range reads {
		before := s.BlocksRead()
		if es, _, err := s.Board(t.Context(), firstDay, "", staff); err != nil || len(es) != staff {
			t.Fatal(len(es), err)
		}
		reads[i] = s.BlocksRead() - before
	}
	if reads[1] != 0 {
		t.Errorf("%d blocks were read, then %d of them again", reads[0], reads[1])
	}
}
