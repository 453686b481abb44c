package timesheet_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"timesheet"
)

// deliver folds clockings into entries in the order given, in batches of the given
// sizes which are joined on their own first.
func deliver(t *rapid.T, rules *timesheet.DayRules, clockings []timesheet.Clocking, sizes func() int) map[string]timesheet.Entry {
	store := make(map[string]timesheet.Entry)
	for len(clockings) > 0 {
		n := min(max(sizes(), 1), len(clockings))
		batch := make(map[string]timesheet.Entry)
		for _, c := range clockings[:n] {
			e, err := rules.Entry(c, timesheet.Direct, midnight(someDay+40))
			if err != nil {
				t.Fatal(err)
			}
			join(batch, e)
		}
		for _, e := range batch {
			join(store, e)
		}
		clockings = clockings[n:]
	}
	return store
}

func join(to map[string]timesheet.Entry, e timesheet.Entry) {
	key := string(e.Employee) + "/" + e.Day.String()
	if old, ok := to[key]; ok {
		e = timesheet.Join(old, e)
	}
	to[key] = e
}

func TestAnyDeliveryGivesTheSameEntries(t *testing.T) {
	rules := mustRules(t,
		timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
		timesheet.Assignment{Employee: "night", From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}},
	)
	clocking := rapid.Custom(func(t *rapid.T) timesheet.Clocking {
		at := timesheet.At(midnight(someDay) + timesheet.Instant(rapid.IntRange(0, 3*dayMS).Draw(t, "at")))
		if rapid.Bool().Draw(t, "local") { // around the day on which Berlin's clocks go back
			at = timesheet.LocalTime(timesheet.Wall(midnight(timesheet.DayOf(2026, time.October, 25))) + timesheet.Wall(rapid.IntRange(0, 6*3_600_000).Draw(t, "wall")))
		}
		return timesheet.Clocking{Employee: rapid.SampledFrom([]timesheet.EmployeeID{"7", "007", "night"}).Draw(t, "employee"), At: at}
	})
	rapid.Check(t, func(t *rapid.T) {
		clockings := rapid.SliceOfN(clocking, 1, 30).Draw(t, "clockings")
		want := deliver(t, rules, clockings, func() int { return 1 })
		again := rapid.SliceOfN(rapid.SampledFrom(clockings), 0, 20).Draw(t, "sent again")
		other := rapid.Permutation(slices.Concat(clockings, again)).Draw(t, "delivery")
		got := deliver(t, rules, other, func() int { return rapid.IntRange(1, 10).Draw(t, "batch") })
		if !maps.Equal(got, want) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}
