package board_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/internal/measure"
)

// staff are n employees with a clocking or two on each day, all listed with names and
// teams, in two schedules.
func staff(b *testing.B, n int, from timesheet.Day, days int) *world {
	b.Helper()
	w := newWorld(b, board.Options{})
	rows := make([]timesheet.DirectoryRow, n)
	for i := range rows {
		rows[i] = timesheet.DirectoryRow{
			Employee: timesheet.EmployeeID(fmt.Sprintf("E%06d", i*7919%n)), Name: fmt.Sprintf("Person %x", i*2654435761%n),
			Team: fmt.Sprintf("team %d", i%50), Schedule: []string{"", "free"}[i%2],
		}
	}
	w.dir.Store(directory(b, rows...))
	for on := from; on < from+timesheet.Day(days); on++ {
		es := make([]timesheet.Entry, 0, n)
		for i, r := range rows {
			if i%10 == 0 {
				continue // not there
			}
			in := 6*time.Hour + time.Duration(i%7200)*time.Second
			es = append(es, shift(r.Employee, on, in, in+time.Duration(i%5)*2*time.Hour))
		}
		w.merge(b, es...)
	}
	w.is(at(from, 12*time.Hour), timesheet.Forever)
	return w
}

func tenTeams() (teams []string) {
	for i := range 10 {
		teams = append(teams, fmt.Sprintf("team %d", 5*i))
	}
	return teams
}

// live begins Run and waits until days are kept.
func (w *world) live(b *testing.B) {
	b.Helper()
	w.run(b)
	for !w.boards.Stats().Live {
		if b.Context().Err() != nil {
			b.Fatal("no feed")
		}
	}
}

func BenchmarkPage(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
		q    board.Query
	}{
		{"5000 of 5000", 5000, board.Query{}},
		{"100 of 100000", 100_000, board.Query{Limit: 100}},
		{"100 of 100000 by worked", 100_000, board.Query{Limit: 100, Sort: board.ByWorked, Descending: true}},
		{"100 of 100000 of a team", 100_000, board.Query{Limit: 100, Team: "team 7"}},
		{"100 of 100000 within reach of a team", 100_000, board.Query{Limit: 100, Reach: timesheet.Reach{Teams: []string{"team 7"}, Employee: "E000001"}}},
		{"100 of 100000 within reach of 10 teams by worked", 100_000, board.Query{Limit: 100, Sort: board.ByWorked, Reach: timesheet.Reach{Teams: tenTeams()}}},
		{"one's own of 100000 by name", 100_000, board.Query{Limit: 100, Sort: board.ByName, Reach: timesheet.Reach{Employee: "E000001"}}},
		{"100 of 100000 by a name that is not there", 100_000, board.Query{Limit: 100, Q: "nobody", Sort: board.ByName}},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := staff(b, c.n, monday, 1)
			w.live(b)
			w.page(b, monday, c.q)
			m := measure.Start(b)
			for b.Loop() {
				w.page(b, monday, c.q)
			}
			m.Per("page", b.N)
		})
	}
}

// BenchmarkPageLive asks for a page after so many changes, which it has to wait for.
func BenchmarkPageLive(b *testing.B) {
	for _, c := range []struct {
		n, changes int
		q          board.Query
	}{
		{5000, 1, board.Query{Limit: 5000}},
		{100_000, 1, board.Query{Limit: 100}},
		{100_000, 1, board.Query{Limit: 100, Sort: board.ByClockIn}},
		{100_000, 100, board.Query{Limit: 100, Sort: board.ByWorked, Descending: true}},
	} {
		b.Run(fmt.Sprintf("%d of %d by %v after %d changes", c.q.Limit, c.n, c.q.Sort, c.changes), func(b *testing.B) {
			w := staff(b, c.n, monday, 1)
			w.live(b)
			w.page(b, monday, c.q)
			i := 0
			for b.Loop() {
				b.StopTimer()
				es := make([]timesheet.Entry, c.changes)
				for k := range es {
					i++
					es[k] = shift(timesheet.EmployeeID(fmt.Sprintf("E%06d", i*31%c.n)), monday, 5*time.Hour, 20*time.Hour+time.Duration(i)*time.Millisecond)
				}
				w.merge(b, es...)
				b.StartTimer()
				w.page(b, monday, c.q)
			}
		})
	}
}

// BenchmarkFirst reads a day and answers its first page.
func BenchmarkFirst(b *testing.B) {
	for _, n := range []int{5000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := staff(b, n, monday, 1)
			m := measure.Start(b)
			for b.Loop() {
				w.page(b, monday, board.Query{Limit: 100}) // no feed is open: read each time
			}
			m.Per("day", b.N)
		})
	}
}

// BenchmarkMonth answers months of 5,000 people: a page of 100, and all of it.
func BenchmarkMonth(b *testing.B) {
	w := staff(b, 5000, timesheet.DayOf(2026, time.October, 26), 36)
	w.live(b)
	month := timesheet.Month{Year: 2026, Month: time.November}
	for _, limit := range []int{100, 5000} {
		b.Run(fmt.Sprintf("%d of 5000", limit), func(b *testing.B) {
			m := measure.Start(b)
			for b.Loop() {
				p, err := w.boards.Month(b.Context(), month, board.MonthQuery{Reach: timesheet.Everybody(), Limit: limit}, *w.moment.Load())
				if err != nil || len(p.Rows) != limit {
					b.Fatal(len(p.Rows), err)
				}
			}
			m.Per("page", b.N)
		})
	}
	b.Run("exceptions", func(b *testing.B) {
		n, m := 0, measure.Start(b)
		for b.Loop() {
			n = 0
			for _, err := range w.boards.Exceptions(b.Context(), month.First(), month.Last(), "", timesheet.Everybody(), *w.moment.Load()) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
		b.ReportMetric(float64(n), "rows")
		m.Per("month", b.N)
	})
}

// BenchmarkChange is one change from the store's merge until the last of all
// subscribers has it.
func BenchmarkChange(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("%d subscribers", n), func(b *testing.B) {
			w := staff(b, 5000, monday, 1)
			w.live(b)
			w.page(b, monday, board.Query{})
			var got, all sync.WaitGroup
			for range n {
				s := w.boards.Hub().Subscribe(w.boards.Hub().ID(), board.Filter{Reach: timesheet.Everybody()})
				ctx, cancel := context.WithCancel(b.Context())
				all.Go(func() {
					defer cancel()
					for {
						events, err := s.Next(ctx)
						if err != nil {
							return
						}
						for _, e := range events {
							e.Row()
							got.Done()
						}
					}
				})
			}
			b.Cleanup(all.Wait)
			i, m := 0, measure.Start(b)
			for b.Loop() {
				i++
				got.Add(n)
				w.merge(b, shift("E000001", monday, 5*time.Hour, 20*time.Hour+time.Duration(i)*time.Millisecond))
				got.Wait()
			}
			m.Per("told", b.N*n)
		})
	}
}
