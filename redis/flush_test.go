package redis_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/storetest"
)

func TestFlushAll(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	other := open(t, quiet(server.URL()))
	rules := []timesheet.Assignment{{From: 20_000, Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 4 * time.Hour}}}
	if _, err := s.SetDayRules(t.Context(), 0, rules); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Purge(t.Context(), 19_990); err != nil {
		t.Fatal(err)
	}
	all := entries(100, 20_000)
	if _, err := s.Erase(t.Context(), all[0].Employee); err != nil {
		t.Fatal(err)
	}
	storetest.Merge(t, s, all[1:]...)
	feed, err := other.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := tokens(t, s)
	es := epochs(t, s)
	server.Command("FLUSHALL")

	for _, m := range s.Merge(t.Context(), deltasOf(all, es)) {
		if timesheet.CodeOf(m.Err) != timesheet.Stale {
			t.Fatalf("an epoch from before FLUSHALL: %v", m.Err)
		}
	}
	differ(t, before, tokens(t, s), true)
	wantContents(t, s, nil)
	wantResets(t, s, feed)
	if v, got, err := other.DayRules(t.Context()); err != nil || v != 1 || !cmp.Equal(got, rules) {
		t.Errorf("day rules: version %d, %v, %v", v, got, err)
	}
	if floor, err := other.Floor(t.Context()); err != nil || floor != 19_990 {
		t.Errorf("floor %v, %v", floor, err)
	}
	if erased, err := other.Erased(t.Context(), all[0].Employee); err != nil || !erased {
		t.Errorf("the tombstone is lost: %v, %v", erased, err)
	}
	storetest.Merge(t, s, append(all, entryOf(1, 19_980, 0))...)
	wantContents(t, other, all[1:])
}
