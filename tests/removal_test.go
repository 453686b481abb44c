package tests

import (
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// instance is the heart of one service: actors over a store handle of their own.
type instance struct {
	t      testing.TB
	store  timesheet.Store
	actors *actors.System
}

func startInstance(t testing.TB, url string) *instance {
	t.Helper()
	store, err := redis.Open(t.Context(), redis.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	utc := []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}
	if _, err := store.SetDayRules(t.Context(), 0, utc); err != nil && timesheet.CodeOf(err) != timesheet.Conflict {
		t.Fatal(err)
	}
	system, err := actors.Start(t.Context(), store, actors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := system.Stop(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return &instance{t: t, store: store, actors: system}
}

// clock sends one clocking and waits for its acknowledgement.
func (i *instance) clock(employee timesheet.EmployeeID, at time.Time) {
	i.t.Helper()
	rules := i.actors.DayRules()
	c := timesheet.Clocking{Employee: employee, At: timesheet.At(timesheet.InstantOf(at))}
	entry, err := rules.Entry(c, timesheet.Direct, timesheet.InstantOf(at))
	if err != nil {
		i.t.Fatal(err)
	}
	batch := timesheet.Batch{RulesVersion: rules.Version(), Entries: []timesheet.Entry{entry}}
	if _, err := i.actors.Submit(i.t.Context(), batch); err != nil {
		i.t.Fatal(err)
	}
}

// entry is what the store holds, read through this instance.
func (i *instance) entry(employee timesheet.EmployeeID, day timesheet.Day) timesheet.Entry {
	i.t.Helper()
	entries, err := i.store.Range(i.t.Context(), employee, day, day)
	if err != nil {
		i.t.Fatal(err)
	}
	if len(entries) == 0 {
		return timesheet.Entry{}
	}
	return entries[0]
}

// What one instance removes or narrows must not come back by what another one has
// cached of it.
func TestRemovedEntryIsNotBroughtBackByAnotherInstance(t *testing.T) {
	url := redistest.Start(t).URL()
	a, b := startInstance(t, url), startInstance(t, url)
	day := timesheet.DayOf(2026, time.March, 2)
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	for _, hour := range []int{6, 9, 17, 22} {
		a.clock("E1", at(hour))
		a.clock("E2", at(hour))
	}
	wide, other := b.entry("E1", day), b.entry("E2", day)
	narrow := wide
	narrow.Earliest, narrow.Latest = timesheet.InstantOf(at(9)), timesheet.InstantOf(at(17))
	for i, err := range b.store.Replace(t.Context(), []timesheet.Replacement{{Old: wide, New: narrow}, {Old: other}}) {
		if err != nil {
			t.Fatalf("replacement %d: %v", i, err)
		}
	}
	// Inside what a has cached: a must neither write its cache nor swallow the clocking.
	a.clock("E1", at(12))
	a.clock("E2", at(12))
	if got := b.entry("E1", day); got != narrow {
		t.Errorf("narrowed entry: %v, want %v", got, narrow)
	}
	want := timesheet.Entry{Employee: "E2", Day: day, Flags: timesheet.Direct, Earliest: timesheet.InstantOf(at(12)), Latest: timesheet.InstantOf(at(12))}
	if got := b.entry("E2", day); got != want {
		t.Errorf("removed entry: %v, want only the new clocking %v", got, want)
	}
	// Outside it: the clocking joins the narrowed entry.
	a.clock("E1", at(18))
	narrow.Latest = timesheet.InstantOf(at(18))
	if got := b.entry("E1", day); got != narrow {
		t.Errorf("after one more clocking: %v, want %v", got, narrow)
	}
}
