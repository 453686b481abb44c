package actors_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

func batchOf(version uint64, es ...timesheet.Entry) timesheet.Batch {
	return timesheet.Batch{RulesVersion: version, Entries: es}
}

func TestDayRules(t *testing.T) {
	e := touch("E1", monday, 480)
	t.Run("a batch of older rules is refused as soon as the new ones are known", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			v := setRules(t, m, 1)
			if err := s.Reload(t.Context()); err != nil || s.DayRules().Version() != v {
				t.Fatalf("reload: %v", err)
			}
			mustSubmit(t, s, e) // so that the partition knows too
			if _, err := s.Submit(t.Context(), batchOf(1, touch("E1", monday, 1))); !errors.Is(err, timesheet.Stale) {
				t.Errorf("got %v, want Stale", err)
			}
			holds(t, m, e)
		})
	})
	t.Run("a batch of older rules is refused though only the store knows the new ones", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			v := setRules(t, m, 1)
			if err := submit(t.Context(), s, e); !errors.Is(err, timesheet.Stale) {
				t.Errorf("got %v, want Stale", err)
			}
			holds(t, m)
			if got := s.DayRules().Version(); got != v {
				t.Fatalf("rules in use are %d, want %d", got, v)
			}
			mustSubmit(t, s, e)
			holds(t, m, e)
		})
	})
	t.Run("they change while a merge is on its way: what was made before isn't merged", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			block := make(chan struct{})
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Block: block}))
			flying := later(t, s, e)
			gathering := later(t, s, touch("E1", monday, 500))
			setRules(t, m, 1)
			close(block)
			if a, b := <-flying, <-gathering; !errors.Is(a, timesheet.Stale) || !errors.Is(b, timesheet.Stale) {
				t.Errorf("got %v and %v, want Stale twice", a, b)
			}
			holds(t, m)
		})
	})
	t.Run("an epoch isn't used before rules were read after it was learned", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			setRules(t, m, 1)
			store.On("DayRules", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			if err := submit(t.Context(), s, e); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("got %v, want Unavailable after a while", err)
			}
			pass(time.Minute)
			holds(t, m)
			store.On("DayRules", nil)
			pass(10 * time.Second)
			if err := submit(t.Context(), s, e); err != nil {
				t.Errorf("under the rules read since: %v", err)
			}
			holds(t, m, e)
		})
	})
	t.Run("a batch of newer rules waits until they are read", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			v := setRules(t, m, 1)
			if _, err := s.Submit(t.Context(), batchOf(v, e)); err != nil {
				t.Errorf("got %v", err)
			}
			holds(t, m, e)
			if _, err := s.Submit(t.Context(), batchOf(v+1, e)); !errors.Is(err, timesheet.Stale) {
				t.Errorf("rules that nobody has: got %v, want Stale", err)
			}
		})
	})
	t.Run("those of an earlier flight don't count for a later one", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			v := setRules(t, m, 1)
			mustAgain(t, s, e) // a flight for which rules were read
			hold := make(chan struct{})
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Hold: hold}))
			merged := later(t, s, touch("E1", monday, 500)) // and not answered yet
			setRules(t, m, v)
			if err := s.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			newer := later(t, s, touch("E1", monday, 510))
			close(hold)
			if a, b := <-merged, <-newer; a != nil || b != nil {
				t.Errorf("got %v and, under the rules in force, %v", a, b)
			}
		})
	})
	t.Run("who waits for them while they can't be read is told after a while, though merges work", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			store.On("DayRules", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			began := time.Now()
			if _, err := s.Submit(t.Context(), batchOf(2, e)); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("told after %v", took)
			}
			pass(3 * time.Second)
			mustSubmit(t, s, e) // who doesn't need them doesn't suffer
			holds(t, m, e)
		})
	})
	t.Run("who waits for them can give up, and his credits come back", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			setRules(t, m, 1)
			if err := s.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			store.On("DayRules", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := submit(ctx, s, e); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("got %v", err)
			}
			pass(10 * time.Second)
			synctest.Wait()
			if got := s.Stats().Pending; got != 0 {
				t.Errorf("%d are pending", got)
			}
			holds(t, m)
		})
	})
	t.Run("their version can go back with the store", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			before := m.Snapshot()
			setRules(t, m, 1)
			mustAgain(t, s, e)
			m.Restore(before)
			mustAgain(t, s, touch("E1", monday, 900))
			holds(t, m, touch("E1", monday, 900))
			if got := s.DayRules().Version(); got != 1 {
				t.Errorf("rules in use are %d, want 1", got)
			}
		})
	})
	t.Run("they are read now and then", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, _ *storetest.Faulty, s *actors.System) {
			v := setRules(t, m, 1)
			pass(11 * time.Second)
			synctest.Wait()
			if got := s.DayRules().Version(); got != v {
				t.Errorf("rules in use are %d, want %d", got, v)
			}
		})
	})
	t.Run("that can't be compiled keep the old ones, and nothing is merged under them", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory(t, 4)
			var broken atomic.Bool
			s := start(t, m, actors.Options{Load: func(name string) (*time.Location, error) {
				if broken.Load() {
					panic("no zones")
				}
				return time.LoadLocation(name)
			}})
			setRules(t, m, 1)
			broken.Store(true)
			if err := s.Reload(t.Context()); !errors.Is(err, timesheet.Internal) {
				t.Errorf("got %v", err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := submit(ctx, s, e); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("got %v", err)
			}
			holds(t, m)
			broken.Store(false)
		})
	})
}

func TestStart(t *testing.T) {
	for name, c := range map[string]struct {
		store func(m *storetest.Memory) actors.Store
		o     actors.Options
		want  timesheet.Code
	}{
		"without day rules": {
			func(*storetest.Memory) actors.Store { return storetest.NewMemory(4) }, actors.Options{}, timesheet.Invalid,
		},
		"with a store that is away": {
			func(m *storetest.Memory) actors.Store {
				f := storetest.NewFaulty(m)
				f.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
				return f
			}, actors.Options{}, timesheet.Unavailable,
		},
		"with a negative option": {
			func(m *storetest.Memory) actors.Store { return m }, actors.Options{Days: -1}, timesheet.Invalid,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := actors.Start(t.Context(), c.store(newMemory(t, 4)), c.o)
			if !errors.Is(err, c.want) || s != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
