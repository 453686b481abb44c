package period_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/period"
)

func TestAdjustments(t *testing.T) {
	t.Run("nothing changed, nothing told", func(t *testing.T) {
		w := office(t)
		w.correct("1", day(3), 20)
		if lines := w.changes(t, w.close(), period.Query{}); len(lines) != 0 {
			t.Errorf("%+v", lines)
		}
	})
	t.Run("all causes of one day, in order", func(t *testing.T) {
		w := office(t)
		w.correct("1", day(2), 16)
		c := w.close()
		w.correct("1", day(2), 18)
		w.merge(shift("1", day(2), 7, 17))
		w.rules.Work = workRules(t, 10, 18)
		w.corrected(timesheet.Correction{Employee: "1", Day: day(2), Withdrawn: true, Reason: "was right", Actor: "boss", At: december().Now})
		lines := w.changes(t, c, period.Query{})
		want := []string{
			"1 2 rules 8h0m→8h0m", "1 2 clockings 8h0m→9h0m", "1 2 correction 9h0m→11h0m", "1 2 correction 11h0m→10h0m",
		}
		got := allTold(lines)
		if d := gocmp.Diff(want, got[:4]); d != "" {
			t.Error(d)
		}
		details := []string{
			"the rules of the schedule office changed",
			"clockings are 2026-11-02T08:00:00+01:00 to 2026-11-02T18:00:00+01:00, were 2026-11-02T09:00:00+01:00 to 2026-11-02T18:00:00+01:00",
			"correction 2: forgot", "correction 3 withdrew what was corrected: was right",
		}
		for i, want := range details {
			if lines[i].Detail != want {
				t.Errorf("%q, want %q", lines[i].Detail, want)
			}
		}
		if last := lines[3]; last.Correction.Actor != "boss" || last.Person.Name != "Ada" || last.After.Marks.Has(timesheet.MarkCorrected) {
			t.Errorf("%+v", last)
		}
		// All other work days of the two with hours are told as changed by the rules.
		for _, l := range lines[4:] {
			if l.Cause != timesheet.CauseRules || l.Person.Employee == "2" {
				t.Errorf("%s", told(l))
			}
		}
	})
	t.Run("who comes and who goes", func(t *testing.T) {
		w := office(t)
		c := w.close()
		w.rules.Directory = directory(t,
			timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "A"},
			timesheet.DirectoryRow{Employee: "3", Name: "New", Team: "A", From: day(30)})
		w.merge(shift("8", day(5), 8, 9)) // unlisted
		lines := w.changes(t, c, period.Query{})
		byPerson := make(map[timesheet.EmployeeID][]timesheet.Adjustment)
		for _, l := range lines {
			byPerson[l.Person.Employee] = append(byPerson[l.Person.Employee], l)
		}
		if gone := byPerson["2"]; len(gone) != 30 || gone[1].Person.Name != "Bob" || gone[1].Detail != "the directory doesn't list the employee any more" || !gone[1].After.Marks.Has(timesheet.MarkUnlisted) {
			t.Errorf("%+v", gone)
		}
		if come := byPerson["3"]; len(come) != 1 || come[0].Detail != "the directory lists the employee now" || come[0].Before.Status != timesheet.StatusDayOff ||
			come[0].After.Status != timesheet.StatusAbsent || come[0].Person.Name != "New" {
			t.Errorf("%+v", come)
		}
		if late := byPerson["8"]; len(late) != 1 || told(late[0]) != "8 5 clockings 0h0m→1h0m" || !strings.HasPrefix(late[0].Detail, "clockings are 2026-11-05T09:00:00+01:00 to") ||
			!strings.HasSuffix(late[0].Detail, "were none") {
			t.Errorf("%+v", late)
		}
		if len(byPerson) != 3 {
			t.Errorf("%d people", len(byPerson))
		}
	})
	t.Run("without a directory", func(t *testing.T) {
		w := newWorld(t)
		c := w.close()
		w.merge(shift("8", day(5), 8, 9))
		if got := allTold(w.changes(t, c, period.Query{})); len(got) != 1 || got[0] != "8 5 clockings 0h0m→1h0m" {
			t.Errorf("%v", got)
		}
	})
	t.Run("what makes no difference isn't told", func(t *testing.T) {
		w := office(t)
		c := w.close()
		inside := shift("1", day(2), 9, 10)
		inside.Flags = timesheet.Direct
		w.merge(inside)                      // between the two that count
		w.merge(shift("1", day(1)-1, 9, 10)) // before the month
		w.merge(shift("1", day(31), 9, 10))  // after it
		w.correct("2", day(31), 9)           //
		w.rules.Digest = "2"                 // others, but not for anybody's days
		w.rules.Work = workRules(t, 9, 18, timesheet.Leave{Employee: "1", From: day(31), To: day(31)})
		if lines := w.changes(t, c, period.Query{}); len(lines) != 0 {
			t.Errorf("%v", allTold(lines))
		}
	})
	t.Run("leave, holidays and schedules by name", func(t *testing.T) {
		w := office(t)
		c := w.close()
		w.rules.Work = workRules(t, 9, 18, timesheet.Leave{Employee: "1", From: day(3), To: day(3)})
		w.rules.Directory = directory(t,
			timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "A"},
			timesheet.DirectoryRow{Employee: "2", Name: "Bob", Team: "B"})
		lines := w.changes(t, c, period.Query{})
		if lines[0].Detail != "the employee has leave now" || lines[0].After.HolidayWorked != 11*time.Hour {
			t.Errorf("%+v", lines[0])
		}
		if lines[1].Person.Employee != "2" || lines[1].Detail != "the schedule is office, was free" {
			t.Errorf("%+v", lines[1])
		}
	})
	t.Run("of days that are no longer kept there are none", func(t *testing.T) {
		w := office(t)
		c := w.close()
		w.correct("1", day(3), 20)
		if _, err := w.memory.Purge(t.Context(), day(4)); err != nil {
			t.Fatal(err)
		}
		w.merge(shift("1", day(4), 8, 9))
		if got := allTold(w.changes(t, c, period.Query{})); len(got) != 1 || got[0] != "1 4 clockings 0h0m→1h0m" {
			t.Errorf("%v", got)
		}
	})
	t.Run("the source is away", func(t *testing.T) {
		w := office(t)
		c := w.close()
		w.merge(shift("1", day(5), 8, 17))
		for _, l := range w.changes(t, c, period.Query{}) {
			if l.Before.Provisional || l.After.Provisional || l.After.Next != 0 {
				t.Errorf("%+v", l)
			}
		}
	})
}

// TestAdjustmentsShown: who sees only what a person was, or only what it is, sees nothing.
func TestAdjustmentsShown(t *testing.T) {
	w := office(t)
	c := w.close()
	w.merge(shift("1", day(10), 8, 17), shift("2", day(10), 8, 17), shift("7", day(10), 8, 17))
	w.merge(shift("2", day(20), 8, 17))
	w.rules.Directory = directory(t,
		timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "A"},
		timesheet.DirectoryRow{Employee: "2", Name: "Bob", Team: "B", Schedule: "free"},
		timesheet.DirectoryRow{Employee: "2", From: day(15), Name: "Bob", Team: "A", Schedule: "free"})
	for want, q := range map[string]period.Query{
		"1 10, 2 10, 2 20, 7 10": {},
		"1 10":                   {Reach: timesheet.Reach{Teams: []string{"A"}}},
		"2 10":                   {Reach: timesheet.Reach{Teams: []string{"B"}}},
		"1 10, 2 10, 2 20":       {Reach: timesheet.Reach{Teams: []string{"A", "B"}}},
		"7 10":                   {Reach: timesheet.Reach{Employee: "7"}},
		"1 10, 2 20":             {Team: "A"},
		"":                       {Reach: timesheet.Reach{Teams: []string{"C"}}},
	} {
		var got []string
		for _, l := range w.changes(t, c, q) {
			got = append(got, fmt.Sprintf("%s %d", l.Person.Employee, l.Day-day(1)+1))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
}

// TestManyPeople: pages walk through those who were paid and those who are there now, of
// whom some are only one of the two, in any number.
func TestManyPeople(t *testing.T) {
	const people = 1350
	w := newWorld(t)
	var before, later []timesheet.DirectoryRow
	var es []timesheet.Entry
	want := 0
	for i := range people {
		row := timesheet.DirectoryRow{Employee: timesheet.EmployeeID(fmt.Sprintf("E%04d", i)), Schedule: "free"}
		if i%20 == 10 {
			row.Team, row.From = "near", day(2)
		}
		if i%3 != 1 && (i < 450 || i > 650) { // the latter come later
			before = append(before, row)
		}
		if i < 800 || i%5 == 0 { // most of the others have gone
			later = append(later, row)
		}
		if i%10 == 0 {
			es = append(es, shift(row.Employee, day(2), 8, 9))
			want++
		}
	}
	w.rules.Directory = directory(t, before...)
	c := w.close()
	w.merge(es...)
	w.rules.Directory = directory(t, later...)
	now, _, err := somePeople(t.Context(), w.memory, w.rules, november, "", people)
	if err != nil {
		t.Fatal(err)
	}
	w.people = inPages(now) // found once: the naive way takes long
	var near []string
	told, pages, last := 0, 0, ""
	for cursor := ""; ; pages++ {
		p, err := w.Adjustments(t.Context(), c, period.Query{Reach: timesheet.Everybody(), Limit: 9000, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range p.Lines {
			place := fmt.Sprintf("%s %v %d", l.Person.Employee, l.Day, l.Cause)
			if place <= last {
				t.Fatalf("%s comes after %s", place, last)
			}
			last = place
			if l.Person.Team == "near" {
				near = append(near, place)
			}
			if l.Cause == timesheet.CauseClockings {
				told++
			}
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if told != want || pages < 2 {
		t.Errorf("%d clockings of %d in %d pages", told, want, pages)
	}
	t.Run("a team's pages know nobody else", func(t *testing.T) {
		for _, limit := range []int{7, 1000} {
			adjustedNear(t, w, c, limit, near)
		}
	})
}

// adjustedNear reads the lines of the team near, of every twentieth person from the tenth
// on, in pages.
func adjustedNear(t *testing.T, w *world, c timesheet.Closing, limit int, want []string) {
	t.Helper()
	var got []string
	for cursor := ""; ; {
		p, err := w.Adjustments(t.Context(), c, period.Query{Reach: timesheet.Reach{Teams: []string{"near"}}, Limit: limit, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range p.Lines {
			got = append(got, fmt.Sprintf("%s %v %d", l.Person.Employee, l.Day, l.Cause))
		}
		if cursor = p.Next; cursor == "" {
			break
		}
		if len(p.Lines) < limit {
			t.Errorf("%d lines and others after them: how many there are of others shows", len(p.Lines))
		}
		for i := range 1350 {
			if id := fmt.Sprintf("E%04d", i); i%20 != 10 && strings.Contains(cursor, id) {
				t.Fatalf("the cursor %s names %s", cursor, id)
			}
		}
	}
	if !slices.Equal(got, want) || len(want) < 50 {
		t.Errorf("%d lines, want %d: %q, want %q", len(got), len(want), got, want)
	}
}

// TestLongPagesOfATeam: also a page that ends since it looked at enough people ends at one
// whom its reader sees.
func TestLongPagesOfATeam(t *testing.T) {
	w := newWorld(t)
	var rows []timesheet.DirectoryRow
	for i := range 1150 {
		row := timesheet.DirectoryRow{Employee: timesheet.EmployeeID(fmt.Sprintf("E%04d", i)), Team: "seen", Schedule: "free"}
		if i%50 == 49 { // people are looked at by the hundred
			row.Team = "other"
		}
		rows = append(rows, row)
	}
	w.rules.Directory = directory(t, rows...)
	c := w.close()
	q := period.Query{Reach: timesheet.Reach{Teams: []string{"seen"}}, Limit: 10}
	first, err := w.Adjustments(t.Context(), c, q)
	if err != nil || len(first.Lines) != 0 || !strings.Contains(first.Next, `"E`) || strings.Contains(first.Next, "people") || strings.Contains(first.Next, `49"`) || strings.Contains(first.Next, `99"`) {
		t.Fatalf("%+v, %v", first, err)
	}
	q.Cursor = first.Next
	if second, err := w.Adjustments(t.Context(), c, q); err != nil || len(second.Lines) != 0 || second.Next != "" {
		t.Errorf("%+v, %v", second, err)
	}
}
