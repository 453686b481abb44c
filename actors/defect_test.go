package actors_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

// twisted is a store whose Merge does as the test wants, where it wants anything.
type twisted struct {
	*storetest.Memory
	merge func(deltas []timesheet.Delta) []timesheet.Merged
}

func (s *twisted) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	if s.merge != nil {
		if m := s.merge(deltas); m != nil {
			return m
		}
	}
	return s.Memory.Merge(ctx, deltas)
}

func TestDefects(t *testing.T) {
	e := touch("E1", monday, 480)
	t.Run("an employee actor that panics answers Internal, and is replaced", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			m, bad := newMemory(t, 1), true
			s := start(t, m, actors.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}.OnVisit(func(e timesheet.EmployeeID) {
				if bad && e == "E1" {
					panic("on purpose")
				}
			}))
			if err := submit(t.Context(), s, touch("E2", monday, 480), e); !errors.Is(err, timesheet.Internal) {
				t.Errorf("got %v, want Internal", err)
			}
			bad = false
			mustSubmit(t, s, touch("E2", monday, 500), e)
			holds(t, m, entry("E2", monday, 480, 500), e)
			synctest.Wait()
			if got := s.Stats(); got.Panics != 1 || got.Employees != 2 || got.Pending != 0 || got.DeadLetters != 0 {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(log.String(), "on purpose") || strings.Contains(log.String(), "E1") {
				t.Errorf("the log is %q", log.String())
			}
		})
	})
	t.Run("a shard that panics answers what waits, and goes on", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			block := make(chan struct{})
			store.On("Merge", storetest.Always(storetest.Fault{Block: block}))
			flying := later(t, s, e)
			gathering := later(t, s, e)
			s.PanicInShard()
			if a, b := <-flying, <-gathering; !errors.Is(a, timesheet.Internal) || !errors.Is(b, timesheet.Internal) {
				t.Errorf("got %v and %v, want Internal", a, b)
			}
			close(block)
			synctest.Wait()
			m.Clear() // the shard must not believe in what it knew
			setRules(t, m, 0)
			mustAgain(t, s, e)
			holds(t, m, e)
			if got := s.Stats(); got.Pending != 0 {
				t.Errorf("got %+v", got)
			}
		})
	})
	for name, merge := range map[string]func([]timesheet.Delta) []timesheet.Merged{
		"panics":                      func([]timesheet.Delta) []timesheet.Merged { panic("on purpose") },
		"answers to too few deltas":   func([]timesheet.Delta) []timesheet.Merged { return []timesheet.Merged{} },
		"finds that data are damaged": func(ds []timesheet.Delta) []timesheet.Merged { return all(ds, timesheet.Internal) },
	} {
		t.Run("a store that "+name+" is Internal", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &twisted{Memory: newMemory(t, 4)}
				s := start(t, store, actors.Options{})
				store.merge = merge
				if err := submit(t.Context(), s, e); !errors.Is(err, timesheet.Internal) {
					t.Errorf("got %v, want Internal", err)
				}
				store.merge = nil
				mustSubmit(t, s, e)
				holds(t, store, e)
			})
		})
	}
}

func all(ds []timesheet.Delta, err error) []timesheet.Merged {
	ms := make([]timesheet.Merged, len(ds))
	for i := range ms {
		ms[i].Err = err
	}
	return ms
}

func TestDeltaThatTheStoreRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &twisted{Memory: newMemory(t, 1)}
		s := start(t, store, actors.Options{})
		store.merge = func(ds []timesheet.Delta) []timesheet.Merged {
			pass(time.Second) // so that others gather
			for _, e := range ds[0].Entries {
				if e.Employee == "poison" {
					return all(ds, timesheet.Invalid)
				}
			}
			return nil
		}
		good := later(t, s, touch("E1", monday, 480)) // flies alone, the others together
		var answers []<-chan error
		for n := range 5 {
			answers = append(answers, later(t, s, touch(id(n), monday, 480)))
		}
		poison := later(t, s, touch("poison", monday, 480))
		pass(2500 * time.Millisecond)
		answers = append(answers, good, later(t, s, touch(id(6), monday, 480)))
		if err := <-poison; !errors.Is(err, timesheet.Invalid) {
			t.Errorf("got %v, want Invalid", err)
		}
		for _, c := range answers {
			if err := <-c; err != nil {
				t.Errorf("poisoned by another batch: %v", err)
			}
		}
		if got := s.Stats().Pending; got != 0 {
			t.Errorf("%d are pending", got)
		}
	})
}
