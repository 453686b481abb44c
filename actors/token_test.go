package actors_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

func TestTokenChange(t *testing.T) {
	wide := entry("E1", monday, 480, 1020)
	t.Run("a replay to a promoted replica that lacks it is written again", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			before := m.Snapshot()
			mustSubmit(t, s, wide)
			mustSubmit(t, s, wide)
			if got := s.Stats(); got.Unchanged != 1 || got.Merged != 1 {
				t.Fatalf("the cache doesn't work: %+v", got)
			}
			m.Restore(before)
			mustSubmit(t, s, wide)
			holds(t, m, wide)
		})
	})
	t.Run("a replay to an emptied store is written again, and it has its day rules again", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			mustSubmit(t, s, wide)
			m.Clear()
			mustAgain(t, s, wide)
			holds(t, m, wide)
			if _, rules, err := m.DayRules(t.Context()); err != nil || len(rules) != 1 {
				t.Errorf("the store has day rules %v, %v", rules, err)
			}
		})
	})
	t.Run("the store emptied while the proof is on its way doesn't answer for the cache", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			mustSubmit(t, s, wide)
			block := make(chan struct{})
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Block: block}))
			c := later(t, s, touch("E1", monday, 600))
			m.Clear()
			setRules(t, m, 0)
			close(block)
			if err := <-c; err != nil {
				t.Fatal(err)
			}
			holds(t, m, touch("E1", monday, 600))
		})
	})
	t.Run("a proof sent before the clocking came doesn't count", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			mustSubmit(t, s, wide)
			hold := make(chan struct{})
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Hold: hold}))
			first := later(t, s, touch("E1", monday, 600)) // answered by the store, but not heard of
			m.Clear()
			setRules(t, m, 0)
			second := later(t, s, touch("E1", monday, 700))
			close(hold)
			if err := errors.Join(<-first, <-second); err != nil {
				t.Fatal(err)
			}
			holds(t, m, touch("E1", monday, 700))
		})
	})
}

func TestRemovalByAnotherInstance(t *testing.T) {
	for name, narrow := range map[string]timesheet.Entry{
		"removed":  {},
		"narrowed": entry("E1", monday, 480, 1000),
	} {
		t.Run(name+": only what is replayed comes back", func(t *testing.T) {
			bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
				wide := entry("E1", monday, 480, 1020)
				mustSubmit(t, s, wide)
				if err := m.Replace(t.Context(), []timesheet.Replacement{{Old: wide, New: narrow}})[0]; err != nil {
					t.Fatal(err)
				}
				want := touch("E1", monday, 1010)
				mustSubmit(t, s, want)
				if !narrow.IsZero() {
					want = timesheet.Join(narrow, want)
				}
				holds(t, m, want)
				mustSubmit(t, s, touch("E1", monday, 700))
				holds(t, m, timesheet.Join(want, touch("E1", monday, 700)))
			})
		})
	}
	t.Run("while a merge is on its way: what waits is merged, not what was acknowledged", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			wide := entry("E1", monday, 480, 1020)
			mustSubmit(t, s, wide)
			block := make(chan struct{})
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Block: block}))
			c := later(t, s, touch("E1", monday, 1030))
			if err := m.Replace(t.Context(), []timesheet.Replacement{{Old: wide}})[0]; err != nil {
				t.Fatal(err)
			}
			close(block)
			if err := <-c; err != nil {
				t.Fatal(err)
			}
			holds(t, m, touch("E1", monday, 1030))
		})
	})
}

func TestExpired(t *testing.T) {
	bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
		if _, err := m.Purge(t.Context(), monday); err != nil {
			t.Fatal(err)
		}
		es := []timesheet.Entry{touch("E1", monday, 480), touch("E1", monday-1, 480), touch("E1", monday-1, 500)}
		for range 2 { // the second time from no cache
			r, err := s.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: es})
			if err != nil || r != (timesheet.Receipt{Accepted: 3, Expired: 2}) {
				t.Errorf("got %+v, %v", r, err)
			}
		}
		if got := s.Stats(); got.Expired != 2 || got.Unchanged != 0 {
			t.Errorf("got %+v", got)
		}
		holds(t, m, touch("E1", monday, 480))
	})
}

func TestStaleAllTheTime(t *testing.T) {
	bubble(t, func(t *testing.T, _ *storetest.Memory, store *storetest.Faulty, s *actors.System) {
		calls := store.Calls("Merge")
		store.On("Merge", storetest.Always(storetest.Fault{Stale: true}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := submit(ctx, s, touch("E1", monday, 480)); !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if n := store.Calls("Merge") - calls; n < 5 || n > 50 {
			t.Errorf("%d calls in a minute", n)
		}
		store.On("Merge", nil)
		mustSubmit(t, s, touch("E1", monday, 480))
	})
}
