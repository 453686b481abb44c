package period_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

// TestForm: what an earlier version of the service closed can still be read. The files
// were written by it; they are written anew only with a new version of the forms.
func TestForm(t *testing.T) {
	const header, record = "testdata/period-2026-11", "testdata/record"
	if *update {
		w := office(t)
		w.merge(shift("1", day(1)-2, 8, 20))
		w.corrected(timesheet.Correction{Employee: "1", Day: day(3), ClockOut: at(day(3), 16*time.Hour), Remark: "left early", Reason: "told", Actor: "hr", At: december().Now})
		c := w.close()
		d, err := w.memory.Document(t.Context(), "period-2026-11")
		s, err2 := w.memory.SealedOf(t.Context(), c.Series, "1")
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		for name, data := range map[string][]byte{header: d.Text, record: s.Data} {
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	text, err := os.ReadFile(header)
	data, err2 := os.ReadFile(record)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	store := storetest.NewMemory(1)
	defer store.Close()
	if _, err := store.SetDocument(t.Context(), "period-2026-11", 0, text); err != nil {
		t.Fatal(err)
	}
	i := newInstance(t, store, store)
	c, err := i.Closed(t.Context(), november)
	if err != nil || c == nil || c.By != "payroll" || c.At != december().Now || c.Employees != 3 || c.Rules != "1" {
		t.Fatalf("%v %+v", err, c)
	}
	if rules, directory, err := i.Texts(t.Context(), november); err != nil || string(rules) != "rules" || string(directory) != "directory" {
		t.Errorf("%v %q %q", err, rules, directory)
	}
	if err := store.Seal(t.Context(), c.Series, []timesheet.Sealed{{Employee: "1", Data: data}}); err != nil {
		t.Fatal(err)
	}
	m, err := i.Paid(t.Context(), *c, "1", timesheet.Everybody())
	if err != nil {
		t.Fatal(err)
	}
	third := m.Days[2]
	if third.Entry != shift("1", day(3), 8, 19) || third.Correction == nil || third.Correction.Remark != "left early" || third.Correction.ClockOut != at(day(3), 16*time.Hour) || third.Correction.Seq != 1 {
		t.Errorf("%+v %+v", third, third.Correction)
	}
	if w := third.Work; w.Worked != 8*time.Hour || w.Status != timesheet.StatusComplete || w.ClockOut != at(day(3), 16*time.Hour) || !w.Marks.Has(timesheet.MarkCorrected|timesheet.MarkEarlyLeave) || w.Early != time.Hour {
		t.Errorf("%+v", w)
	}
	if m.Person != (timesheet.Person{Employee: "1", Name: "Ada", Team: "A", Schedule: "office"}) || m.Totals.Worked != 17*time.Hour || m.Totals.AbsentDays != 19 {
		t.Errorf("%+v %+v", m.Person, m.Totals)
	}
	if len(m.Weeks) != 5 || m.Weeks[0].Week != (timesheet.Week{Year: 2026, Number: 44}) || m.Weeks[0].Totals.Worked != 12*time.Hour || m.Weeks[0].Totals.Overtime != 4*time.Hour {
		t.Errorf("%+v", m.Weeks)
	}
	if _, err := i.Month(t.Context(), *c, period.Query{Reach: timesheet.Everybody(), Limit: 1}); err != nil {
		t.Error(err)
	}
}
