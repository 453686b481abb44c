package board_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
)

// movers are Ada, who goes from team a to b on tuesday, Bob, who is in b and leaves with
// monday, and Cleo, who is in no team.
func movers(t *testing.T) *timesheet.Directory {
	return directory(t,
		timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "a"},
		timesheet.DirectoryRow{Employee: "1", Name: "Ada Byron", Team: "b", From: monday + 1},
		timesheet.DirectoryRow{Employee: "2", Name: "Bob", Team: "b", Until: monday},
		timesheet.DirectoryRow{Employee: "3", Name: "Cleo"},
	)
}

func TestChangesWithinReach(t *testing.T) {
	for name, loaded := range map[string]bool{"of days that are kept": true, "of days that are not": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, board.Options{}, func(t *testing.T, w *world) {
				w.dir.Store(movers(t))
				pass(2 * time.Second) // the directory is new, which is a resync of its own
				if loaded {
					w.page(t, monday, board.Query{})
					w.page(t, monday+1, board.Query{})
				}
				told := make(map[string]*board.Subscription)
				for who, f := range map[string]board.Filter{
					"nobody": {}, "nobody's team": {Reach: timesheet.Reach{Teams: []string{""}}},
					"a": {Reach: timesheet.Reach{Teams: []string{"a"}}}, "b": {Reach: timesheet.Reach{Teams: []string{"b"}}},
					"1": {Reach: timesheet.Reach{Employee: "1"}}, "4": {Reach: timesheet.Reach{Employee: "4"}},
					"b, asks for a": {Reach: timesheet.Reach{Teams: []string{"b"}}, Team: "a"},
					"a, asks for 2": {Reach: timesheet.Reach{Teams: []string{"a"}}, Employee: "2"},
				} {
					told[who] = w.boards.Hub().Subscribe("", f)
				}
				for _, on := range []timesheet.Day{monday, monday + 1} {
					for _, e := range []timesheet.EmployeeID{"1", "2", "3", "4"} {
						w.merge(t, workday(e, on))
						synctest.Wait()
					}
				}
				for _, e := range []timesheet.EmployeeID{"2", "4"} {
					w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: workday(e, monday+1)}})
					synctest.Wait()
				}
				tells(t, told["a"], "1 0 8h0m0s")
				tells(t, told["b"], "2 0 8h0m0s", "1 1 8h0m0s")
				tells(t, told["1"], "1 0 8h0m0s", "1 1 8h0m0s")
				tells(t, told["4"], "4 0 8h0m0s", "4 1 8h0m0s", "-4")
				for _, s := range told {
					silent(t, s)
				}
			})
		})
	}
}

// TestEventIDs: ids say nothing of how much was told between them, and resume.
func TestEventIDs(t *testing.T) {
	inBubble(t, board.Options{}, func(t *testing.T, w *world) {
		seen := make(map[string]bool)
		s := w.boards.Hub().Subscribe("", board.Filter{Reach: timesheet.Reach{Employee: "7"}})
		for i := range 20 {
			w.merge(t, shift("7", monday, 0, time.Duration(i+60)*time.Minute))
			id := tells(t, s, fmt.Sprintf("7 0 %v", time.Duration(i+60)*time.Minute)).ID()
			if len(id) != 32 || seen[id] || seen[id[:8]] || seen[id[24:]] {
				t.Fatalf("the id %s looks like others", id)
			}
			seen[id], seen[id[:8]], seen[id[24:]] = true, true, true
			silent(t, w.boards.Hub().Subscribe(id, board.Filter{Reach: timesheet.Everybody()}))
		}
	})
}

// TestMonthsWithinReach: a person's month is made of the days on which the reach sees
// the person, and called as the last of them calls it.
func TestMonthsWithinReach(t *testing.T) {
	w := newWorld(t, board.Options{})
	w.dir.Store(movers(t))
	for on := monday - 1; on < monday+6; on++ { // a week from sunday on
		for _, e := range []timesheet.EmployeeID{"1", "2", "4"} {
			w.merge(t, shift(e, on, 7*time.Hour, 19*time.Hour))
		}
	}
	w.is(at(monday+10, 0), timesheet.Forever)
	for _, c := range []struct {
		reach timesheet.Reach
		team  string
		want  string // of each person the name, the days, and hours worked
	}{
		{timesheet.Everybody(), "", "Ada Byron 30 70h0m0s; Bob 30 70h0m0s; Cleo 30 0s;  30 70h0m0s; "},
		{timesheet.Reach{Teams: []string{"a"}}, "", "Ada 23 20h0m0s; "},
		{timesheet.Reach{Teams: []string{"b"}}, "", "Ada Byron 7 50h0m0s; Bob 23 20h0m0s; "},
		{timesheet.Reach{Teams: []string{"b"}}, "a", ""},
		{timesheet.Reach{Teams: []string{"a", "b"}}, "a", "Ada Byron 30 70h0m0s; "},
		{timesheet.Reach{Employee: "2"}, "", "Bob 30 70h0m0s; "},
		{timesheet.Reach{Employee: "2"}, "b", "Bob 30 70h0m0s; "},
		{timesheet.Reach{Employee: "2"}, "a", ""},
		{timesheet.Reach{Employee: "4"}, "", " 30 70h0m0s; "},
		{timesheet.Reach{Employee: "5", Teams: []string{"", "c"}}, "", ""},
	} {
		p, err := w.boards.Month(t.Context(), timesheet.MonthOf(monday), board.MonthQuery{Reach: c.reach, Team: c.team, Limit: 10}, *w.moment.Load())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range p.Rows {
			got += fmt.Sprintf("%s %d %v; ", r.Person.Name, len(r.Days), r.Totals.Worked)
		}
		if got != c.want || p.Next != "" {
			t.Errorf("%+v team %q: %q, want %q; next %q", c.reach, c.team, got, c.want, p.Next)
		}
	}
}

// TestPagesWithinReach: who is reached twice is shown and counted once.
func TestPagesWithinReach(t *testing.T) {
	w := newWorld(t, board.Options{})
	w.dir.Store(movers(t))
	once := w.page(t, monday, board.Query{Reach: timesheet.Reach{Teams: []string{"a", "b"}}})
	twice := w.page(t, monday, board.Query{Reach: timesheet.Reach{Teams: []string{"b", "a", "", "b"}, Employee: "1"}})
	if len(once.Rows) != 2 || once.Totals.Rows != 2 || len(twice.Rows) != 2 || twice.Totals != once.Totals || twice.Version != once.Version {
		t.Errorf("once %d rows, %+v, version %x; twice %d rows, %+v, version %x", len(once.Rows), once.Totals, once.Version, len(twice.Rows), twice.Totals, twice.Version)
	}
	if p := w.page(t, monday, board.Query{Reach: timesheet.Reach{Employee: "3"}, Team: "b"}); p.Totals.Rows != 0 || len(p.Rows) != 0 || p.Version == 0 {
		t.Errorf("%d rows, totals %+v, version %x", len(p.Rows), p.Totals, p.Version)
	}
}
