package actors_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

func TestSubmit(t *testing.T) {
	t.Run("reaches every employee once for each clocking, and merges what changes", func(t *testing.T) {
		m := newMemory(t, 64)
		s := start(t, m, actors.Options{})
		var es []timesheet.Entry
		for n := range 1000 {
			es = append(es, touch(id(n), monday, 480), touch(id(n), monday, 1020), touch(id(n), monday+1, 490))
		}
		for range 2 {
			r, err := s.Submit(t.Context(), batchOf(1, es...))
			if err != nil || r != (timesheet.Receipt{Accepted: 3000}) {
				t.Fatalf("got %+v, %v", r, err)
			}
		}
		if got := len(storetest.Contents(t, m)); got != 2000 {
			t.Errorf("%d entries are stored, want 2000", got)
		}
		got := s.Stats()
		got.Flushes = 0
		if want := (actors.Stats{Clockings: 6000, Unchanged: 3000, Merged: 2000, Employees: 1000}); got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
	t.Run("keeps what it was given untouched, and needs it no longer than the answer", func(t *testing.T) {
		m := newMemory(t, 64)
		s := start(t, m, actors.Options{})
		es := []timesheet.Entry{touch("E2", monday, 480), touch("E1", monday, 490)}
		mustSubmit(t, s, es...)
		if es[0] != touch("E2", monday, 480) || es[1] != touch("E1", monday, 490) {
			t.Errorf("the batch was changed to %v", es)
		}
		es[0], es[1] = timesheet.Entry{}, timesheet.Entry{}
		mustSubmit(t, s, touch("E2", monday, 500))
		holds(t, m, entry("E2", monday, 480, 500), touch("E1", monday, 490))
	})
}

// TestAnyDelivery is the promise of the service: order, duplicates, splits and the
// number of instances don't matter.
func TestAnyDelivery(t *testing.T) {
	m := newMemory(t, 8)
	systems := []*actors.System{start(t, m, actors.Options{Shards: 3, Days: 2}), start(t, m, actors.Options{Days: 1})}
	cases := 0
	rapid.Check(t, func(t *rapid.T) {
		cases++ // each has employees of its own
		instances := rapid.IntRange(1, len(systems)).Draw(t, "systems")
		want := entries{}
		batches := rapid.SliceOfN(rapid.SliceOfN(drawEntry(10*cases), 1, 20), 1, 10).Draw(t, "batches")
		var senders sync.WaitGroup
		for i, b := range append(batches, batches[0]) {
			for _, e := range b {
				want.join(e)
			}
			senders.Go(func() {
				if _, err := systems[i%instances].Submit(t.Context(), batchOf(1, b...)); err != nil {
					t.Error(err)
				}
			})
		}
		senders.Wait()
		for k, e := range want {
			got, err := m.Range(t.Context(), k.Employee, k.Day, k.Day)
			if err != nil || len(got) != 1 || got[0] != e {
				t.Fatalf("stored is %v, want %v (%v)", got, e, err)
			}
		}
	})
}

// drawEntry makes entries of six employees, numbered from first.
func drawEntry(first int) *rapid.Generator[timesheet.Entry] {
	return rapid.Custom(func(t *rapid.T) timesheet.Entry {
		day := monday + timesheet.Day(rapid.IntRange(0, 3).Draw(t, "day"))
		from := rapid.IntRange(0, 1400).Draw(t, "from")
		e := entry(id(first+rapid.IntRange(0, 5).Draw(t, "employee")), day, from, from+rapid.IntRange(0, 60).Draw(t, "long"))
		e.Flags = timesheet.Flags(rapid.IntRange(0, 7).Draw(t, "flags"))
		return e
	})
}

// TestTraffic is for the race detector: real goroutines, two Systems, actors that
// are stopped as soon as they are idle.
func TestTraffic(t *testing.T) {
	m := newMemory(t, 16)
	o := actors.Options{Shards: 4, IdleAfter: time.Millisecond, RulesEvery: time.Millisecond}
	systems := []*actors.System{start(t, m, o), start(t, m, o)}
	var mu sync.Mutex
	want := entries{}
	var senders sync.WaitGroup
	for i := range 8 {
		senders.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for range 100 {
				es := make([]timesheet.Entry, 1+r.IntN(50))
				for k := range es {
					es[k] = touch(id(r.IntN(50)), monday+timesheet.Day(r.IntN(3)), r.IntN(1440))
				}
				if err := submit(t.Context(), systems[r.IntN(2)], es...); err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, e := range es {
					want.join(e)
				}
				mu.Unlock()
			}
		})
	}
	senders.Wait()
	for k, e := range storetest.Contents(t, m) {
		if want[k] != e {
			t.Errorf("stored is %s, want %s", show(e), show(want[k]))
		}
		delete(want, k)
	}
	if len(want) > 0 {
		t.Errorf("%d entries are missing", len(want))
	}
}
