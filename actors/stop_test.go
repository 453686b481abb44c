package actors_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/internal/measure"
	"timesheet/storetest"
)

func TestStop(t *testing.T) {
	t.Run("waits until all that was accepted is answered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory(t, 4)
			store := storetest.NewFaulty(m)
			s := start(t, store, actors.Options{})
			store.On("Merge", storetest.Always(storetest.Fault{Delay: time.Second}))
			var answers []<-chan error
			for n := range 100 {
				answers = append(answers, later(t, s, touch(id(n), monday, 480)))
			}
			if err := s.Stop(t.Context()); err != nil {
				t.Errorf("stop: %v", err)
			}
			for _, c := range answers {
				if err := <-c; err != nil {
					t.Error(err)
				}
			}
			if got := len(storetest.Contents(t, m)); got != 100 {
				t.Errorf("%d entries are stored, want 100", got)
			}
			if err := submit(t.Context(), s, touch("E1", monday, 480)); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("after stop: got %v, want Unavailable", err)
			}
			if err := s.Stop(t.Context()); err != nil {
				t.Errorf("a second stop: %v", err)
			}
		})
	})
	for name, fault := range map[string]storetest.Fault{
		"fails": {Before: storetest.ErrInjected},
		"hangs": {Block: make(chan struct{})},
	} {
		t.Run("ends with its context where the store "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if fault.Block != nil {
					fault.Block = make(chan struct{}) // of this bubble
				}
				store := storetest.NewFaulty(newMemory(t, 4))
				s := start(t, store, actors.Options{})
				store.On("Merge", storetest.Always(fault))
				c := later(t, s, touch("E1", monday, 480))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := s.Stop(ctx); !errors.Is(err, timesheet.Unavailable) {
					t.Errorf("stop: %v", err)
				}
				if err := <-c; !errors.Is(err, timesheet.Unavailable) {
					t.Errorf("got %v, want Unavailable", err)
				}
				if got := s.Stats(); got.Pending != 0 || got.Employees != 0 || got.DeadLetters != 0 {
					t.Errorf("got %+v", got)
				}
			})
		})
	}
}

func TestPassivation(t *testing.T) {
	t.Run("stops idle actors, and their employees get others", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory(t, 4)
			s := start(t, m, actors.Options{IdleAfter: time.Minute})
			mustSubmit(t, s, touch("E1", monday, 480), touch("E2", monday, 480))
			for range 10 { // E1 is busy
				pass(20 * time.Second)
				mustSubmit(t, s, touch("E1", monday, 480))
			}
			synctest.Wait()
			if got := s.Stats(); got.Employees != 1 || got.Passivated != 1 {
				t.Errorf("got %+v", got)
			}
			mustSubmit(t, s, touch("E2", monday, 600))
			holds(t, m, touch("E1", monday, 480), entry("E2", monday, 480, 600))
			if got := s.Stats(); got.Employees != 2 || got.DeadLetters != 0 {
				t.Errorf("got %+v", got)
			}
		})
	})
	t.Run("leaves next to nothing of them in memory", func(t *testing.T) {
		const employees, size = 50_000, 10_000
		synctest.Test(t, func(t *testing.T) {
			s := start(t, instant{newMemory(t, 4)}, actors.Options{IdleAfter: time.Minute})
			before := int64(measure.Live())
			es := make([]timesheet.Entry, size)
			for from := 0; from < employees; from += size {
				for i := range es {
					es[i] = touch(id(from+i), monday, 480)
				}
				mustSubmit(t, s, es...)
			}
			took := int64(measure.Live()) - before
			pass(time.Hour)
			synctest.Wait()
			if got := s.Stats(); got.Employees != 0 || got.Passivated != employees {
				t.Errorf("got %+v", got)
			}
			// A quarter is the library's: 32,768 maps, which keep their size once they were used.
			if left := int64(measure.Live()) - before; left > 2*took/5 {
				t.Errorf("%d bytes are left of %d", left, took)
			}
			mustSubmit(t, s, touch(id(0), monday, 600))
		})
	})
	t.Run("spares who has something pending", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := storetest.NewFaulty(newMemory(t, 4))
			s := start(t, store, actors.Options{IdleAfter: time.Second, Shards: 1})
			block := make(chan struct{})
			store.On("Merge", storetest.Always(storetest.Fault{Block: block}))
			flying := later(t, s, touch("E1", monday, 480))
			gathering := later(t, s, touch("E2", monday, 480))
			pass(20 * time.Second)
			if got := s.Stats(); got.Employees != 2 || got.Passivated != 0 {
				t.Errorf("got %+v", got)
			}
			close(block)
			if err := errors.Join(<-flying, <-gathering); err != nil {
				t.Error(err)
			}
			pass(20 * time.Second)
			synctest.Wait()
			if got := s.Stats(); got.Employees != 0 || got.Passivated != 2 {
				t.Errorf("got %+v", got)
			}
		})
	})
}
