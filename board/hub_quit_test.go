package board_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
)

// Those who give up waiting, again and again and in the moment in which they are woken, are in
// nobody's way, nor in their own: each gets each change once.
func TestHubQuitters(t *testing.T) {
	const listeners, changes = 150, 150 // more than are woken without a pause
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		var want []timesheet.EmployeeID
		got := make([][]timesheet.EmployeeID, listeners)
		ctx, cancel := context.WithCancel(t.Context())
		var round atomic.Pointer[context.CancelCauseFunc] // ends the waiting of all but the first
		var waiting atomic.Pointer[context.Context]
		again := func() {
			within, end := context.WithCancelCause(ctx)
			waiting.Store(&within)
			if last := round.Swap(&end); last != nil {
				(*last)(nil)
			}
		}
		again()
		var all sync.WaitGroup
		for i := range listeners {
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody()})
			all.Go(func() {
				for ctx.Err() == nil {
					within := ctx
					if i > 0 {
						within = *waiting.Load()
					}
					events, _ := s.Next(within)
					for _, e := range events {
						got[i] = append(got[i], e.Employee())
					}
					if i == 0 && len(events) > 0 {
						again() // those behind it were woken with it, and haven't run yet
					}
				}
			})
		}
		synctest.Wait()
		for n := range changes {
			id := timesheet.EmployeeID(fmt.Sprint(n))
			want = append(want, id)
			w.merge(t, shift(id, monday, 7*time.Hour, 17*time.Hour))
			pass(time.Second)
		}
		pass(time.Minute)
		cancel()
		all.Wait()
		(*round.Load())(nil)
		for i := range got {
			if !slices.Equal(got[i], want) {
				t.Fatalf("listener %d was told of %v", i, got[i])
			}
		}
	})
}
