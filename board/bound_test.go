package board_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"timesheet"
	"timesheet/board"
)

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
				for _, err := range w.boards.Rows(t.Context(), monday-20, monday-1, "", timesheet.Everybody(), *w.moment.Load()) {
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
		return w.page(t, monday, board.Query{Reach: timesheet.Everybody(), Limit: 1, Sort: s, Descending: descending}).Next
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
		if _, err := w.boards.Page(t.Context(), on, board.Query{Reach: timesheet.Everybody(), Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%v: %v", on, err)
		}
	}
	for _, q := range []board.MonthQuery{{}, {Limit: 10_001}, {Limit: 1, Cursor: "x"}} {
		if _, err := w.boards.Month(t.Context(), timesheet.MonthOf(monday), q, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := w.boards.Month(t.Context(), timesheet.Month{Year: 1980, Month: 1}, board.MonthQuery{Reach: timesheet.Everybody(), Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Invalid) {
		t.Errorf("a month of 1980: %v", err)
	}
	for _, r := range [][2]timesheet.Day{{monday, monday - 1}, {0, monday}, {monday, monday + board.MaxRange}, {monday, timesheet.LastDay + 1}} {
		for _, err := range w.boards.Exceptions(t.Context(), r[0], r[1], "", timesheet.Everybody(), *w.moment.Load()) {
			if !errors.Is(err, timesheet.Invalid) {
				t.Errorf("%v: %v", r, err)
			}
		}
	}
	w.work.Store(nil)
	if _, err := w.boards.Page(t.Context(), monday, board.Query{Reach: timesheet.Everybody(), Limit: 1}, *w.moment.Load()); !errors.Is(err, timesheet.Unavailable) {
		t.Errorf("without rules: %v", err)
	}
}
