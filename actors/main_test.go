package actors_test

import (
	"context"
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

func TestMain(m *testing.M) {
	// Each actor system of the library makes 32,768 maps, and there are thousands of
	// systems: half the time would go into collecting them.
	debug.SetGCPercent(400)
	goleak.VerifyTestMain(m)
}

const monday = timesheet.Day(20_780) // 2026-11-23

// entry is the entry of e on d with these minutes after 00:00 UTC.
func entry(e timesheet.EmployeeID, d timesheet.Day, from, to int) timesheet.Entry {
	base := timesheet.Instant(d) * 86_400_000
	return timesheet.Entry{Employee: e, Day: d, Earliest: base + timesheet.Instant(from)*60_000, Latest: base + timesheet.Instant(to)*60_000}
}

// touch is the entry of one clocking.
func touch(e timesheet.EmployeeID, d timesheet.Day, minute int) timesheet.Entry {
	return entry(e, d, minute, minute)
}

func id(n int) timesheet.EmployeeID { return timesheet.EmployeeID(fmt.Sprintf("E%05d", n)) }

// rule is a set of assignments; sets of different hours differ.
func rule(hour int) []timesheet.Assignment {
	return []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC", Boundary: time.Duration(hour) * time.Hour}}}
}

// newMemory is a store with day rules of version 1.
func newMemory(t testing.TB, partitions int) *storetest.Memory {
	t.Helper()
	m := storetest.NewMemory(partitions)
	setRules(t, m, 0)
	return m
}

func setRules(t testing.TB, s timesheet.RuleKeeper, expected uint64) uint64 {
	t.Helper()
	v, err := s.SetDayRules(context.Background(), expected, rule(int(expected%24)))
	if err != nil {
		t.Fatalf("set day rules: %v", err)
	}
	return v
}

// start runs a System that is stopped at the end of the test, or earlier.
func start(t testing.TB, s actors.Store, o actors.Options) *actors.System {
	t.Helper()
	sys, err := actors.Start(context.Background(), s, o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() {
		if err := sys.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return sys
}

// submit hands entries over under the rules of the System.
func submit(ctx context.Context, s *actors.System, es ...timesheet.Entry) error {
	_, err := s.Submit(ctx, timesheet.Batch{RulesVersion: s.DayRules().Version(), Entries: es})
	return err
}

func mustSubmit(t testing.TB, s *actors.System, es ...timesheet.Entry) {
	t.Helper()
	if err := submit(t.Context(), s, es...); err != nil {
		t.Fatalf("submit: %v", err)
	}
}

// pass lets time pass; in a synctest bubble, where it costs none.
func pass(d time.Duration) { <-time.After(d) }
