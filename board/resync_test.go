package board_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

func TestHubResync(t *testing.T) {
	entry := shift("7", monday, 7*time.Hour, 17*time.Hour)
	for name, cause := range map[string]func(t *testing.T, w *world){
		"the feed has lost changes": func(_ *testing.T, w *world) { w.memory.Clear() },
		"the feed ends": func(t *testing.T, w *world) {
			w.store.On("Next", storetest.Nth(w.store.Calls("Next")+1, storetest.Fault{Before: storetest.ErrInjected}))
			w.merge(t, entry)
		},
		"there are other work rules":    func(t *testing.T, w *world) { w.work.Store(workRules(t, nil, nil)) },
		"there is a directory":          func(t *testing.T, w *world) { w.dir.Store(directory(t)) },
		"the subscriber is too slow":    func(t *testing.T, w *world) { flood(t, w) },
		"a badge can't be read":         unreadable,
		"there are no rules to show by": func(t *testing.T, w *world) { w.work.Store(nil); w.merge(t, entry) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, board.Options{Events: 8}, func(t *testing.T, w *world) {
				pass(2 * time.Second)
				s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
				synctest.Wait()
				cause(t, w)
				pass(time.Second)
				for told, _ := next(t, s); fmt.Sprint(told) != "[resync]"; told, _ = next(t, s) {
					if name == "the subscriber is too slow" {
						t.Fatalf("told %v", told)
					}
				}
			})
		})
	}
	t.Run("comes once a second at most", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			w.memory.Clear()
			tells(t, s, "resync")
			begin := time.Now()
			for range 10 {
				w.memory.Clear()
				synctest.Wait()
				tells(t, s, "resync")
			}
			if took := time.Since(begin); took != 10*time.Second {
				t.Errorf("10 resyncs took %v", took)
			}
			w.merge(t, entry)
			tells(t, s, "7 0 8h0m0s")
		})
	})
}

// flood makes more events than the ring holds.
func flood(t *testing.T, w *world) {
	for i := range 20 {
		w.merge(t, shift("7", monday, 7*time.Hour, 17*time.Hour+time.Duration(i)*time.Second))
		synctest.Wait()
	}
}

// unreadable makes the entries of a second badge unreadable when a first one changes.
func unreadable(t *testing.T, w *world) {
	w.dir.Store(directory(t, timesheet.DirectoryRow{Employee: "7", Aliases: []timesheet.EmployeeID{"old"}}))
	w.store.On("Range", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
	w.merge(t, shift("7", monday, 7*time.Hour, 17*time.Hour))
}

// TestHubEnds: a subscriber is told when there is no more to come.
func TestHubEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, board.Options{})
		stop := w.run(t)
		s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
		ended := make(chan error, 1)
		go func() {
			for {
				if _, err := s.Next(t.Context()); err != nil {
					ended <- err
					return
				}
			}
		}()
		synctest.Wait()
		stop()
		if err := <-ended; timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Errorf("at the end: %v", err)
		}
		if _, err := s.Next(t.Context()); timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestEventOnce: what is made of an event is made once, whoever asks, and pages have
// the change before it is told.
func TestEventOnce(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		w.page(t, monday, board.Query{})
		written := 0
		subscribers := make([]*board.Subscription, 10)
		for i := range subscribers {
			subscribers[i] = w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
		}
		w.merge(t, shift("7", monday, 7*time.Hour, 17*time.Hour))
		for _, s := range subscribers {
			_, e := next(t, s)
			text := e.Text(func(e board.Event) []byte { written++; return []byte(e.ID()) })
			if string(text) != e.ID() || written != 1 {
				t.Errorf("text %q, written %d times", text, written)
			}
			if p := w.page(t, monday, board.Query{}); len(p.Rows) != 1 || p.Rows[0] != e.Row() {
				t.Errorf("told %+v, shown %+v", e.Row(), p.Rows)
			}
		}
	})
}

// TestErasedIsNotTold: nobody who comes back later is told of one who was erased, however
// much happened in between.
func TestErasedIsNotTold(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		id := w.boards.Hub().ID()
		es := []timesheet.Entry{workday("0", monday)}
		for i := range 2000 {
			es = append(es, workday(timesheet.EmployeeID(fmt.Sprint(i)), monday+1))
		}
		w.merge(t, es...)
		synctest.Wait()
		if _, err := w.memory.Erase(t.Context(), "0"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		tells(t, w.boards.Hub().Subscribe(id, board.Filter{Reach: timesheet.Everybody()}), "resync")
	})
}
