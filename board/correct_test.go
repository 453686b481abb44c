package board_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

// correct says of e's day that it went from one time UTC to another, and that so many
// clockings were seen; from 0 withdraws what was said.
func (w *world) correct(t *testing.T, e timesheet.EmployeeID, on timesheet.Day, from, to time.Duration) {
	t.Helper()
	c := timesheet.Correction{Employee: e, Day: on, Reason: "forgot the badge", Actor: "hr", At: w.moment.Load().Now}
	if c.Withdrawn = from == 0; !c.Withdrawn {
		c.ClockIn, c.ClockOut = at(on, from), at(on, to)
	}
	if _, err := w.memory.Correct(t.Context(), c, timesheet.AnySeq); err != nil {
		t.Fatal(err)
	}
}

func TestCorrectionsAreTold(t *testing.T) {
	for name, loaded := range map[string]bool{"of a day that is kept": true, "of a day that is not": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, board.Options{}, func(t *testing.T, w *world) {
				w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "a", Aliases: []timesheet.EmployeeID{"old"}}))
				w.correct(t, "5", monday, 7*time.Hour, 9*time.Hour)
				pass(2 * time.Second) // the directory is new, which is a resync of its own
				if loaded {
					w.page(t, monday, board.Query{})
				}
				s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
				for _, step := range []struct {
					do   func()
					want string
				}{
					{func() { w.merge(t, shift("old", monday, 7*time.Hour, 8*time.Hour)) }, "1 0 1h0m0s"},
					{func() { w.correct(t, "1", monday, 7*time.Hour, 17*time.Hour) }, "1 0 8h0m0s"},
					{func() { w.merge(t, shift("1", monday, 6*time.Hour, 8*time.Hour)) }, "1 0 8h0m0s"},
					{func() { w.correct(t, "1", monday, 0, 0) }, "1 0 2h0m0s"},
					{func() { w.correct(t, "2", monday, 7*time.Hour, 17*time.Hour) }, "2 0 8h0m0s"},
					{func() { w.correct(t, "2", monday, 0, 0) }, "-2"},
					{func() { w.correct(t, "1", monday, 7*time.Hour, 10*time.Hour) }, "1 0 3h0m0s"},
					{func() {
						w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: shift("1", monday, 6*time.Hour, 8*time.Hour)}})
					}, "1 0 3h0m0s"},
					{func() {
						w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: shift("old", monday, 7*time.Hour, 8*time.Hour)}})
					}, "1 0 3h0m0s"},
					{func() { w.correct(t, "1", monday, 0, 0) }, "1 0 0s"}, // listed: still there
					{func() { w.merge(t, shift("5", monday, 5*time.Hour, 6*time.Hour)) }, "5 0 2h0m0s"},
					{func() { w.correct(t, "5", monday, 0, 0) }, "5 0 1h0m0s"}, // of one badge
				} {
					step.do()
					e := tells(t, s, step.want)
					if r := e.Row(); (r.Correction != nil) != r.Work.Marks.Has(timesheet.MarkCorrected) {
						t.Errorf("%s: %+v", step.want, r)
					}
				}
				silent(t, s)
			})
		})
	}
}

// TestCorrectedDaysAreReadOnce: a flood of changes of days that aren't kept asks for the
// corrections of each day once.
func TestCorrectedDaysAreReadOnce(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.correct(t, "7", monday, 7*time.Hour, 17*time.Hour)
		s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), Employee: "7"})
		synctest.Wait()
		for i := range 50 {
			w.merge(t, shift("7", monday, time.Duration(i)*time.Second, 20*time.Hour), shift("7", monday+1, time.Duration(i)*time.Second, 20*time.Hour))
			synctest.Wait()
		}
		if n := w.store.Calls("Corrected"); n > 2 {
			t.Errorf("corrections were read %d times", n)
		}
		told, last := next(t, s)
		for len(told) < 100 {
			more, e := next(t, s)
			told, last = append(told, more...), e
		}
		if len(told) != 100 || last.Day() != monday+1 {
			t.Errorf("told %q", told)
		}
		for range 3 { // what is remembered is another one, and then forgotten
			w.correct(t, "7", monday, 7*time.Hour, 10*time.Hour)
			tells(t, s, "7 0 3h0m0s")
			w.memory.Clear()
			tells(t, s, "resync")
			w.merge(t, shift("7", monday, 7*time.Hour, 8*time.Hour))
			tells(t, s, "7 0 1h0m0s")
		}
	})
}

func TestCorrectionsThatCantBeRead(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.store.On("Corrected", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		q := board.Query{Reach: timesheet.Everybody(), Limit: 1}
		if _, err := w.boards.Page(t.Context(), monday, q, *w.moment.Load()); !errors.Is(err, storetest.ErrInjected) {
			t.Errorf("a page: %v", err)
		}
		s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
		w.merge(t, workday("1", monday))
		tells(t, s, "resync")
		w.store.On("Corrected", nil)
		w.merge(t, workday("2", monday))
		tells(t, s, "2 0 8h0m0s")
	})
}

// TestCorrectionsWeigh: a day takes more where much was said of it.
func TestCorrectionsWeigh(t *testing.T) {
	inBubble(t, board.Options{Rows: 4 * (32 + 8)}, func(t *testing.T, w *world) {
		for back := range timesheet.Day(5) {
			w.merge(t, workday("1", monday-back))
		}
		days := func() int {
			for back := range timesheet.Day(5) {
				w.page(t, monday-back, board.Query{})
			}
			return w.boards.Stats().Days
		}
		before := days()
		w.correct(t, "1", monday, 7*time.Hour, 17*time.Hour)
		if after := days(); after >= before {
			t.Errorf("%d days are kept, %d before", after, before)
		}
	})
}

// TestCorrectionsChangeVersions: also where they change nothing but what they say.
func TestCorrectionsChangeVersions(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.merge(t, workday("1", monday))
		seen := map[uint64]string{w.page(t, monday, board.Query{}).Version: "nothing"}
		for _, remark := range []string{"at the customer's", "at the dentist's"} {
			c := timesheet.Correction{Employee: "1", Day: monday, Remark: remark, Reason: "said so", Actor: "hr"}
			if _, err := w.memory.Correct(t.Context(), c, timesheet.AnySeq); err != nil {
				t.Fatal(err)
			}
			p := w.page(t, monday, board.Query{})
			if before, ok := seen[p.Version]; ok || p.Rows[0].Correction.Remark != remark {
				t.Errorf("%s has the version of %s: %+v", remark, before, p.Rows[0].Correction)
			}
			seen[p.Version] = remark
		}
	})
}
