package main

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/storetest"
)

func TestRetention(t *testing.T) {
	berlin := func(t *testing.T) *timesheet.DayRules {
		t.Helper()
		rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
		if err != nil {
			t.Fatal(err)
		}
		return rules
	}
	t.Run("a_day_ends_where_the_site_is", func(t *testing.T) {
		store := storetest.NewMemory(4)
		defer store.Close()
		rules := berlin(t)
		r := &retention{keep: 400, store: store, tidy: nothing, rules: func() *timesheet.DayRules { return rules }, log: slog.New(slog.DiscardHandler)}
		today := timesheet.DayOf(2026, time.November, 23)
		for _, c := range []struct {
			at   time.Time
			want timesheet.Day
		}{
			{time.Date(2026, 11, 22, 22, 59, 59, 0, time.UTC), today - 401}, // 23:59:59 in Berlin
			{time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), today - 400},
			{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), today - 400}, // a clock that went back brings nothing back
		} {
			if err := r.purge(t.Context(), timesheet.InstantOf(c.at)); err != nil {
				t.Fatal(err)
			}
			if got, err := store.Floor(t.Context()); err != nil || got != c.want {
				t.Errorf("at %v: floor %v (%v), want %v", c.at, got, err, c.want)
			}
		}
	})
	t.Run("it_goes_on_while_days_pass", func(t *testing.T) {
		rules := berlin(t)
		synctest.Test(t, func(t *testing.T) { // which begins at 2000-01-01T00:00Z
			floors := &recordedFloors{floor: timesheet.FirstDay}
			r := &retention{keep: 62, store: floors, tidy: nothing, rules: func() *timesheet.DayRules { return rules }, log: slog.New(slog.DiscardHandler)}
			ctx, cancel := context.WithTimeout(t.Context(), 100*24*time.Hour)
			defer cancel()
			r.run(ctx)
			site := rules.For("")
			if want := site.Day(timesheet.InstantOf(time.Now())) - 62; floors.floor != want && floors.floor != want-1 { // at the very edge
				t.Errorf("after 100 days the floor is %v, want %v", floors.floor, want)
			}
			for i, at := range floors.at {
				if day := site.Day(at); at != site.Begin(day) && i > 0 {
					t.Errorf("purged at %v, which is no edge of a day", at.Time())
				}
			}
		})
	})
}

// recordedFloors is a store of nothing but a floor.
type recordedFloors struct {
	timesheet.Remover
	floor timesheet.Day
	at    []timesheet.Instant
}

func (f *recordedFloors) Floor(context.Context) (timesheet.Day, error) { return f.floor, nil }

func (f *recordedFloors) Purge(_ context.Context, floor timesheet.Day) (int, error) {
	f.floor = floor
	f.at = append(f.at, timesheet.InstantOf(time.Now()))
	return 0, nil
}

func nothing(context.Context) error { return nil }
