package board_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

func TestFreshness(t *testing.T) {
	t.Run("a page waits for what was durable before it was asked for", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			w.merge(t, workday("1", monday))
			done := make(chan struct{})
			go func() { defer close(done); w.shows(t, monday, "1") }()
			synctest.Wait()
			select {
			case <-done:
				t.Error("the page did not wait")
			default:
			}
			begin := time.Now()
			release()
			<-done
			if took, n := time.Since(begin), w.boards.Stats().Late; took != 0 || n != 0 {
				t.Errorf("shown %v after it was told; %d days were read again", took, n)
			}
		})
	})
	t.Run("where that takes long it reads the store, for itself", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			release := w.held(t)
			w.merge(t, workday("1", monday))
			begin := time.Now()
			w.shows(t, monday, "1")
			if took, n := time.Since(begin), w.boards.Stats().Late; took > 30*time.Millisecond || took < 25*time.Millisecond || n != 1 {
				t.Errorf("waited %v, %d late", took, n)
			}
			rows := 0
			for _, err := range w.boards.Rows(t.Context(), monday, monday, "", timesheet.Everybody(), *w.moment.Load()) {
				if rows++; err != nil {
					t.Error(err)
				}
			}
			if rows != 1 {
				t.Errorf("%d rows", rows)
			}
			month, err := w.boards.Month(t.Context(), timesheet.MonthOf(monday), board.MonthQuery{Reach: timesheet.Everybody(), Limit: 10}, *w.moment.Load())
			if err != nil || len(month.Rows) != 1 {
				t.Errorf("%d people, %v", len(month.Rows), err)
			}
			release()
			synctest.Wait()
			begin = time.Now()
			w.shows(t, monday, "1")
			if took := time.Since(begin); took != 0 {
				t.Errorf("the next one waited %v", took)
			}
		})
	})
	t.Run("no longer than its caller", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.shows(t, monday)
			defer w.held(t)()
			w.merge(t, workday("1", monday))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			begin := time.Now()
			_, err := w.boards.Page(ctx, monday, board.Query{Reach: timesheet.Everybody(), Limit: 10}, *w.moment.Load())
			if took := time.Since(begin); !errors.Is(err, timesheet.Unavailable) || took != 10*time.Millisecond {
				t.Errorf("%v after %v", err, took)
			}
		})
	})
	t.Run("a store that doesn't answer leaves what is kept, which says so", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.merge(t, workday("1", monday))
			w.shows(t, monday, "1")
			release := w.held(t)
			defer release()
			w.merge(t, workday("2", monday))
			w.store.On("Board", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			p, err := w.boards.Page(t.Context(), monday, board.Query{Reach: timesheet.Everybody(), Limit: 10}, *w.moment.Load())
			if err != nil || len(p.Rows) != 1 || p.Stale == 0 {
				t.Errorf("%+v, %v", p, err)
			}
			if _, err := w.boards.Page(t.Context(), monday+1, board.Query{Reach: timesheet.Everybody(), Limit: 10}, *w.moment.Load()); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("of a day that isn't kept: %v", err)
			}
		})
	})
}
