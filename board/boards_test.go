package board_test

import (
	"context"
	"errors"
	"fmt"
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
				_, err := w.boards.Page(ctx, monday, board.Query{Limit: 1}, *w.moment.Load())
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
			if _, err := w.boards.Page(t.Context(), monday, board.Query{Limit: 1}, *w.moment.Load()); !errors.Is(err, storetest.ErrInjected) {
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

// TestBound: beyond the bound days go that were used longest ago, today and yesterday
// never, and one who goes through many days keeps what he used himself.
func TestBound(t *testing.T) {
	fill := func(t *testing.T, w *world, days timesheet.Day) {
		for on := monday - days; on <= monday; on++ {
			for _, e := range []timesheet.EmployeeID{"1", "2", "3", "4", "5"} {
				w.merge(t, workday(e, on))
			}
		}
	}
	t.Run("pages", func(t *testing.T) {
		inBubble(t, board.Options{Rows: 4 * (32 + 5*8)}, func(t *testing.T, w *world) {
			fill(t, w, 9)
			for _, back := range []timesheet.Day{0, 1, 2, 3, 4, 3, 5, 6} { // 2 and 4 go
				w.page(t, monday-back, board.Query{})
			}
			before := w.boards.Stats()
			if before.Days != 4 || before.Loads != 7 {
				t.Errorf("stats %+v", before)
			}
			for _, back := range []timesheet.Day{0, 1, 5, 6} {
				w.page(t, monday-back, board.Query{})
			}
			if after := w.boards.Stats(); after.Loads != before.Loads {
				t.Errorf("%d days were read again", after.Loads-before.Loads)
			}
			w.page(t, monday-4, board.Query{})
			if after := w.boards.Stats(); after.Loads != before.Loads+1 {
				t.Errorf("%d days were read again", after.Loads-before.Loads)
			}
		})
	})
	t.Run("days without rows", func(t *testing.T) {
		inBubble(t, board.Options{Rows: 320}, func(t *testing.T, w *world) {
			for on := monday - 1000; on < monday; on++ {
				w.page(t, on, board.Query{})
			}
			if n := w.boards.Stats().Days; n > 10 {
				t.Errorf("%d days are kept", n)
			}
		})
	})
	t.Run("months", func(t *testing.T) {
		inBubble(t, board.Options{Rows: 10 * (32 + 5)}, func(t *testing.T, w *world) {
			fill(t, w, 20)
			read := func() uint64 {
				before := w.boards.Stats().Loads
				for _, err := range w.boards.Rows(t.Context(), monday-20, monday-1, "", *w.moment.Load()) {
					if err != nil {
						t.Fatal(err)
					}
				}
				if s := w.boards.Stats(); s.Rows > 10*5 {
					t.Errorf("%d rows are kept", s.Rows)
				}
				return w.boards.Stats().Loads - before
			}
			read()
			if n := read(); n < 9 || n > 12 {
				t.Errorf("%d of 20 days were read again, 10 can be kept", n)
			}
		})
	})
}

// TestLateCaller: who is overtaken by less than a second sees what the other saw, and a
// clock that was set back further is followed.
func TestLateCaller(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.merge(t, shift("1", monday, 8*time.Hour, 8*time.Hour))
		end := at(monday, 23*time.Hour) // in Berlin
		for _, c := range []struct {
			now  timesheet.Instant
			want timesheet.Status
		}{
			{at(monday, 12*time.Hour), timesheet.StatusOpen},
			{end, timesheet.StatusMissingOut},
			{end.Add(-time.Second), timesheet.StatusMissingOut},
			{end.Add(-1001 * time.Millisecond), timesheet.StatusOpen},
			{end, timesheet.StatusMissingOut},
			{end.Add(-time.Second), timesheet.StatusMissingOut},
		} {
			w.is(c.now, timesheet.Forever)
			// Somebody new, so that there is something to evaluate.
			w.merge(t, shift(timesheet.EmployeeID(fmt.Sprint(c.now)), monday, 8*time.Hour, 8*time.Hour))
			for _, r := range w.page(t, monday, board.Query{}).Rows {
				if got := r.Work.Status; got != c.want {
					t.Errorf("%s at %v: %v, want %v", r.Person.Employee, c.now.Time(), got, c.want)
				}
			}
		}
	})
}

func TestRefused(t *testing.T) {
	w := newWorld(t, board.Options{})
	w.merge(t, workday("1", monday), workday("2", monday))
	next := func(s board.Sort, descending bool) string {
		return w.page(t, monday, board.Query{Limit: 1, Sort: s, Descending: descending}).Next
	}
	for name, q := range map[string]board.Query{
		"limit 0":                       {},
		"limit 10,001":                  {Limit: board.MaxRows + 1},
		"an unknown order":              {Limit: 1, Sort: 4},
		"a cursor that is none":         {Limit: 1, Cursor: "x"},
		"a cursor of another order":     {Limit: 1, Cursor: next(board.ByWorked, false)},
		"a cursor of the other way":     {Limit: 1, Cursor: next(board.ByEmployee, true)},
		"a cursor that is cut":          {Limit: 1, Sort: board.ByClockIn, Cursor: next(board.ByClockIn, false)[:4]},
		"a cursor whose name is cut":    {Limit: 1, Sort: board.ByName, Cursor: next(board.ByName, false)[:3] + "\xff"},
		"a cursor without an employee":  {Limit: 1, Cursor: next(board.ByEmployee, false)[:3] + " "},
		"a cursor with half a rune":     {Limit: 1, Cursor: next(board.ByEmployee, false) + "\xc3"},
		"a cursor of a later version":   {Limit: 1, Cursor: "\x02" + next(board.ByEmployee, false)[1:]},
		"a cursor with unknown flags":   {Limit: 1, Cursor: "\x01\x00\x08x"},
		"a cursor with an endless size": {Limit: 1, Sort: board.ByName, Cursor: "\x01\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"},
	} {
		if _, err := w.boards.Page(t.Context(), monday, q, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, on := range []timesheet.Day{timesheet.FirstDay - 1, timesheet.LastDay + 1} {
		if _, err := w.boards.Page(t.Context(), on, board.Query{Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%v: %v", on, err)
		}
	}
	for _, q := range []board.MonthQuery{{}, {Limit: 10_001}, {Limit: 1, Cursor: "x"}} {
		if _, err := w.boards.Month(t.Context(), timesheet.MonthOf(monday), q, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := w.boards.Month(t.Context(), timesheet.Month{Year: 1980, Month: 1}, board.MonthQuery{Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
		t.Errorf("a month of 1980: %v", err)
	}
	for _, r := range [][2]timesheet.Day{{monday, monday - 1}, {0, monday}, {monday, monday + board.MaxRange}, {monday, timesheet.LastDay + 1}} {
		for _, err := range w.boards.Exceptions(t.Context(), r[0], r[1], "", *w.moment.Load()) {
			if !errors.Is(err, timesheet.Invalid) {
				t.Errorf("%v: %v", r, err)
			}
		}
	}
	w.work.Store(nil)
	if _, err := w.boards.Page(t.Context(), monday, board.Query{Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Unavailable) {
		t.Errorf("without rules: %v", err)
	}
}
