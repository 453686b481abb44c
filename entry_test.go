package timesheet_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

const dayMS = 86_400_000

var someDay = timesheet.DayOf(2026, time.November, 23)

// midnight is 00:00 UTC of d.
func midnight(d timesheet.Day) timesheet.Instant { return timesheet.Instant(d) * dayMS }

// anyEntry draws entries that Validate accepts, of one employee and day, their times
// often equal or next to one another.
func anyEntry() *rapid.Generator[timesheet.Entry] {
	at := rapid.OneOf(rapid.Int64Range(-62*3_600_000, 62*3_600_000), rapid.Int64Range(-3, 3), rapid.Just[int64](4*dayMS), rapid.Just[int64](-4*dayMS))
	return rapid.Custom(func(t *rapid.T) timesheet.Entry {
		a, b := at.Draw(t, "a"), at.Draw(t, "b")
		return timesheet.Entry{
			Employee: "7", Day: someDay, Flags: timesheet.Flags(rapid.IntRange(0, 7).Draw(t, "flags")),
			Earliest: midnight(someDay) + timesheet.Instant(min(a, b)),
			Latest:   midnight(someDay) + timesheet.Instant(max(a, b)),
		}
	})
}

func TestJoin(t *testing.T) {
	t.Run("order doesn't matter", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		if ab, ba := timesheet.Join(a, b), timesheet.Join(b, a); ab != ba {
			t.Fatalf("%v, but %v the other way round", ab, ba)
		}
	}))
	t.Run("grouping doesn't matter", rapid.MakeCheck(func(t *rapid.T) {
		a, b, c := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b"), anyEntry().Draw(t, "c")
		if l, r := timesheet.Join(timesheet.Join(a, b), c), timesheet.Join(a, timesheet.Join(b, c)); l != r {
			t.Fatalf("(a b) c = %v, a (b c) = %v", l, r)
		}
	}))
	t.Run("duplicate changes nothing", rapid.MakeCheck(func(t *rapid.T) {
		a := anyEntry().Draw(t, "a")
		if got := timesheet.Join(a, a); got != a {
			t.Fatalf("%v, want %v", got, a)
		}
	}))
	t.Run("covers what was joined, and is a proper entry", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		j := timesheet.Join(a, b)
		if !j.Covers(a) || !j.Covers(b) {
			t.Fatalf("%v doesn't cover both", j)
		}
		if err := j.Validate(); err != nil {
			t.Fatal(err)
		}
	}))
	t.Run("the earlier earliest, the later latest, all flags", func(t *testing.T) {
		a := timesheet.Entry{Employee: "7", Day: someDay, Flags: timesheet.Direct, Earliest: 100, Latest: 300}
		b := timesheet.Entry{Employee: "7", Day: someDay, Flags: timesheet.AmbiguousTime, Earliest: 50, Latest: 200}
		want := timesheet.Entry{Employee: "7", Day: someDay, Flags: timesheet.Direct | timesheet.AmbiguousTime, Earliest: 50, Latest: 300}
		if got := timesheet.Join(a, b); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestCovers(t *testing.T) {
	t.Run("exactly when joining changes nothing", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		if got, want := a.Covers(b), timesheet.Join(a, b) == a; got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	}))
}

func TestEntryValidate(t *testing.T) {
	good := timesheet.Entry{Employee: "7", Day: someDay, Earliest: midnight(someDay), Latest: midnight(someDay) + 1}
	for name, c := range map[string]struct {
		change func(e *timesheet.Entry)
		ok     bool
	}{
		"as it is":                            {func(*timesheet.Entry) {}, true},
		"one clocking":                        {func(e *timesheet.Entry) { e.Latest = e.Earliest }, true},
		"all flags":                           {func(e *timesheet.Entry) { e.Flags = 7 }, true},
		"an unknown flag":                     {func(e *timesheet.Entry) { e.Flags = 8 }, false},
		"no employee":                         {func(e *timesheet.Entry) { e.Employee = "" }, false},
		"spaces around the id":                {func(e *timesheet.Entry) { e.Employee = "7 " }, false},
		"earliest after":                      {func(e *timesheet.Entry) { e.Latest = e.Earliest - 1 }, false},
		"four days before":                    {func(e *timesheet.Entry) { e.Earliest = midnight(e.Day - 4) }, true},
		"more than that":                      {func(e *timesheet.Entry) { e.Earliest = midnight(e.Day-4) - 1 }, false},
		"four days after":                     {func(e *timesheet.Entry) { e.Latest = midnight(e.Day + 4) }, true},
		"more than that after":                {func(e *timesheet.Entry) { e.Latest = midnight(e.Day+4) + 1 }, false},
		"so late that milliseconds overflow":  {func(e *timesheet.Entry) { e.Latest += 1 << 58 }, false},
		"so early that milliseconds overflow": {func(e *timesheet.Entry) { e.Earliest -= 1 << 58 }, false},
		"the day before the first": {func(e *timesheet.Entry) {
			*e = timesheet.Entry{Employee: "7", Day: timesheet.FirstDay - 1, Earliest: midnight(timesheet.FirstDay), Latest: midnight(timesheet.FirstDay)}
		}, false},
		"the day after the last": {func(e *timesheet.Entry) {
			*e = timesheet.Entry{Employee: "7", Day: timesheet.LastDay + 1, Earliest: midnight(timesheet.LastDay), Latest: midnight(timesheet.LastDay)}
		}, false},
		"none at all": {func(e *timesheet.Entry) { *e = timesheet.Entry{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := good
			c.change(&e)
			err := e.Validate()
			if (err == nil) != c.ok || err != nil && !errors.Is(err, timesheet.Invalid) {
				t.Errorf("%+v: %v", e, err)
			}
		})
	}
}

func TestClockOut(t *testing.T) {
	e := timesheet.Entry{Earliest: 1_000_000, Latest: 1_000_000}
	for gap, want := range map[time.Duration]bool{0: false, time.Minute: false, 2*time.Minute - time.Millisecond: false, 2 * time.Minute: true, 9 * time.Hour: true} {
		e.Latest = e.Earliest.Add(gap)
		if at, ok := e.ClockOut(); ok != want || at != e.Latest {
			t.Errorf("%v after the clock-in: %v, %v", gap, at, ok)
		}
	}
	if e.ClockIn() != e.Earliest {
		t.Error("the clock-in isn't the earliest clocking")
	}
}

func TestCompare(t *testing.T) {
	entries := []timesheet.Entry{{Employee: "b", Day: 1}, {Employee: "a", Day: 2}, {Employee: "a", Day: 1}, {Employee: "B", Day: 9}}
	slices.SortFunc(entries, timesheet.Compare)
	want := []timesheet.Entry{{Employee: "B", Day: 9}, {Employee: "a", Day: 1}, {Employee: "a", Day: 2}, {Employee: "b", Day: 1}}
	if !slices.Equal(entries, want) {
		t.Errorf("%v, want %v", entries, want)
	}
	if !(timesheet.Entry{}).IsZero() || entries[0].IsZero() {
		t.Error("the zero entry alone is zero")
	}
}
