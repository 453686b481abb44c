package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
)

// viewCalls and bookCalls are what a check of a store that differs calls.
var (
	viewCalls = []string{"highest", "page"}
	bookCalls = []string{"checkpoint", "floor", "rejected", "export", "exported a day", "erased"}
)

func TestVerifyFaults(t *testing.T) {
	for _, call := range append(viewCalls, bookCalls...) {
		for n := range 4 {
			t.Run(fmt.Sprintf("%s %d fails for good", call, n+1), func(t *testing.T) {
				s := week(t)
				s.drop("7", "2026-03-03")
				count, broken := 0, false
				before := func(c string) error {
					if c == call {
						count++
					}
					if broken = broken || count > n; broken {
						return code(timesheet.Unavailable)
					}
					return nil
				}
				s.view.before, s.books.before = before, before
				v, err := s.verify(ingest.RepairMerge)
				if count <= n {
					return // it isn't called so often
				}
				if !errors.Is(err, timesheet.Unavailable) || len(v.Differences) > 0 && v.Equal() {
					t.Errorf("%+v, %v", v, err)
				}
			})
		}
	}
	for _, call := range viewCalls {
		t.Run(call+" fails once and is tried again", func(t *testing.T) {
			s := week(t)
			failed := false
			s.view.before = func(c string) error {
				if c == call && !failed {
					failed = true
					return code(timesheet.Unavailable)
				}
				return nil
			}
			o := s.options(ingest.RepairNone)
			o.Patience = time.Minute
			v, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o)
			if err != nil || v.Rows != 7 || !v.Equal() || !failed {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	t.Run("a view that nobody can use is told at once", func(t *testing.T) {
		s := week(t)
		calls := 0
		s.view.before = func(string) error { calls++; return code(timesheet.Invalid) }
		if _, err := s.verify(ingest.RepairNone); !errors.Is(err, timesheet.Invalid) || calls != 1 {
			t.Errorf("%v after %d calls", err, calls)
		}
	})
	t.Run("an answer out of order, or too long", func(t *testing.T) {
		for _, v := range []ingest.View{muddled{week(t).view, 1}, muddled{week(t).view, 2}, muddled{week(t).view, 3}} {
			s := week(t)
			if found, err := ingest.Verify(t.Context(), v, s.sink, s.books, s.options(ingest.RepairReplace)); !errors.Is(err, timesheet.Internal) {
				t.Errorf("%+v, %v", found, err)
			}
		}
	})
	t.Run("no day rules", func(t *testing.T) {
		s := week(t)
		if _, err := ingest.Verify(t.Context(), s.view, noRules{s.sink}, s.books, s.options(ingest.RepairNone)); !errors.Is(err, timesheet.Invalid) {
			t.Error(err)
		}
	})
	t.Run("it is stopped", func(t *testing.T) {
		for _, call := range []string{"page", "export", "erased"} {
			s := week(t)
			s.drop("7", "2026-03-03")
			stopped := errors.New("interrupted")
			ctx, cancel := context.WithCancelCause(t.Context())
			s.during(call, 1, func() { cancel(stopped) })
			if _, err := ingest.Verify(ctx, s.view, s.sink, s.books, s.options(ingest.RepairMerge)); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, stopped) {
				t.Error(call, err)
			}
		}
	})
}

// TestVerifyGoingBack lets the store go back at each step: then nothing may be called
// equal that isn't.
func TestVerifyGoingBack(t *testing.T) {
	for _, call := range bookCalls[:5] {
		for n := range 3 {
			t.Run(fmt.Sprintf("the store is set back before %s %d", call, n+1), func(t *testing.T) {
				s := week(t)
				old := s.store.Snapshot()
				s.add(row(12, "7", "2026-03-04 08:00"))
				s.poll(12)
				back := false
				s.during(call, n+1, func() { s.store.Restore(old); back = true })
				if v, err := s.verify(ingest.RepairNone); back && (err == nil && v.Equal() || err != nil && !errors.Is(err, timesheet.Conflict)) {
					t.Errorf("%+v, %v", v, err)
				}
			})
			t.Run(fmt.Sprintf("the store is emptied before %s %d", call, n+1), func(t *testing.T) {
				s := week(t)
				back := false
				s.during(call, n+1, func() {
					s.store.Clear()
					s.must(second(s.store.SetDayRules(t.Context(), 0, siteRules("Europe/Berlin"))))
					back = true
				})
				if v, err := s.verify(ingest.RepairNone); back && (err == nil && v.Equal() || err != nil && !errors.Is(err, timesheet.Conflict)) {
					t.Errorf("%+v, %v", v, err)
				}
			})
		}
	}
	t.Run("the day rules change", func(t *testing.T) {
		for _, call := range []string{"page", "export", "exported a day"} {
			s := week(t)
			s.during(call, 1, func() { s.must(second(s.store.SetDayRules(t.Context(), 1, siteRules("Asia/Tokyo")))) })
			if v, err := s.verify(ingest.RepairReplace); !errors.Is(err, timesheet.Conflict) {
				t.Errorf("%+v, %v", v, err)
			}
		}
	})
	t.Run("the poller is rewound", func(t *testing.T) {
		for _, settled := range []timesheet.RowID{2, 11, 15} { // it may have caught up already
			s := week(t)
			s.during("export", 1, func() { s.must(second(s.store.Rewind(t.Context(), source, 1, settled, nil, "by hand"))) })
			if v, err := s.verify(ingest.RepairReplace); !errors.Is(err, timesheet.Conflict) {
				t.Errorf("%+v, %v", v, err)
			}
		}
	})
}

func TestVerifyProgress(t *testing.T) {
	s := week(t)
	s.drop("7", "2026-03-03")
	var told []ingest.VerifyProgress
	o := s.options(ingest.RepairMerge)
	o.Progress = func(p ingest.VerifyProgress) { told = append(told, p) }
	v, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o)
	if err != nil || len(told) < 2 || v.Rows != 7 {
		t.Fatalf("%+v, %v, told %v", v, err, told)
	}
	var was ingest.VerifyProgress
	for _, p := range told {
		if p.Rows < was.Rows || p.Entries < was.Entries || p.Total < p.Rows {
			t.Errorf("%+v after %+v", p, was)
		}
		was = p
	}
	if was.AtID != 11 || was.Rows != was.Total || was.Rows != 14 { // twice
		t.Errorf("at the end %+v", was)
	}
}

// muddled is a view that answers out of order, what was asked for not at all, or too much.
type muddled struct {
	*sheet
	how int
}

func (m muddled) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	rows, err := m.sheet.Page(ctx, after, limit, dst)
	switch {
	case len(rows) < 3 || err != nil:
	case m.how == 1:
		rows[1], rows[2] = rows[2], rows[1]
	case m.how == 2:
		rows[0].ID = after
	case m.how == 3:
		rows = append(rows, row(rows[2].ID+1, "7", "2026-03-02 08:00"))
	}
	return rows, err
}

// noRules is a sink whose store has no day rules.
type noRules struct{ ingest.Sink }

func (noRules) DayRules() *timesheet.DayRules { return nil }
