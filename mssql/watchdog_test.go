package mssql_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/mssql"
)

// within fails the test when do takes longer than the time of a call, the grace of a
// cut one, and what a busy machine adds.
func within(t *testing.T, do func()) {
	t.Helper()
	began := time.Now()
	do()
	if took := time.Since(began); took > 2500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	for name, fault := range map[string]func(*clocking.Faults){
		"frozen":               func(f *clocking.Faults) { f.Freeze() },
		"slow":                 func(f *clocking.Faults) { f.Delay(time.Minute) },
		"slow rows":            func(f *clocking.Faults) { f.SlowRows(100) },
		"unanswered attention": func(f *clocking.Faults) { f.IgnoreAttention(true); f.SlowRows(100) },
	} {
		t.Run(name, func(t *testing.T) {
			s, o := filled(t, 200, clocking.Options{})
			v := open(t, soon(o))
			page(t, v, 200)
			fault(s.Faults())
			within(t, func() { pageFails(t, v, timesheet.Unavailable, "no answer from "+s.Address()+" within 500ms") })
			fresh := open(t, soon(o)) // frozen: at login already
			within(t, func() { pageFails(t, fresh, timesheet.Unavailable, "no answer from "+s.Address()+" within 500ms") })
			s.Faults().Clear()
			page(t, v, 200)
		})
	}
}

// A driver that doesn't return, though its connection is cut, holds nobody up.
func TestDriverThatHangs(t *testing.T) {
	_, o := filled(t, 200, clocking.Options{})
	v := open(t, soon(o))
	page(t, v, 200)
	until := make(chan struct{})
	defer close(until)
	within(t, func() {
		err := mssql.CallThatHangs(t.Context(), v, until)
		wantError(t, err, timesheet.Unavailable, "no answer", "within 500ms")
		page(t, v, 200)
	})
}

func TestCallersOwnDeadline(t *testing.T) {
	s, o := filled(t, 5000, clocking.Options{})
	v := open(t, o)
	page(t, v, 5000)
	s.Faults().Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	within(t, func() {
		_, err := v.Page(ctx, 0, 10, nil)
		wantError(t, err, timesheet.Unavailable, "given up")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v isn't the context's error", err)
		}
	})
	cancel()
	if _, err := v.Page(ctx, 0, 10, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with an ended context: %v", err)
	}
}

func TestClose(t *testing.T) {
	s, o := filled(t, 5000, clocking.Options{})
	v := open(t, o)
	page(t, v, 5000)
	s.Faults().SlowRows(100)
	asked := answered(func() ([]timesheet.Row, error) { return v.Page(t.Context(), 0, 5000, nil) })
	waiting := answered(func() ([]timesheet.Row, error) { return v.Page(t.Context(), 0, 5000, nil) })
	select {
	case a := <-asked:
		t.Fatal(a)
	case a := <-waiting:
		t.Fatal(a)
	case <-time.After(100 * time.Millisecond):
	}
	within(t, func() {
		for range 2 {
			if err := v.Close(); err != nil {
				t.Error(err)
			}
		}
		for _, a := range []answer{<-asked, <-waiting} {
			wantError(t, a.err, timesheet.Unavailable, "closed")
		}
	})
	pageFails(t, v, timesheet.Unavailable, "the view is closed")
}
