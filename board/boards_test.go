package board_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

// workday is eight hours of e on a day.
func workday(e timesheet.EmployeeID, on timesheet.Day) timesheet.Entry {
	return shift(e, on, 7*time.Hour, 17*time.Hour)
}

// shows says whose rows with a clocking a day must have.
func (w *world) shows(t *testing.T, on timesheet.Day, want ...timesheet.EmployeeID) {
	t.Helper()
	var got []timesheet.EmployeeID
	for _, r := range w.page(t, on, board.Query{}).Rows {
		got = append(got, r.Person.Employee)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%v shows %q, want %q", on, got, want)
	}
}

func TestBoardsWithoutFeed(t *testing.T) {
	w := newWorld(t, board.Options{})
	w.merge(t, workday("1", monday))
	w.shows(t, monday, "1")
	w.merge(t, workday("2", monday))
	w.shows(t, monday, "1", "2")
	if s := w.boards.Stats(); s.Days != 0 || s.Loads != 2 || s.Live {
		t.Errorf("stats %+v", s)
	}
}

func TestBoardsReadOnce(t *testing.T) {
	t.Run("for all who ask at once", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			gate := make(chan struct{})
			w.store.On("Board", storetest.Always(storetest.Fault{Block: gate}))
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() { w.shows(t, monday, "1", "2") })
			}
			synctest.Wait()
			w.merge(t, workday("2", monday))
			synctest.Wait()
			close(gate)
			wg.Wait()
			if n := w.store.Calls("Board"); n != 1 {
				t.Errorf("%d readings", n)
			}
		})
	})
	t.Run("and a change after its reading is not missed", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday), workday("3", monday))
			read := make(chan struct{})
			w.store.On("Board", storetest.Always(storetest.Fault{Hold: read}))
			done := make(chan struct{})
			go func() { defer close(done); w.shows(t, monday, "1", "2") }()
			synctest.Wait()
			w.merge(t, workday("2", monday))
			w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: workday("3", monday)}})
			synctest.Wait()
			close(read)
			<-done
			w.shows(t, monday, "1", "2")
		})
	})
	t.Run("and again where its reading was too early for a reset", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			read := make(chan struct{})
			w.store.On("Board", storetest.Nth(1, storetest.Fault{Hold: read}))
			first, second := make(chan struct{}), make(chan struct{})
			go func() { defer close(first); w.shows(t, monday, "1") }() // it began before
			synctest.Wait()
			go func() { defer close(second); w.page(t, monday, board.Query{}) }()
			synctest.Wait()
			w.memory.Clear()
			synctest.Wait()
			third := make(chan struct{})
			go func() { defer close(third); w.shows(t, monday) }()
			<-third
			close(read)
			<-first
			<-second
			w.shows(t, monday)
		})
	})
	t.Run("though the one who reads gives up", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			w.store.On("Board", storetest.Nth(1, storetest.Fault{Delay: time.Hour}))
			ctx, cancel := context.WithCancel(t.Context())
			gaveUp := make(chan error)
			go func() {
				_, err := w.boards.Page(ctx, monday, board.Query{Reach: timesheet.Everybody(), Limit: 1}, *w.moment.Load())
				gaveUp <- err
			}()
			synctest.Wait()
			done := make(chan struct{})
			go func() { defer close(done); w.shows(t, monday, "1") }()
			synctest.Wait()
			cancel()
			if err := <-gaveUp; !errors.Is(err, context.Canceled) || timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Errorf("gave up with %v", err)
			}
			<-done
		})
	})
	t.Run("unless the store is away", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.store.On("Board", storetest.Nth(1, storetest.Fault{After: storetest.ErrInjected}))
			if _, err := w.boards.Page(t.Context(), monday, board.Query{Reach: timesheet.Everybody(), Limit: 1}, *w.moment.Load()); !errors.Is(err, storetest.ErrInjected) {
				t.Errorf("error %v", err)
			}
			w.merge(t, workday("1", monday))
			w.shows(t, monday, "1")
		})
	})
}

// TestStale: numbers are never old unsaid.
func TestStale(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.page(t, monday, board.Query{})
		w.store.On("Ping", storetest.Always(storetest.Fault{Delay: time.Hour}))
		begin := w.moment.Load().Now
		w.is(begin.Add(time.Second), timesheet.Forever)
		pass(3*time.Second + time.Millisecond)
		if p := w.page(t, monday, board.Query{}); p.Stale != begin || w.boards.Stats().Stale != begin {
			t.Errorf("stale since %v, want %v", p.Stale, begin)
		}
		if p := w.page(t, monday+1, board.Query{}); p.Stale != 0 {
			t.Errorf("what was just read is stale since %v", p.Stale)
		}
		w.store.On("Ping", nil)
		pass(3 * time.Second)
		if p := w.page(t, monday, board.Query{}); p.Stale != 0 {
			t.Errorf("still stale since %v", p.Stale)
		}
	})
}

func TestFeedEnds(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.page(t, monday, board.Query{})
		w.store.On("Watch", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		w.store.On("Next", storetest.Nth(w.store.Calls("Next")+1, storetest.Fault{Before: storetest.ErrInjected}))
		w.merge(t, workday("1", monday))
		synctest.Wait()
		for i, e := range []timesheet.EmployeeID{"2", "3"} {
			w.merge(t, workday(e, monday))
			w.shows(t, monday, []timesheet.EmployeeID{"1", "2", "3"}[:i+2]...)
		}
		if s := w.boards.Stats(); s.Live || s.Failures == 0 || s.Days != 0 {
			t.Errorf("without a feed: %+v", s)
		}
		w.store.On("Watch", nil)
		pass(10 * time.Second)
		w.shows(t, monday, "1", "2", "3")
		loads := w.boards.Stats().Loads
		w.merge(t, workday("4", monday))
		synctest.Wait()
		w.shows(t, monday, "1", "2", "3", "4")
		if s := w.boards.Stats(); !s.Live || s.Loads != loads || s.Days != 1 || s.Rows != 4 || s.Behind != 0 {
			t.Errorf("with a feed again: %+v, %d loads before", s, loads)
		}
	})
}
