package board_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
)

// crowd are subscribers who wait, each in its goroutine, until ctx ends or the hub does.
type crowd struct {
	told [600]atomic.Int32 // events that each was told
	done sync.WaitGroup
}

func (c *crowd) gather(ctx context.Context, h *board.Hub, from, to int) {
	for i := from; i < to; i++ {
		s := h.Subscribe("", board.Filter{Reach: timesheet.Everybody()})
		c.done.Go(func() {
			for {
				events, err := s.Next(ctx)
				if err != nil {
					return
				}
				c.told[i].Add(int32(len(events)))
			}
		})
	}
	synctest.Wait()
}

// had is how many were told of just so many events.
func (c *crowd) had(events int32) (n int) {
	for i := range c.told {
		if c.told[i].Load() == events {
			n++
		}
	}
	return n
}

func TestManyWho(t *testing.T) {
	day := func(e timesheet.EmployeeID) timesheet.Entry { return shift(e, monday, 7*time.Hour, 17*time.Hour) }
	t.Run("wait are woken a handful at a time, and each once", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			ctx, cancel := context.WithCancel(t.Context())
			var c crowd
			c.gather(ctx, w.boards.Hub(), 0, len(c.told))
			w.merge(t, day("1"))
			synctest.Wait()
			first := c.had(1)
			if first == 0 || first > 100 {
				t.Errorf("%d of %d are told at once", first, len(c.told))
			}
			pass(time.Millisecond)
			if n := c.had(1) - first; n == 0 || n > 100 {
				t.Errorf("%d more are told in a millisecond", n)
			}
			w.merge(t, day("2")) // those who weren't told yet are told both at once
			pass(time.Duration(2*len(c.told)) * 20 * time.Microsecond)
			if n := c.had(2); n != len(c.told) {
				t.Errorf("%d of %d are told all after twice the time that it takes", n, len(c.told))
			}
			cancel()
			c.done.Wait()
		})
	})
	t.Run("wait all get to know that it ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, board.Options{})
			stop := w.run(t)
			synctest.Wait()
			var c crowd
			c.gather(t.Context(), w.boards.Hub(), 0, len(c.told))
			before := time.Now()
			stop()
			c.done.Wait()
			if took := time.Since(before); took != 0 {
				t.Errorf("only after %v", took)
			}
		})
	})
	t.Run("go leave the others in their order", func(t *testing.T) {
		inBubble(t, board.Options{}, func(t *testing.T, w *world) {
			some, leave := context.WithCancel(t.Context())
			others, cancel := context.WithCancel(t.Context())
			var c crowd
			c.gather(some, w.boards.Hub(), 0, 1)
			c.gather(others, w.boards.Hub(), 1, 2)
			c.gather(some, w.boards.Hub(), 2, 5)
			c.gather(others, w.boards.Hub(), 5, 9)
			c.gather(some, w.boards.Hub(), 9, 10)
			leave()
			synctest.Wait()
			w.merge(t, day("1"))
			pass(time.Second)
			if n := c.had(1); n != 5 {
				t.Errorf("%d of the 5 who stayed are told", n)
			}
			c.gather(others, w.boards.Hub(), 10, 12)
			w.merge(t, day("2"))
			pass(time.Second)
			if two, one := c.had(2), c.had(1); two != 5 || one != 2 {
				t.Errorf("%d are told of 2 changes and %d of 1, not 5 and 2", two, one)
			}
			cancel()
			c.done.Wait()
		})
	})
}

// Those who give up while they are woken lose nothing and leave nothing behind.
func TestGivingUpWhileBeingWoken(t *testing.T) {
	w := newWorld(t, board.Options{})
	stop := w.run(t)
	defer stop()
	var wg sync.WaitGroup
	last := make([]string, 8)
	for i := range last {
		s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
		wg.Go(func() {
			for last[i] == "" {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*50*time.Microsecond)
				events, err := s.Next(ctx)
				cancel()
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
					return
				}
				for _, e := range events {
					if e.Resync() || e.Employee() == "last" {
						last[i] = e.ID()
					}
				}
			}
		})
	}
	for i := range 500 {
		w.merge(t, shift("1", monday, 7*time.Hour, 17*time.Hour+time.Duration(i)*time.Second))
	}
	w.merge(t, shift("last", monday, 7*time.Hour, 17*time.Hour))
	wg.Wait()
}
