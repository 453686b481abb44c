package board_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestPagesUnderChange: who stays in place while one pages through a day comes exactly
// once, whoever comes, goes and moves meanwhile.
func TestPagesUnderChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubbled{t}, func(rt *rapid.T) {
			w := newWorld(t, board.Options{})
			defer w.run(t)()
			synctest.Wait()
			id := func(i int) timesheet.EmployeeID { return timesheet.EmployeeID(fmt.Sprintf("E%02d", i)) }
			entry := func(i, minutes int) timesheet.Entry {
				return shift(id(i), monday, time.Duration(i)*time.Minute, time.Duration(i+minutes)*time.Minute)
			}
			for i := range 40 { // those of even numbers stay
				w.merge(t, entry(i, 100+i))
			}
			q := board.Query{
				Sort: board.Sort(rapid.IntRange(0, 3).Draw(rt, "sort")), Descending: rapid.Bool().Draw(rt, "descending"),
				Limit: rapid.IntRange(1, 7).Draw(rt, "limit"),
			}
			met := make(map[timesheet.EmployeeID]int)
			for {
				p := w.page(t, monday, q)
				for _, r := range p.Rows {
					met[r.Person.Employee]++
				}
				if q.Cursor = p.Next; q.Cursor == "" {
					break
				}
				for range rapid.IntRange(0, 3).Draw(rt, "changes") {
					i := 2*rapid.IntRange(0, 25).Draw(rt, "odd") + 1
					old := storetest.Contents(t, w.memory)[storetest.KeyOf(entry(i, 0))]
					if old.IsZero() || rapid.Bool().Draw(rt, "longer") {
						w.merge(t, entry(i, rapid.IntRange(2, 200).Draw(rt, "minutes")))
					} else {
						w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: old}})
					}
				}
				synctest.Wait()
			}
			for i := 0; i < 40; i += 2 {
				if met[id(i)] != 1 {
					rt.Fatalf("%s came %d times", id(i), met[id(i)])
				}
			}
		})
	})
}

// TestAtOnce: readers, writers and other rules at the same time, and in the end the day
// is what it must be. The race detector looks on.
func TestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, board.Options{Rows: 2000})
		defer w.run(t)()
		synctest.Wait()
		w.memory.BoundFeeds(50)
		listed := directory(t, timesheet.DirectoryRow{Employee: "E1", Team: "a", Aliases: []timesheet.EmployeeID{"E2"}}, timesheet.DirectoryRow{Employee: "new"})
		var wg sync.WaitGroup
		const rounds = 60
		for i := range 4 {
			wg.Go(func() {
				for n := range rounds {
					w.merge(t, shift(timesheet.EmployeeID(fmt.Sprintf("E%d", (n*7+i)%30)), monday-timesheet.Day(n%2), time.Duration(n)*time.Minute, 9*time.Hour))
				}
			})
			wg.Go(func() {
				q := board.Query{Sort: board.Sort(i), Descending: i%2 == 0, Limit: 10, Q: []string{"", "e1"}[i%2]}
				for n := range rounds {
					p := w.page(t, monday-timesheet.Day(n%2), q)
					if q.Cursor = ""; i < 2 {
						q.Cursor = p.Next
					}
				}
			})
		}
		wg.Go(func() {
			for n := range rounds {
				w.dir.Store([]*timesheet.Directory{nil, listed}[n%2])
				w.is(at(monday, 12*time.Hour+time.Duration(n)*time.Minute), timesheet.Forever)
				if n%10 == 9 {
					w.memory.Restore(w.memory.Snapshot())
				}
				month := timesheet.MonthOf(monday)
				if _, err := w.boards.Month(t.Context(), month, board.MonthQuery{Reach: timesheet.Everybody(), Limit: 20}, *w.moment.Load()); err != nil {
					t.Error(err)
				}
				pass(100 * time.Millisecond)
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		var told sync.WaitGroup
		told.Go(func() {
			s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Everybody(), Team: "a"})
			for ctx.Err() == nil {
				if _, err := s.Next(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				w.boards.Stats()
			}
		})
		wg.Wait()
		cancel()
		told.Wait()
		synctest.Wait()
		for _, on := range []timesheet.Day{monday, monday - 1} {
			want := w.naive(t, on, timesheet.Everybody())
			for s := range board.Sort(4) {
				q := board.Query{Sort: s, Limit: board.MaxRows}
				if p := w.page(t, on, q); !cmp.Equal(p.Rows, want.find(q)) || p.Totals != totalsOf(want.rows, "") {
					t.Errorf("%v by %v is not what it must be", on, s)
				}
			}
		}
	})
}
