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
	"timesheet/storetest"
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
				all, ada := w.boards.Hub().Subscribe("", board.Filter{}), w.boards.Hub().Subscribe("", board.Filter{Team: "a", From: monday, To: monday})
				seven := w.boards.Hub().Subscribe("", board.Filter{Employee: "7"})
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
			s := w.boards.Hub().Subscribe("", board.Filter{})
			w.merge(t, day("7"))
			tells(t, s, "7 0 8h0m0s")
			w.merge(t, day("7"))
			silent(t, s)
		})
	})
	t.Run("tells of the person whom the directory of now names", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			w.page(t, monday, board.Query{})
			s := w.boards.Hub().Subscribe("", board.Filter{})
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
			s := w.boards.Hub().Subscribe("", board.Filter{From: monday, To: monday})
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
			s := w.boards.Hub().Subscribe("", board.Filter{From: monday, To: monday})
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
			s := w.boards.Hub().Subscribe("", board.Filter{})
			w.merge(t, day("1"))
			id := tells(t, s, "1 0 8h0m0s").ID()
			for _, e := range []timesheet.EmployeeID{"2", "3", "4", "5"} {
				w.merge(t, day(e))
				synctest.Wait()
			}
			again := w.boards.Hub().Subscribe(id, board.Filter{})
			tells(t, again, "2 0 8h0m0s", "3 0 8h0m0s", "4 0 8h0m0s", "5 0 8h0m0s")
			w.merge(t, day("6"))
			synctest.Wait()
			again = w.boards.Hub().Subscribe(id, board.Filter{})
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
				s := w.boards.Hub().Subscribe(id, board.Filter{})
				tells(t, s, "resync")
				silent(t, s)
			}
		})
	})
}

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
				s := w.boards.Hub().Subscribe("", board.Filter{})
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
			s := w.boards.Hub().Subscribe("", board.Filter{})
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
		s := w.boards.Hub().Subscribe("", board.Filter{})
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
			subscribers[i] = w.boards.Hub().Subscribe("", board.Filter{})
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
