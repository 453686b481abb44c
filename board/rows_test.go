package board_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

func TestExceptions(t *testing.T) {
	w := newWorld(t, board.Options{})
	w.is(at(monday+2, 12*time.Hour), timesheet.Forever)
	w.dir.Store(directory(t,
		timesheet.DirectoryRow{Employee: "absent"}, timesheet.DirectoryRow{Employee: "early"}, timesheet.DirectoryRow{Employee: "fine"},
		timesheet.DirectoryRow{Employee: "late"}, timesheet.DirectoryRow{Employee: "long"}, timesheet.DirectoryRow{Employee: "no out"},
		timesheet.DirectoryRow{Employee: "overtime"},
	))
	w.merge(t,
		shift("fine", monday, 8*time.Hour, 17*time.Hour), shift("late", monday, 9*time.Hour, 17*time.Hour),
		shift("early", monday, 8*time.Hour, 15*time.Hour), shift("no out", monday, 8*time.Hour, 8*time.Hour),
		shift("long", monday, 0, 17*time.Hour), shift("overtime", monday, 8*time.Hour, 20*time.Hour),
		shift("unknown", monday, 8*time.Hour, 17*time.Hour), shift("late", monday+1, 9*time.Hour, 17*time.Hour),
	)
	find := func(from timesheet.Day, after timesheet.EmployeeID) (all []string) {
		for r, err := range w.boards.Exceptions(t.Context(), from, monday+1, after, timesheet.Everybody(), *w.moment.Load()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(r.Person.Employee))
		}
		return all
	}
	want := []string{"early", "late", "long", "no out", "overtime", "unknown", "late"}
	if got := find(monday, ""); !slices.Equal(got, want) {
		t.Errorf("exceptions %q", got)
	}
	if got := find(monday, "long"); !slices.Equal(got, want[3:]) {
		t.Errorf("exceptions after long: %q", got)
	}
	late := 0 // of one who may see that one alone, after that one
	for r, err := range w.boards.Exceptions(t.Context(), monday, monday+1, "late", timesheet.Reach{Employee: "late"}, *w.moment.Load()) {
		if late++; r.Entry.Day != monday+1 || err != nil {
			t.Errorf("%+v, error %v", r, err)
		}
	}
	if late != 1 {
		t.Errorf("late was late %d times after monday", late)
	}
	for r, err := range w.boards.Exceptions(t.Context(), monday, monday+1, "", timesheet.Everybody(), *w.moment.Load()) {
		if r.Person.Employee != "early" || err != nil {
			t.Errorf("%s comes first, error %v", r.Person.Employee, err)
		}
		break // a row too many would panic
	}
	w.store.On("Board", storetest.Nth(w.store.Calls("Board")+2, storetest.Fault{Before: storetest.ErrInjected}))
	var failed int
	for r, err := range w.boards.Exceptions(t.Context(), monday, monday+1, "", timesheet.Everybody(), *w.moment.Load()) {
		if err != nil {
			failed++
		} else if r.Entry.Day != monday {
			t.Errorf("%+v comes of a day that can't be read", r)
		}
	}
	if failed != 1 {
		t.Errorf("%d errors", failed)
	}
}

// TestRowsOfMany: days of more rows than are held at once.
func TestRowsOfMany(t *testing.T) {
	w := newWorld(t, board.Options{})
	var es []timesheet.Entry
	for i := range 3000 {
		es = append(es, workday(timesheet.EmployeeID(fmt.Sprint(i)), monday))
	}
	w.merge(t, es...)
	w.merge(t, workday("1", monday+1))
	for q, want := range map[string]int{"2999": 1, "299": 13, "3000": 0} {
		if p := w.page(t, monday, board.Query{Q: q}); len(p.Rows) != want {
			t.Errorf("%q finds %d rows", q, len(p.Rows))
		}
	}
	n, last := 0, timesheet.Entry{}
	for r, err := range w.boards.Rows(t.Context(), monday, monday+1, "", timesheet.Everybody(), *w.moment.Load()) {
		if err != nil {
			t.Fatal(err)
		}
		if e := r.Entry; e.Day < last.Day || e.Day == last.Day && e.Employee <= last.Employee {
			t.Fatalf("%v comes after %v", e, last)
		}
		n, last = n+1, r.Entry
	}
	if n != 3001 {
		t.Errorf("%d rows", n)
	}
}

func TestSort(t *testing.T) {
	for s := range board.Sort(4) {
		if got, err := board.ParseSort(s.String()); got != s || err != nil {
			t.Errorf("%v is read as %v, %v", s, got, err)
		}
	}
	if s, err := board.ParseSort(""); s != board.ByEmployee || err != nil {
		t.Errorf("none is read as %v, %v", s, err)
	}
	if _, err := board.ParseSort("age"); timesheet.CodeOf(err) != timesheet.Invalid {
		t.Errorf("age: %v", err)
	}
	if got := board.Sort(9).String(); got != "sort(9)" {
		t.Error(got)
	}
}

// FuzzCursor: whatever comes back as a cursor is refused or gives a page.
func FuzzCursor(f *testing.F) {
	w := newWorld(f, board.Options{})
	w.merge(f, workday("1", monday), workday("2", monday), workday("3", monday))
	for s := range board.Sort(4) {
		p := w.page(f, monday, board.Query{Sort: s, Limit: 1})
		f.Add(uint8(s), false, p.Next)
	}
	f.Fuzz(func(t *testing.T, s uint8, descending bool, cursor string) {
		q := board.Query{Reach: timesheet.Everybody(), Sort: board.Sort(s % 4), Descending: descending, Limit: 10, Cursor: cursor}
		p, err := w.boards.Page(t.Context(), monday, q, *w.moment.Load())
		if err != nil && timesheet.CodeOf(err) != timesheet.Invalid || err == nil && len(p.Rows) > 3 {
			t.Fatalf("%d rows, error %v", len(p.Rows), err)
		}
	})
}

// TestFindNew: one who came after a search can be found.
func TestFindNew(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		find := func(q string, want int) {
			t.Helper()
			synctest.Wait()
			if p := w.page(t, monday, board.Query{Q: q}); len(p.Rows) != want {
				t.Errorf("%q finds %d rows", q, len(p.Rows))
			}
		}
		w.merge(t, workday("1", monday))
		find("1", 1)
		w.merge(t, workday("12", monday))
		find("12", 1)
		w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: workday("12", monday)}})
		find("1", 1)
		w.merge(t, workday("3", monday))
		find("3", 1)
		find("1", 1)
	})
}
