package timesheet_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func TestEntryOfAClocking(t *testing.T) {
	rules := mustRules(t,
		timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
		timesheet.Assignment{Employee: "night", From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}},
	)
	now := at(t, "2026-11-23T12:00:00+01:00")
	for _, c := range []struct {
		employee timesheet.EmployeeID
		s        string
		day      string
		want     string
		flags    timesheet.Flags
	}{
		{"7", "2026-11-23 08:09:00", "2026-11-23", "2026-11-23T07:09:00Z", 0},
		{"7", "2026-11-23T00:30:00+09:00", "2026-11-22", "2026-11-22T15:30:00Z", 0},
		{"night", "2026-11-23 06:04:00", "2026-11-22", "2026-11-23T05:04:00Z", 0},
		{"7", "2026-10-25 02:30:00", "2026-10-25", "2026-10-25T00:30:00Z", timesheet.AmbiguousTime},
		{"7", "2026-10-25T02:30:00+01:00", "2026-10-25", "2026-10-25T01:30:00Z", 0}, // an offset leaves no doubt
		{"7", "2026-03-29 02:30:00", "2026-03-29", "2026-03-29T01:30:00Z", timesheet.NonexistentTime},
		{"7", "2000-01-01 00:00:00", "2000-01-01", "1999-12-31T23:00:00Z", 0},
		{"night", "2000-01-01 00:00:00", "1999-12-31", "1999-12-31T23:00:00Z", 0},
	} {
		t.Run(string(c.employee)+" at "+c.s, func(t *testing.T) {
			stamp, err := timesheet.ParseTimestamp(c.s)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rules.Entry(timesheet.Clocking{Employee: c.employee, At: stamp}, timesheet.Direct, now)
			want := timesheet.Entry{Employee: c.employee, Flags: c.flags | timesheet.Direct, Earliest: at(t, c.want), Latest: at(t, c.want)}
			if want.Day, _ = timesheet.ParseDay(c.day); err != nil || got != want {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
			if bare, _ := rules.Entry(timesheet.Clocking{Employee: c.employee, At: stamp}, 0, now); bare.Flags != c.flags {
				t.Errorf("from the view its flags are %d, want %d", bare.Flags, c.flags)
			}
		})
	}
}

func TestImplausibleClockings(t *testing.T) {
	now := at(t, "2026-11-23T12:00:00Z")
	for _, c := range []struct {
		zone, s string
		ok      bool
	}{
		{"UTC", "2026-11-23T12:05:00Z", true}, // devices' clocks differ
		{"UTC", "2026-11-23T12:05:00.001Z", false},
		{"UTC", "2026-11-23 12:05:00", true},
		{"Europe/Berlin", "2026-11-23 13:05:00", true},
		{"Europe/Berlin", "2026-11-23 13:05:00.001", false},
		{"UTC", "9999-12-31T23:59:59Z", false},
		{"UTC", "2000-01-01T00:00:00Z", true},
		{"UTC", "1999-12-31T23:59:59.999Z", false},
		{"Europe/Berlin", "2000-01-01 00:00:00", true}, // the site's wall counts: 23:00Z
		{"Europe/Berlin", "1999-12-31T23:00:00Z", true},
		{"Europe/Berlin", "1999-12-31T22:59:59.999Z", false},
		{"America/New_York", "2000-01-01T04:59:59Z", false},
		{"America/New_York", "2000-01-01T05:00:00Z", true},
		{"UTC", "1970-01-01 00:00:00", false}, // a reset clock
		{"UTC", "0000-01-01T00:00:00Z", false},
		{"Pacific/Kiritimati", "0000-01-01 00:00:00", false},
		{"Pacific/Pago_Pago", "9999-12-31 23:59:59", false},
	} {
		t.Run(c.zone+" "+c.s, func(t *testing.T) {
			rules := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: c.zone}})
			stamp, err := timesheet.ParseTimestamp(c.s)
			if err != nil {
				t.Fatal(err)
			}
			e, err := rules.Entry(timesheet.Clocking{Employee: "7", At: stamp}, 0, now)
			if (err == nil) != c.ok {
				t.Fatalf("%+v, %v", e, err)
			}
			if err == nil {
				if err := e.Validate(); err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, timesheet.Invalid) || !e.IsZero() || !strings.Contains(err.Error(), "clocked_at") {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
}

// Whatever is plausible makes an entry that every store can keep.
func TestEntriesOfClockingsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := mustRules(t, timesheet.Assignment{Rule: anyRule().Draw(t, "rule")},
			timesheet.Assignment{Employee: "7", From: rapid.SampledFrom(eventful).Draw(t, "from"), Rule: anyRule().Draw(t, "own rule")})
		moments := rapid.OneOf(
			rapid.Int64Range(int64(midnight(timesheet.FirstDay-1)), int64(midnight(timesheet.FirstDay+3))),
			rapid.Int64Range(int64(midnight(timesheet.FirstDay)), int64(midnight(timesheet.LastDay))),
			rapid.Int64Range(int64(midnight(timesheet.LastDay-2)), int64(midnight(timesheet.LastDay+2))),
			rapid.Int64(),
			rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1 << 62, 1 << 62, math.MaxInt64}),
		)
		now := timesheet.Instant(moments.Draw(t, "now"))
		stamp := timesheet.At(timesheet.Instant(moments.Draw(t, "at")))
		if rapid.Bool().Draw(t, "local") {
			stamp = timesheet.LocalTime(timesheet.Wall(moments.Draw(t, "wall")))
		}
		e, err := rules.Entry(timesheet.Clocking{Employee: "7", At: stamp}, 0, now)
		if err != nil {
			if !errors.Is(err, timesheet.Invalid) {
				t.Fatal(err)
			}
			return
		}
		if err := e.Validate(); err != nil && now <= midnight(timesheet.LastDay) {
			t.Fatal(err)
		}
	})
}
