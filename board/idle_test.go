package board_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
)

func TestIdle(t *testing.T) {
	const idle = 30 * time.Second
	is := func(t *testing.T, w *world, live bool, when string) {
		t.Helper()
		synctest.Wait()
		if s := w.boards.Stats(); s.Live != live || s.Failures != 0 {
			t.Errorf("%s: live %v, %d failures", when, s.Live, s.Failures)
		}
	}
	t.Run("there is a feed only while somebody asks", func(t *testing.T) {
		inBubble(t, board.Options{Idle: idle}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			is(t, w, false, "at first")
			w.shows(t, monday, "1")
			is(t, w, true, "after a page")
			w.merge(t, workday("2", monday))
			w.shows(t, monday, "1", "2")
			loads := w.boards.Stats().Loads
			for range 10 {
				pass(idle / 2)
				w.shows(t, monday, "1", "2")
			}
			if again := w.boards.Stats().Loads; again > loads+1 {
				t.Errorf("%d readings more while somebody looked", again-loads)
			}
			is(t, w, true, "while somebody looks")
			pass(2 * idle)
			is(t, w, false, "when nobody has looked for long")
			w.merge(t, workday("3", monday))
			w.shows(t, monday, "1", "2", "3")
			is(t, w, true, "when somebody looks again")
		})
	})
	t.Run("who waits for changes keeps it, and is told to read again after a gap", func(t *testing.T) {
		inBubble(t, board.Options{Idle: idle}, func(t *testing.T, w *world) {
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			next := func() []board.Event {
				ctx, cancel := context.WithTimeout(t.Context(), idle/2)
				defer cancel()
				events, _ := s.Next(ctx)
				return events
			}
			next()
			for range 10 {
				next()
			}
			is(t, w, true, "while somebody waits")
			w.merge(t, workday("1", monday))
			if events := next(); len(events) != 1 || events[0].Resync() || events[0].Employee() != "1" {
				t.Errorf("%+v", events)
			}
			pass(3 * idle)
			is(t, w, false, "when nobody has waited for long")
			w.merge(t, workday("2", monday))
			if events := next(); len(events) != 1 || !events[0].Resync() {
				t.Errorf("after a gap: %+v", events)
			}
		})
	})
	t.Run("it ends while nobody asks", func(t *testing.T) {
		inBubble(t, board.Options{Idle: idle}, func(*testing.T, *world) { pass(time.Hour) })
	})
}
