package board_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
)

// inBubble is a running world in a synctest bubble, whose first feed is open.
func inBubble(t *testing.T, o board.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, o)
		stop := w.run(t)
		defer stop()
		synctest.Wait()
		test(t, w)
	})
}

// next is what a subscription has to tell; a resync is "resync", a row that is gone "-id".
func next(t *testing.T, s *board.Subscription) (told []string, last board.Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	events, err := s.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		switch r := e.Row(); {
		case e.Resync():
			told = append(told, "resync")
		case e.Gone():
			told = append(told, "-"+string(e.Employee()))
		default:
			told = append(told, fmt.Sprintf("%s %d %v", r.Person.Employee, e.Day()-monday, r.Work.Worked))
		}
		last = e
	}
	return told, last
}

// tells says what must come next.
func tells(t *testing.T, s *board.Subscription, want ...string) board.Event {
	t.Helper()
	synctest.Wait()
	got, last := next(t, s)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("told %q, want %q", got, want)
	}
	return last
}

// silent says that nothing must come.
func silent(t *testing.T, s *board.Subscription) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if events, err := s.Next(ctx); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("told %d events, error %v", len(events), err)
	}
}

func TestHub(t *testing.T) {
	day := func(e timesheet.EmployeeID) timesheet.Entry { return shift(e, monday, 7*time.Hour, 17*time.Hour) }
	for name, loaded := range map[string]bool{"of a day that is kept": true, "of a day that is not": false} {
		t.Run("tells of changes "+name, func(t *testing.T) {
			inBubble(t, board.Options{}, func(t *testing.T, w *world) {
				w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "a", Aliases: []timesheet.EmployeeID{"old"}}))
				w.merge(t, shift("old", monday, 7*time.Hour, 8*time.Hour))
				pass(2 * time.Second) // the directory is new, which is a resync of its own
				if loaded {
					w.page(t, monday, board.Query{})
				}
				all, ada := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()}), w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), Team: "a", From: monday, To: monday})
				seven := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), Employee: "7"})
				for _, e := range []timesheet.Entry{day("7"), shift("1", monday, 16*time.Hour, 17*time.Hour), shift("1", monday+1, 7*time.Hour, 8*time.Hour)} {
					w.merge(t, e)
					synctest.Wait() // else they may come as one batch, by day
				}
				w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: day("7")}})
				// On the wall from 8 to 18, two hours of break; 1's clock-in is by the badge old.
				tells(t, all, "7 0 8h0m0s", "1 0 8h0m0s", "1 1 1h0m0s", "-7")
				tells(t, ada, "1 0 8h0m0s")
				tells(t, seven, "7 0 8h0m0s", "-7")
				silent(t, all)
				silent(t, ada)
			})
		})
	}
	t.Run("does not tell what changes nothing of a day that is kept", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.page(t, monday, board.Query{})
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			w.merge(t, day("7"))
			tells(t, s, "7 0 8h0m0s")
			w.merge(t, day("7"))
			silent(t, s)
		})
	})
	t.Run("tells of the person whom the directory of now names", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.page(t, monday, board.Query{})
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "1"}))
			w.merge(t, shift("1", monday+1, 7*time.Hour, 8*time.Hour))
			tells(t, s, "1 1 1h0m0s")
			w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "1", Aliases: []timesheet.EmployeeID{"7"}}))
			w.merge(t, day("7"))
			tells(t, s, "1 0 8h0m0s")
			w.merge(t, shift("7", monday+1, 16*time.Hour, 17*time.Hour))
			tells(t, s, "1 1 8h0m0s")
		})
	})
	t.Run("does not tell of what was there and back in a moment", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			var crowd []timesheet.Entry
			for i := range 50 {
				crowd = append(crowd, day(timesheet.EmployeeID(fmt.Sprintf("c%d", i))))
			}
			w.merge(t, append(crowd, day("7"))...)
			w.page(t, monday, board.Query{})
			release := w.held(t)
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), From: monday, To: monday})
			longer := shift("7", monday, 6*time.Hour, 18*time.Hour)
			for _, r := range []timesheet.Replacement{{Old: day("7"), New: longer}, {Old: longer}, {New: day("7")}} {
				w.memory.Replace(t.Context(), []timesheet.Replacement{r})
			}
			for i := range crowd {
				crowd[i].Flags = timesheet.Direct
			}
			w.merge(t, crowd...)
			release()
			synctest.Wait()
			if told, _ := next(t, s); len(told) != len(crowd) {
				t.Errorf("told %q", told)
			}
			silent(t, s)
		})
	})
	t.Run("tells of a row once, however often it changed in a moment", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			release := w.held(t)
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), From: monday, To: monday})
			for _, e := range []timesheet.Entry{shift("7", monday, 8*time.Hour, 9*time.Hour), day("1"), day("7")} {
				w.merge(t, e)
			}
			release()
			tells(t, s, "7 0 8h0m0s", "1 0 8h0m0s")
			silent(t, s)
		})
	})
	t.Run("resumes after an event", func(t *testing.T) {
		inBubble(t, board.Options{Events: 4}, func(t *testing.T, w *world) {
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			w.merge(t, day("1"))
			id := tells(t, s, "1 0 8h0m0s").ID()
			for _, e := range []timesheet.EmployeeID{"2", "3", "4", "5"} {
				w.merge(t, day(e))
				synctest.Wait()
			}
			again := w.boards.Hub().Subscribe(id, board.Filter{Reach: timesheet.Everybody()})
			tells(t, again, "2 0 8h0m0s", "3 0 8h0m0s", "4 0 8h0m0s", "5 0 8h0m0s")
			w.merge(t, day("6"))
			synctest.Wait()
			again = w.boards.Hub().Subscribe(id, board.Filter{Reach: timesheet.Everybody()})
			if e := tells(t, again, "resync"); e.ID() != w.boards.Hub().ID() {
				t.Errorf("the resync is %s, the newest event %s", e.ID(), w.boards.Hub().ID())
			}
			silent(t, again)
		})
	})
	t.Run("tells one who comes with a foreign id to read again", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			other := newWorld(t, board.Options{})
			for _, id := range []string{"x", "-", "1", "é-1", other.boards.Hub().ID(), w.boards.Hub().ID() + "0", w.boards.Hub().ID() + "-1"} {
				s := w.boards.Hub().Subscribe(id, board.Filter{Reach: timesheet.Everybody()})
				tells(t, s, "resync")
				silent(t, s)
			}
		})
	})
}
