package period_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"timesheet"
	"timesheet/period"
)

// same compares what was paid; calendars by what they mean.
func same(a, b any) string {
	return gocmp.Diff(a, b, cmpopts.EquateEmpty(), gocmp.Comparer(func(a, b *timesheet.DayRules) bool {
		if a == nil || b == nil {
			return a == b
		}
		return fmt.Sprint(a.Assignments()) == fmt.Sprint(b.Assignments())
	}))
}

func TestPaidStays(t *testing.T) {
	w := office(t)
	w.merge(shift("1", day(1)-2, 8, 20), shift("1", day(30), 8, 15))
	w.correct("1", day(30), 16)
	w.corrected(timesheet.Correction{Employee: "7", Day: day(4), Remark: "visitor", Reason: "he said so", Actor: "hr", At: december().Now})
	w.corrected(timesheet.Correction{Employee: "7", Day: day(4), Withdrawn: true, Reason: "a mistake", Actor: "hr", At: december().Now})
	c := w.close()
	paid := w.everybody(t, c, period.Query{})
	if ada := paid[0]; ada.Days[29].Correction == nil || ada.Days[29].Work.Worked != 8*time.Hour || !ada.Days[29].Work.Marks.Has(timesheet.MarkCorrected) || len(ada.Weeks) != 5 ||
		ada.Weeks[0].From != day(1)-6 || ada.Weeks[0].Totals.Worked != 12*time.Hour {
		t.Fatalf("%+v\n%+v", ada.Days[29], ada.Weeks)
	}
	if v := paid[2].Days[3]; v.Correction == nil || !v.Correction.Withdrawn || v.Correction.Seq != 2 {
		t.Errorf("%+v", v.Correction)
	}
	stays := func(what string, i *instance) {
		t.Helper()
		if d := same(paid, i.everybody(t, c, period.Query{})); d != "" {
			t.Errorf("%s changed what was paid:\n%s", what, d)
		}
		if one, err := i.Paid(t.Context(), c, "1", timesheet.Everybody()); err != nil || same(paid[0], one) != "" {
			t.Errorf("%s: %v\n%s", what, err, same(paid[0], one))
		}
	}
	w.merge(shift("1", day(3), 7, 21), shift("1", day(1)-3, 7, 21), shift("9", day(3), 7, 21))
	stays("a late clocking", w.instance)
	w.correct("1", day(3), 22)
	w.correct("1", day(30), 22)
	stays("a correction", w.instance)
	w.rules.Work, w.rules.Directory, w.rules.Digest = workRules(t, 7, 12, timesheet.Leave{Employee: "1", From: day(1), To: day(9)}), nil, "2"
	w.rules.Days = dayRules(t, timesheet.Assignment{Employee: "1", Rule: timesheet.DayRule{Zone: "Asia/Tokyo", Boundary: time.Hour}})
	stays("other rules", w.instance)
	if err := w.memory.Replace(t.Context(), []timesheet.Replacement{{Old: shift("7", day(4), 8, 9)}})[0]; err != nil {
		t.Fatal(err)
	}
	stays("a lost clocking", w.instance)
	stays("a move to another store", newInstance(t, w.copied(t), w.memory))
}

func TestMonth(t *testing.T) {
	w := newWorld(t)
	rows := []timesheet.DirectoryRow{
		{Employee: "1", Name: "Ada", Team: "A"}, {Employee: "2", Name: "Bob Østergård", Team: "B"}, {Employee: "3", Name: "Äda", Team: "A"},
		{Employee: "4", Name: "Mover", Team: "A"}, {Employee: "4", From: day(16), Name: "Mover", Team: "B"},
		{Employee: "5", Name: "Leaver", Team: "B", Until: day(10)},
	}
	for i := range 40 {
		rows = append(rows, timesheet.DirectoryRow{Employee: timesheet.EmployeeID(fmt.Sprintf("m%02d", i)), Team: "many"})
	}
	w.rules.Directory = directory(t, rows...)
	w.merge(shift("4", day(3), 8, 17), shift("4", day(17), 8, 19), shift("99", day(3), 8, 17))
	c := w.close()
	ids := func(all []timesheet.PaidMonth) string {
		var ids []string
		for _, m := range all {
			ids = append(ids, string(m.Person.Employee))
		}
		return strings.Join(ids, " ")
	}
	t.Run("a refusal takes as much for who was paid as for who wasn't", func(t *testing.T) {
		reach := timesheet.Reach{Teams: []string{"A"}}
		work := func(id timesheet.EmployeeID) float64 {
			return testing.AllocsPerRun(20, func() {
				if m, err := w.Paid(t.Context(), c, id, reach); timesheet.CodeOf(err) != timesheet.NotFound || m.Person.Employee != "" || len(m.Days) > 0 {
					t.Errorf("%s: %+v, %v", id, m, err)
				}
			})
		}
		paid, nobody := work("m07"), work("nobody")
		if paid < 0.8*nobody || nobody < 0.8*paid {
			t.Errorf("%v allocations for who was paid, %v for who wasn't", paid, nobody)
		}
	})
	t.Run("pages of any size are the same", func(t *testing.T) {
		whole := w.everybody(t, c, period.Query{})
		if len(whole) != 46 {
			t.Fatalf("%d people", len(whole))
		}
		for _, limit := range []int{1, 7, 45, 46, 47} {
			if d := same(whole, w.everybody(t, c, period.Query{Limit: limit})); d != "" {
				t.Error(d)
			}
		}
	})
	t.Run("queries", func(t *testing.T) {
		team := func(names ...string) timesheet.Reach { return timesheet.Reach{Teams: names} }
		for _, asked := range []struct {
			want string
			q    period.Query
		}{
			{"1 3 4", period.Query{Team: "A"}},
			{"2 4 5", period.Query{Team: "B"}},
			{"1 3", period.Query{Q: "ada"}},
			{"2", period.Query{Q: "ostergard"}},
			{"99", period.Query{Q: "99"}},
			{"3", period.Query{Q: "ÄDA", Team: "A", Cursor: "11"}},
			{"1 3 4", period.Query{Reach: team("A")}},
			{"2 4 5", period.Query{Reach: team("B"), Team: "B"}},
			{"", period.Query{Reach: team("B"), Team: "A"}},
			{"99", period.Query{Reach: timesheet.Reach{Employee: "99"}}},
			{"1 2 3 4", period.Query{Reach: timesheet.Reach{Teams: []string{"A"}, Employee: "2"}}},
		} {
			if got := ids(w.everybody(t, c, asked.q)); got != asked.want {
				t.Errorf("%+v: %q, want %q", asked.q, got, asked.want)
			}
		}
	})
	t.Run("of who moved a team sees its own days", func(t *testing.T) {
		all := w.everybody(t, c, period.Query{Reach: timesheet.Reach{Teams: []string{"A"}}, Q: "mover"})
		m := all[0]
		if len(m.Days) != 15 || m.Days[14].Work.Day != day(15) || m.Person.Team != "A" || m.Totals.Worked != 9*time.Hour || m.Totals.Days != 15 || m.Totals.AbsentDays != 9 {
			t.Errorf("%+v %+v", m.Person, m.Totals)
		}
		if len(m.Weeks) != 3 || m.Weeks[2].To != day(15) {
			t.Errorf("%+v", m.Weeks)
		}
		if whole, err := w.Paid(t.Context(), c, "4", timesheet.Everybody()); err != nil || whole.Person.Team != "B" || whole.Totals.Worked != 20*time.Hour {
			t.Errorf("%v %+v", err, whole.Totals)
		}
	})
	t.Run("who may see nothing finds nothing", func(t *testing.T) {
		for id, reach := range map[timesheet.EmployeeID]timesheet.Reach{"2": {Teams: []string{"A"}}, "1": {}, "99": {Teams: []string{"", "A"}}, "nobody": timesheet.Everybody()} {
			if m, err := w.Paid(t.Context(), c, id, reach); timesheet.CodeOf(err) != timesheet.NotFound || m.Person.Name != "" {
				t.Errorf("%s: %v %+v", id, err, m)
			}
		}
	})
	t.Run("a cursor of something else is refused", func(t *testing.T) {
		for _, q := range []period.Query{{Limit: 1, Cursor: "x"}, {Limit: 1, Cursor: "1 7 "}, {Limit: 0}, {Limit: period.MaxRows + 1}} {
			if _, err := w.Month(t.Context(), c, q); timesheet.CodeOf(err) != timesheet.Invalid {
				t.Errorf("%+v: %v", q, err)
			}
			if _, err := w.Adjustments(t.Context(), c, q); timesheet.CodeOf(err) != timesheet.Invalid {
				t.Errorf("%+v: %v", q, err)
			}
		}
	})
}

// TestWeeksOfSome: what a week of some days comes to has the limit that was in force.
func TestWeeksOfSome(t *testing.T) {
	w := newWorld(t)
	w.rules.Directory = directory(t,
		timesheet.DirectoryRow{Employee: "1", Team: "A", Schedule: "free"}, // no daily overtime, 40 hours a week
		timesheet.DirectoryRow{Employee: "1", From: day(10), Team: "B", Schedule: "free"})
	for d := 9; d <= 15; d++ { // Monday to Sunday, 8 hours each
		w.merge(shift("1", day(d), 8, 16))
	}
	c := w.close()
	for team, want := range map[string][2]time.Duration{"": {56 * time.Hour, 16 * time.Hour}, "A": {8 * time.Hour, 0}, "B": {48 * time.Hour, 8 * time.Hour}} {
		reach := timesheet.Everybody()
		if team != "" {
			reach = timesheet.Reach{Teams: []string{team}}
		}
		m, err := w.Paid(t.Context(), c, "1", reach)
		if err != nil || m.Totals.Worked != want[0] || m.Totals.WeeklyOvertime != want[1] {
			t.Errorf("team %q: %v %+v", team, err, m.Totals)
		}
	}
}

// TestBadgesOfAWeek: what both badges of somebody say of a day before the month counts for
// the week that ends in it.
func TestBadgesOfAWeek(t *testing.T) {
	w := newWorld(t)
	w.rules.Directory = directory(t, timesheet.DirectoryRow{Employee: "1", Schedule: "free", Aliases: []timesheet.EmployeeID{"old", "older"}})
	w.merge(shift("older", day(1)-2, 6, 7), shift("1", day(1)-2, 15, 16), shift("old", day(1)-2, 9, 10))
	m, err := w.Paid(t.Context(), w.close(), "1", timesheet.Everybody())
	if err != nil || len(m.Weeks) != 5 || m.Weeks[0].To != day(1) || m.Weeks[0].Totals.Worked != 10*time.Hour {
		t.Errorf("%v %+v", err, m.Weeks)
	}
}
