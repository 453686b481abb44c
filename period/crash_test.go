package period_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

// calls are those of the store that a closing makes.
func calls() []string {
	return []string{"DocumentVersion", "Document", "SetDocument", "Floor", "Range", "Corrections", "Seal", "Series", "Unseal"}
}

// TestCutShort: whichever call of the store fails, done or not, the month is closed as it
// says or not at all, and closing it again ends with one series of all.
func TestCutShort(t *testing.T) {
	whole := office(t)
	want := whole.everybody(t, whole.close(), period.Query{})
	for _, method := range calls() {
		for at := 1; at <= 3; at++ {
			for _, fault := range []storetest.Fault{{Before: storetest.ErrInjected}, {After: storetest.ErrInjected}} {
				t.Run(fmt.Sprintf("%s %d done %v", method, at, fault.After != nil), func(t *testing.T) {
					w := office(t)
					w.store.On(method, func(n int) storetest.Fault {
						if n == at {
							return fault
						}
						return storetest.Fault{}
					})
					c, err := w.Close(t.Context(), november, "payroll", december())
					w.store.On(method, nil)
					w.endsClosed(t, c, err)
					if d := same(want, w.everybody(t, w.closing(t), period.Query{})); d != "" {
						t.Error(d)
					}
				})
			}
		}
	}
	t.Run("killed after each write", func(t *testing.T) {
		for _, method := range []string{"Seal", "SetDocument"} {
			for _, after := range []bool{false, true} {
				w := office(t)
				ctx, kill := context.WithCancel(t.Context())
				// From here on nothing reaches the store any more.
				dead := func(int) storetest.Fault { return storetest.Fault{Before: storetest.ErrInjected} }
				w.store.On(method, func(int) storetest.Fault {
					kill()
					for _, m := range calls() {
						if m != method {
							w.store.On(m, dead)
						}
					}
					if after {
						return storetest.Fault{After: storetest.ErrInjected}
					}
					return storetest.Fault{Before: storetest.ErrInjected}
				})
				c, err := w.Close(ctx, november, "payroll", december())
				if err == nil {
					t.Errorf("%s: it was told to be closed", method)
				}
				for _, m := range calls() {
					w.store.On(m, nil)
				}
				w.instance = newInstance(t, w.store, w.memory)
				w.rules.Directory = directory(t,
					timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "A"},
					timesheet.DirectoryRow{Employee: "2", Name: "Bob", Team: "B", Schedule: "free"})
				w.endsClosed(t, c, err)
				if d := same(want, w.everybody(t, w.closing(t), period.Query{})); d != "" {
					t.Error(d)
				}
			}
		}
	})
}

// endsClosed checks what came of an attempt, and closes november unless that did.
func (w *world) endsClosed(t *testing.T, c timesheet.Closing, err error) {
	t.Helper()
	now, err2 := w.Closed(t.Context(), november)
	if err2 != nil {
		t.Fatal(err2)
	}
	if err == nil && (now == nil || *now != c) {
		t.Fatalf("it was told to be closed: %+v, is %+v", c, now)
	}
	if now == nil {
		if all, err := w.Closings(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("%v %+v", err, all)
		}
	}
	_, again := w.Close(t.Context(), november, "payroll", december())
	if closed := now != nil; closed != (timesheet.CodeOf(again) == timesheet.Conflict) || !closed && again != nil {
		t.Errorf("closed before: %v, again: %v", closed, again)
	}
	// Whoever closes it in the end takes away what the others left; Tidy has nothing to do.
	for range 2 {
		series, err := w.memory.Series(t.Context())
		if c := w.closing(t); err != nil || len(series) != 1 || series[0] != c.Series || c.Employees != 3 {
			t.Errorf("%v: series %v of %+v", err, series, c)
		}
		if err := w.Tidy(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// closing is november's.
func (w *world) closing(t *testing.T) timesheet.Closing {
	t.Helper()
	c, err := w.Closed(t.Context(), november)
	if err != nil || c == nil {
		t.Fatalf("%v: it isn't closed", err)
	}
	return *c
}

// TestAtOnce: of several instances that close a month at once one wins, and its series is
// the one there is.
func TestAtOnce(t *testing.T) {
	const closers = 4
	for range 8 {
		w := office(t)
		instances := []*instance{w.instance}
		for len(instances) < closers {
			i := newInstance(t, w.store, w.memory)
			i.rules = w.rules
			instances = append(instances, i)
		}
		won, errs := make([]timesheet.Closing, closers), make([]error, closers)
		var wg sync.WaitGroup
		for n, i := range instances {
			wg.Go(func() { won[n], errs[n] = i.Close(t.Context(), november, fmt.Sprintf("closer %d", n), december()) })
		}
		wg.Wait()
		winners := 0
		for n, err := range errs {
			switch {
			case err == nil:
				winners++
				if c := w.closing(t); won[n] != c {
					t.Errorf("%+v won, %+v is closed", won[n], c)
				}
			case timesheet.CodeOf(err) != timesheet.Conflict:
				t.Error(err)
			}
		}
		series, err := w.memory.Series(t.Context())
		if err != nil || winners != 1 || len(series) != 1 || series[0] != w.closing(t).Series {
			t.Fatalf("%v: %d won, series %v", err, winners, series)
		}
		if all := w.everybody(t, w.closing(t), period.Query{}); len(all) != 3 {
			t.Errorf("%d people", len(all))
		}
	}
}
