package board_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// month compares all pages of a month with one made day by day.
func (m *model) month(rt *rapid.T) {
	synctest.Wait()
	month := timesheet.MonthOf(monday + timesheet.Day(rapid.SampledFrom([]int{0, 0, 8}).Draw(rt, "days on")))
	q := board.MonthQuery{
		Reach: reach().Draw(rt, "reach"),
		Team:  rapid.SampledFrom([]string{"", "", "a", "no"}).Draw(rt, "team"), Q: rapid.SampledFrom([]string{"", "", "1", "AD"}).Draw(rt, "q"),
		Limit: rapid.SampledFrom([]int{1, 2, 100}).Draw(rt, "limit"),
		From:  rapid.SampledFrom([]timesheet.Day{0, 0, month.First() - 2, month.First() + 3, monday - 1, monday + 1}).Draw(rt, "kept from"),
	}
	var got []board.MonthRow
	for {
		p, err := m.boards.Month(m.t.Context(), month, q, *m.moment.Load())
		if err != nil {
			rt.Fatal(err)
		}
		got = append(got, p.Rows...)
		if q.Cursor = p.Next; q.Cursor == "" {
			break
		}
		if len(p.Rows) != q.Limit {
			rt.Fatalf("a page of %d has %d rows, and there are more", q.Limit, len(p.Rows))
		}
	}
	if want := m.naiveMonth(month, q); !cmp.Equal(got, want) {
		rt.Fatalf("%v %+v: (-want +got)\n%s", month, q, cmp.Diff(want, got))
	}
}

func (m *model) naiveMonth(month timesheet.Month, q board.MonthQuery) (all []board.MonthRow) {
	dir, days, work, now := m.dir.Load(), m.days.Load(), m.work.Load(), *m.moment.Load()
	from, to := timesheet.WeeksOf(month)
	from = max(from, q.From)
	boards := make(map[timesheet.Day]map[timesheet.EmployeeID]board.Row)
	people := make(map[timesheet.EmployeeID]bool)
	for on := from; on <= to; on++ {
		boards[on] = make(map[timesheet.EmployeeID]board.Row)
		for _, r := range m.naive(m.t, on, q.Reach).rows {
			boards[on][r.Person.Employee] = r
			people[r.Person.Employee] = people[r.Person.Employee] || on >= month.First()
		}
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		var row board.MonthRow
		var workdays []timesheet.Workday
		row.Days = []board.Row{}
		found, inTeam := false, q.Team == ""
		for on := from; on <= to; on++ {
			r, ok := boards[on][id]
			if !ok {
				r.Person, _ = dir.Person(id, on)
				if !sees(q.Reach, r.Person) {
					continue
				}
				r.Work = work.Evaluate(r.Entry, r.Correction, r.Person, on, days.For(id), now)
			}
			workdays = append(workdays, r.Work)
			if on < month.First() {
				continue
			}
			row.Days = append(row.Days, r)
			p, listed := dir.Person(id, on)
			if listed || !found {
				row.Person, found = p, found || listed
			}
			if listed {
				inTeam = inTeam || p.Team == q.Team
			}
		}
		row.Totals = timesheet.MonthTotals(month, workdays, func(on timesheet.Day) timesheet.Terms {
			p, _ := dir.Person(id, on)
			return work.Terms(p.Schedule, on)
		})
		text := plain(row.Person.Name + "\n" + string(id))
		if people[id] && inTeam && strings.Contains(text, plain(q.Q)) {
			all = append(all, row)
		}
	}
	return all
}

// TestMonthWeeks: a week that ends in the month counts as a whole, the days before the
// month too, for those who are in the month. December 2026 begins on a Tuesday, November
// on a Sunday.
func TestMonthWeeks(t *testing.T) {
	for first, until := range map[timesheet.Day]timesheet.Day{
		timesheet.DayOf(2026, time.December, 1): 5, timesheet.DayOf(2026, time.November, 1): 1,
	} {
		w := newWorld(t, board.Options{})
		for on := first + until - 6; on < first+until; on++ {
			w.merge(t, workday("1", on))
		}
		w.merge(t, workday("1", first-6), workday("before", first-1))
		w.is(at(first+10, 0), timesheet.Forever)
		p, err := w.boards.Month(t.Context(), timesheet.MonthOf(first), board.MonthQuery{Reach: timesheet.Everybody(), Limit: 10}, *w.moment.Load())
		if err != nil || len(p.Rows) != 1 {
			t.Fatalf("%d rows, error %v", len(p.Rows), err)
		}
		row, of := p.Rows[0], timesheet.MonthOf(first)
		worked, overtime := time.Duration(until)*8*time.Hour, 8*time.Hour
		if until == 1 {
			overtime += 8 * time.Hour // the seventh day of its week
		}
		if row.Totals.Worked != worked || row.Totals.WeeklyOvertime != overtime || len(row.Days) != int(of.Last()-of.First())+1 {
			t.Errorf("%v: %d days, totals %+v", of, len(row.Days), row.Totals)
		}
	}
}
