package board_test

import (
	"testing"
	"testing/synctest"
	"time"

	"timesheet/board"
	"timesheet/storetest"
)

// TestNewsWhileReading: clockings and a correction that come while a day is read both count.
func TestNewsWhileReading(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		reading := make(chan struct{})
		w.store.On("Corrected", storetest.Nth(w.store.Calls("Corrected")+1, storetest.Fault{Hold: reading}))
		done := make(chan struct{})
		go func() { defer close(done); w.page(t, monday, board.Query{}) }()
		synctest.Wait()
		w.correct(t, "7", monday, 7*time.Hour, 9*time.Hour)
		w.merge(t, workday("7", monday))
		synctest.Wait()
		close(reading)
		<-done
		loads := w.boards.Stats().Loads
		p := w.page(t, monday, board.Query{})
		if len(p.Rows) != 1 || p.Rows[0].Work.Worked != 2*time.Hour || p.Rows[0].Entry != workday("7", monday) || w.boards.Stats().Loads != loads {
			t.Errorf("shown %+v", p.Rows)
		}
	})
}

// TestLateNews: what the feed tells while a day is read is older than what was read. The
// page shows what was durable before it was asked for nevertheless.
func TestLateNews(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		first, second, reading := make(chan struct{}), make(chan struct{}), make(chan struct{})
		waiting := w.store.Calls("Next")
		w.store.On("Next", func(n int) storetest.Fault {
			switch n {
			case waiting + 1:
				return storetest.Fault{Hold: first}
			case waiting + 2:
				return storetest.Fault{Hold: second}
			}
			return storetest.Fault{}
		})
		w.merge(t, workday("ends the Next that began before", monday+50))
		synctest.Wait()
		for _, hour := range []time.Duration{8, 17} { // each in a Next of its own
			w.merge(t, shift("7", monday, 7*time.Hour, hour*time.Hour))
			synctest.Wait()
		}
		w.store.On("Corrected", storetest.Nth(w.store.Calls("Corrected")+1, storetest.Fault{Hold: reading}))
		done := make(chan struct{})
		go func() {
			defer close(done)
			if p := w.page(t, monday, board.Query{}); len(p.Rows) != 1 || p.Rows[0].Work.Worked != 8*time.Hour {
				t.Errorf("shown %+v", p.Rows)
			}
		}()
		synctest.Wait()
		close(first)
		synctest.Wait()
		close(reading)
		<-done
		close(second)
	})
}
