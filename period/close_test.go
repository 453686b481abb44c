package period_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/period"
)

// office is three people: 1 in team A, 2 in B, and 7, whom the directory doesn't list.
func office(t *testing.T) *world {
	w := newWorld(t)
	w.rules.Directory = directory(t,
		timesheet.DirectoryRow{Employee: "1", Name: "Ada", Team: "A"},
		timesheet.DirectoryRow{Employee: "2", Name: "Bob", Team: "B", Schedule: "free"})
	w.merge(shift("1", day(2), 8, 17), shift("1", day(3), 8, 19), shift("2", day(2), 6, 10), shift("7", day(4), 8, 9))
	return w
}

func TestClose(t *testing.T) {
	t.Run("freezes everybody", func(t *testing.T) {
		w := office(t)
		c := w.close()
		if c.Employees != 3 || c.By != "payroll" || c.At != december().Now || c.Rules != "1" || c.Month != november || c.Closing == 0 {
			t.Errorf("%+v", c)
		}
		if got, err := w.Closed(t.Context(), november); err != nil || *got != c {
			t.Errorf("%v %+v", err, got)
		}
		all := w.everybody(t, c, period.Query{})
		if len(all) != 3 || all[0].Person.Name != "Ada" || all[0].Person.Schedule != "office" || all[1].Person.Schedule != "free" || !all[2].Person.Unlisted {
			t.Fatalf("%+v", all)
		}
		ada := all[0]
		if len(ada.Days) != 30 || ada.Days[1].Entry != shift("1", day(2), 8, 17) || ada.Days[2].Work.Overtime != 3*time.Hour ||
			ada.Totals.Worked != 20*time.Hour || ada.Totals.AbsentDays != 19 || ada.Totals.Provisional {
			t.Errorf("%+v\n%+v", ada.Totals, ada.Days[:4])
		}
		if z := ada.Calendar.For("1").Rule(day(2)).Zone; z != "Europe/Berlin" {
			t.Errorf("its zone is %s", z)
		}
	})
	t.Run("refuses what can't be closed", func(t *testing.T) {
		for name, c := range map[string]struct {
			month timesheet.Month
			m     timesheet.Moment
			code  timesheet.Code
			says  string
		}{
			"no month":    {timesheet.Month{Year: 1999, Month: 11}, december(), timesheet.Invalid, "1999-11"},
			"not over":    {november, timesheet.Moment{Now: at(day(30), 12*time.Hour), SettledThrough: timesheet.Forever}, timesheet.Conflict, "isn't over before 2026-12-01T00:00:00+01:00"},
			"not settled": {november, timesheet.Moment{Now: december().Now, SettledThrough: at(day(30), 12*time.Hour)}, timesheet.Conflict, "3 days of employees aren't settled yet, such as one on 2026-11-30"},
			"away":        {november, timesheet.Moment{Now: december().Now}, timesheet.Conflict, "108 days"},
		} {
			t.Run(name, func(t *testing.T) {
				w := office(t)
				_, err := w.Close(t.Context(), c.month, "payroll", c.m)
				if timesheet.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v", err)
				}
				w.nothing(t)
			})
		}
	})
	t.Run("twice is a conflict", func(t *testing.T) {
		w := office(t)
		c := w.close()
		_, err := w.Close(t.Context(), november, "somebody else", december())
		if timesheet.CodeOf(err) != timesheet.Conflict || !strings.Contains(err.Error(), "by payroll") {
			t.Errorf("%v", err)
		}
		if got, err := w.Closed(t.Context(), november); err != nil || *got != c {
			t.Errorf("%v %+v", err, got)
		}
	})
	t.Run("below the floor is not found", func(t *testing.T) {
		w := office(t)
		if _, err := w.memory.Purge(t.Context(), day(1)-5); err != nil { // of its first week's days one is gone
			t.Fatal(err)
		}
		if _, err := w.Close(t.Context(), november, "payroll", december()); timesheet.CodeOf(err) != timesheet.NotFound || !strings.Contains(err.Error(), "before 2026-10-27") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a month without people is closed too", func(t *testing.T) {
		w := newWorld(t)
		c := w.close()
		if all, err := w.Closings(t.Context()); c.Employees != 0 || err != nil || len(all) != 1 || all[0] != c {
			t.Errorf("%v %+v", err, all)
		}
	})
	t.Run("rules that change meanwhile are a conflict", func(t *testing.T) {
		w := office(t)
		i := newInstance(t, sealing{w.store, func() { w.rules.Digest = "2" }}, w.memory)
		w.instance, i.rules = i, w.rules
		if _, err := i.Close(t.Context(), november, "payroll", december()); timesheet.CodeOf(err) != timesheet.Conflict || !strings.Contains(err.Error(), "rules") {
			t.Errorf("%v", err)
		}
		w.nothing(t)
		if w.close().Rules != "2" {
			t.Error("it wasn't closed by the newer rules")
		}
	})
}

// sealing does something before each Seal.
type sealing struct {
	period.Store
	first func()
}

func (s sealing) Seal(ctx context.Context, series timesheet.Series, records []timesheet.Sealed) error {
	s.first()
	return s.Store.Seal(ctx, series, records)
}

// nothing checks that november isn't closed, and nothing is left of an attempt.
func (w *world) nothing(t *testing.T) {
	t.Helper()
	c, err := w.Closed(t.Context(), november)
	series, err2 := w.memory.Series(t.Context())
	if err := errors.Join(err, err2); err != nil || c != nil || len(series) != 0 {
		t.Errorf("%v: %+v, series %v", err, c, series)
	}
}

// TestClosings: the newest month comes first.
func TestClosings(t *testing.T) {
	w := office(t)
	months := []timesheet.Month{{Year: 2026, Month: 10}, november, {Year: 2026, Month: 3}}
	for _, m := range months {
		if _, err := w.Close(t.Context(), m, "payroll", december()); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.Closings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		got = append(got, c.Month.String())
	}
	if d := gocmp.Diff([]string{"2026-11", "2026-10", "2026-03"}, got); d != "" {
		t.Error(d)
	}
	reads := w.store.Calls("Document")
	if _, err := w.Closings(t.Context()); err != nil || w.store.Calls("Document") != reads {
		t.Errorf("%v: texts were read again", err)
	}
}
