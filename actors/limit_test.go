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

func TestCredits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, 4)
		store := storetest.NewFaulty(m)
		s := start(t, store, actors.Options{MaxPending: 10})
		many := make([]timesheet.Entry, 11)
		for i := range many {
			many[i] = touch(id(i), monday, 480)
		}
		mustSubmit(t, s, many...) // larger than the bound, but nothing else is pending

		block := make(chan struct{})
		store.On("Merge", storetest.Always(storetest.Fault{Block: block}))
		eight := later(t, s, many[:8]...)
		if err := submit(t.Context(), s, many[:3]...); !errors.Is(err, timesheet.Overloaded) {
			t.Errorf("got %v, want Overloaded", err)
		}
		two := later(t, s, many[8:10]...)
		if got := s.Stats().Pending; got != 10 {
			t.Errorf("%d are pending, want 10", got)
		}
		close(block)
		if err := errors.Join(<-eight, <-two); err != nil {
			t.Error(err)
		}
		if got := s.Stats().Pending; got != 0 {
			t.Errorf("%d are pending, want none", got)
		}
	})
}

func TestAbandonedBatchesGiveTheirCreditsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := storetest.NewFaulty(newMemory(t, 4))
		s := start(t, store, actors.Options{MaxPending: 10})
		store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		for n := range 60 { // far more than fit at once
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := submit(ctx, s, touch(id(n), monday, 480), touch(id(n+1), monday, 480)); err == nil {
				t.Error("acknowledged while the store is away")
			}
			cancel()
		}
		pass(10 * time.Second)
		synctest.Wait()
		if got := s.Stats().Pending; got != 0 {
			t.Errorf("%d are pending, want none", got)
		}
		store.On("Merge", nil)
	})
}

func TestSubmitRefuses(t *testing.T) {
	m := newMemory(t, 4)
	s := start(t, m, actors.Options{})
	good := touch("E1", monday, 480)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	backward := good
	backward.Earliest++
	for name, c := range map[string]struct {
		ctx  context.Context
		es   []timesheet.Entry
		want timesheet.Code
	}{
		"an entry that can't be stored": {t.Context(), []timesheet.Entry{good, backward}, timesheet.Invalid},
		"the zero entry":                {t.Context(), []timesheet.Entry{{}}, timesheet.Invalid},
		"a context that has ended":      {cancelled, []timesheet.Entry{good}, timesheet.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Submit(c.ctx, batchOf(1, c.es...)); timesheet.CodeOf(err) != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	t.Run("nothing of such a batch is taken", func(t *testing.T) { holds(t, m) })
	t.Run("an empty batch is fine", func(t *testing.T) {
		if r, err := s.Submit(t.Context(), batchOf(1)); err != nil || r != (timesheet.Receipt{}) {
			t.Errorf("got %v, %v", r, err)
		}
	})
}
