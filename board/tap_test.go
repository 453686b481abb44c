package board_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

// held makes the feed hold back what it has to tell until release is called; then all
// that was merged meanwhile comes at once.
func (w *world) held(t *testing.T) (release func()) {
	t.Helper()
	gate := make(chan struct{})
	w.store.On("Next", storetest.Always(storetest.Fault{Hold: gate}))
	for _, id := range []timesheet.EmployeeID{"ends the Next that began before", "is held"} {
		w.merge(t, workday(id, monday+50))
		synctest.Wait()
	}
	return func() { close(gate) }
}

func TestTap(t *testing.T) {
	t.Run("a page waits for what was merged before", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			storetest.Merge(t, w.boards.Tap(w.store), workday("1", monday))
			done := make(chan struct{})
			go func() { defer close(done); w.shows(t, monday, "1") }()
			synctest.Wait()
			select {
			case <-done:
				t.Error("the page did not wait")
			default:
			}
			w.shows(t, monday+1) // of another day
			begin := time.Now()
			release()
			<-done
			if n, took := w.boards.Stats().Unseen, time.Since(begin); n != 0 || took != 0 {
				t.Errorf("%d unseen, shown %v after they were told", n, took)
			}
		})
	})
	t.Run("whatever the badge, and no longer than needed", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "1", Aliases: []timesheet.EmployeeID{"old"}}))
			w.shows(t, monday, "1")
			begin := time.Now()
			for i, id := range []timesheet.EmployeeID{"1", "old", "2"} {
				storetest.Merge(t, w.boards.Tap(w.store), workday(id, monday))
				w.shows(t, monday, []timesheet.EmployeeID{"1", "2"}[:1+i/2]...)
			}
			if took := time.Since(begin); took != 0 {
				t.Errorf("waited %v", took)
			}
		})
	})
	t.Run("but not for ever", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			defer release()
			storetest.Merge(t, w.boards.Tap(w.store), workday("1", monday))
			begin := time.Now()
			w.shows(t, monday)
			if took, n := time.Since(begin), w.boards.Stats().Unseen; took != 250*time.Millisecond || n != 1 {
				t.Errorf("waited %v, %d unseen", took, n)
			}
			begin = time.Now()
			w.shows(t, monday)
			if took := time.Since(begin); took != 0 {
				t.Errorf("the next one waited %v", took)
			}
		})
	})
	t.Run("nor longer than its caller", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			defer release()
			storetest.Merge(t, w.boards.Tap(w.store), workday("1", monday))
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if _, err := w.boards.Page(ctx, monday, board.Query{Limit: 1}, *w.moment.Load()); timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Errorf("error %v", err)
			}
		})
	})
	t.Run("what changes nothing is not waited for", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			w.shows(t, monday, "1")
			release := w.held(t)
			defer release()
			storetest.Merge(t, w.boards.Tap(w.store), shift("1", monday, 8*time.Hour, 9*time.Hour))
			begin := time.Now()
			w.shows(t, monday, "1")
			if took := time.Since(begin); took != 0 {
				t.Errorf("waited %v", took)
			}
		})
	})
	t.Run("nor what failed or expired", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			if _, err := w.memory.Erase(t.Context(), "1"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			w.shows(t, monday)
			tap := w.boards.Tap(w.store)
			storetest.Merge(t, tap, workday("1", monday))
			w.store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			if out := tap.Merge(t.Context(), []timesheet.Delta{{Entries: []timesheet.Entry{workday("2", monday)}}}); out[0].Err == nil {
				t.Error("the fault did not come")
			}
			begin := time.Now()
			w.shows(t, monday)
			if took := time.Since(begin); took != 0 {
				t.Errorf("waited %v", took)
			}
		})
	})
	t.Run("a feed far behind is given up", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			var es []timesheet.Entry
			for i := range 70_000 {
				es = append(es, workday(timesheet.EmployeeID(fmt.Sprint(i)), monday))
			}
			storetest.Merge(t, w.boards.Tap(w.store), es...)
			if n := w.boards.Stats().Unseen; n == 0 || n > 70_000 {
				t.Errorf("%d unseen", n)
			}
			release()
			synctest.Wait()
			if p := w.page(t, monday, board.Query{}); p.Totals.Rows != len(es) {
				t.Errorf("%d rows", p.Totals.Rows)
			}
		})
	})
	t.Run("what was removed is gone at once", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday), workday("2", monday), workday("3", monday), workday("4", monday-1))
			w.shows(t, monday, "1", "2", "3")
			w.shows(t, monday-1, "4")
			release := w.held(t)
			defer release()
			tap := w.boards.Tap(w.store)
			if errs := tap.Replace(t.Context(), []timesheet.Replacement{{Old: workday("1", monday)}}); errs[0] != nil {
				t.Fatal(errs)
			}
			w.shows(t, monday, "2", "3")
			if _, err := tap.Erase(t.Context(), "3"); err != nil {
				t.Fatal(err)
			}
			w.shows(t, monday, "2")
			w.shows(t, monday-1, "4")
			if _, err := tap.Purge(t.Context(), monday); err != nil {
				t.Fatal(err)
			}
			w.shows(t, monday-1)
		})
	})
}

// TestErasedIsNotTold: nobody who comes back later is told of one who was erased, however
// much happened in between.
func TestErasedIsNotTold(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		id := w.boards.Hub().ID()
		es := []timesheet.Entry{workday("0", monday)}
		for i := range 2000 {
			es = append(es, workday(timesheet.EmployeeID(fmt.Sprint(i)), monday+1))
		}
		w.merge(t, es...)
		synctest.Wait()
		if _, err := w.memory.Erase(t.Context(), "0"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		tells(t, w.boards.Hub().Subscribe(id, board.Filter{}), "resync")
	})
}
