package timesheet

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// oracle finds by brute force when the wall shows w: it tries every moment, minute
// by minute, in the days around, with package time alone.
type oracle struct {
	loc   *time.Location
	shown map[Wall][]Instant // what the wall shows, and when, ascending
	from  Instant
}

const msPerMinute = 60_000

func newOracle(loc *time.Location, around Day) oracle {
	o := oracle{loc: loc, shown: make(map[Wall][]Instant), from: (around - 3).midnightUTC()}
	for i := o.from; i < (around + 4).midnightUTC(); i += msPerMinute {
		w := wallIn(loc, i)
		o.shown[w] = append(o.shown[w], i)
	}
	return o
}

// wallIn is what a clock in loc shows at i, by package time.
func wallIn(loc *time.Location, i Instant) Wall {
	_, offset := i.Time().In(loc).Zone()
	return Wall(i) + Wall(offset)*1000
}

// resolve: the earliest moment that shows w; else, in a gap, as far behind the last
// moment before the gap as w is behind what it showed.
func (o oracle) resolve(w Wall) (Instant, Flags) {
	at := o.shown[w]
	switch len(at) {
	case 0:
	case 1:
		return at[0], 0
	default:
		return at[0], AmbiguousTime
	}
	before := w
	for len(o.shown[before]) == 0 {
		before -= msPerMinute
	}
	last := slices.Max(o.shown[before])
	return last + Instant(w-before), NonexistentTime
}

// changeDays are the dates in UTC on which the offset of loc changes, 2005–2045,
// found hour by hour.
func changeDays(loc *time.Location) []Day {
	var days []Day
	from, to := DayOf(2005, 1, 1).midnightUTC(), DayOf(2046, 1, 1).midnightUTC()
	for i, offset := from, wallIn(loc, from)-Wall(from); i < to; i += 3_600_000 {
		if next := wallIn(loc, i) - Wall(i); next != offset {
			days = append(days, floorDay(Wall(i)))
			offset = next
		}
	}
	return days
}

func mustZone(t *testing.T, name string) *zone {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return newZone(loc)
}

var oddZones = []string{
	"Europe/Berlin", "America/New_York", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "UTC",
	"Pacific/Apia",        // skipped 30 December 2011
	"Australia/Lord_Howe", // half an hour
	"America/Sao_Paulo",   // changed at midnight: 00:00 didn't exist
	"Asia/Pyongyang",      // half an hour back in 2015, forth in 2018
	"Antarctica/Troll",    // two hours
	"Asia/Gaza",           // other dates every year
}

func TestResolveIsTheOracle(t *testing.T) {
	for _, name := range oddZones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := mustZone(t, name)
			days := append(changeDays(z.loc), DayOf(2026, 7, 1), DayOf(2000, 1, 2))
			if name != "UTC" && name != "Asia/Kathmandu" && len(days) < 4 {
				t.Fatalf("only %d days to look at", len(days))
			}
			if len(days) > 24 { // enough of each year's two, the first and the last among them
				days = slices.Concat(days[:8], days[len(days)/2-4:len(days)/2+4], days[len(days)-8:])
			}
			for _, day := range days {
				o := newOracle(z.loc, day)
				for w := Wall(day-1) * msPerDay; w < Wall(day+2)*msPerDay; w += msPerMinute {
					checkResolve(t, z, o, w)
				}
			}
		})
	}
}

func checkResolve(t *testing.T, z *zone, o oracle, w Wall) {
	t.Helper()
	want, wantFlags := o.resolve(w)
	if got, flags := z.resolve(w); got != want || flags != wantFlags {
		t.Fatalf("%v on the wall: %v, flags %d; want %v, flags %d", Instant(w).Time(), got.Time(), flags, want.Time(), wantFlags)
	}
	if got := z.wall(want); got != wallIn(o.loc, want) {
		t.Fatalf("the wall at %v shows %v, want %v", want.Time(), Instant(got).Time(), Instant(wallIn(o.loc, want)).Time())
	}
	// The last millisecond before a change still belongs to the minute.
	if got, flags := z.resolve(w + msPerMinute - 1); flags != wantFlags || got != want+msPerMinute-1 {
		t.Fatalf("%v on the wall: %v, flags %d; want %v, flags %d", Instant(w+msPerMinute-1).Time(), got.Time(), flags, (want + msPerMinute - 1).Time(), wantFlags)
	}
}

// What DESIGN says of the edges, spelled out.
func TestResolve(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"},
		{"Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29T01:00:00Z forward"}, // shows 03:00
		{"Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z forward"}, // shows 03:30
		{"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z"},
		{"Europe/Berlin", "2026-10-25 02:00:00", "2026-10-25T00:00:00Z twice"}, // not 01:00Z
		{"Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25T00:59:59Z twice"},
		{"Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"},
		{"America/New_York", "2026-03-08 02:30:00", "2026-03-08T07:30:00Z forward"}, // where Go goes back
		{"America/New_York", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z twice"},
		{"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:45:00Z forward"},
		{"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z twice"},
		{"Pacific/Apia", "2011-12-29 23:59:59", "2011-12-30T09:59:59Z"},
		{"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30T22:00:00Z forward"}, // shows the 31st, 12:00
		{"Pacific/Apia", "2011-12-31 00:00:00", "2011-12-30T10:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04 00:00:00", "2018-11-04T03:00:00Z forward"},
		{"Asia/Kathmandu", "2026-11-23 08:09:00", "2026-11-23T02:24:00Z"},
	} {
		t.Run(c.zone+" "+c.wall, func(t *testing.T) {
			local, err := ParseTimestamp(c.wall)
			if err != nil {
				t.Fatal(err)
			}
			at, flags := mustZone(t, c.zone).resolve(local.wall)
			got := at.Format(time.UTC) + map[Flags]string{0: "", AmbiguousTime: " twice", NonexistentTime: " forward"}[flags]
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Go's ZoneBounds answers an end in the past on 31 December of leap years after
// 2037, which once made the table end, or never end, there.
func TestZoneTableGoesOnAfter2037(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"} {
		z := mustZone(t, name)
		for year := 2036; year < 2200; year++ {
			for _, i := range []Instant{DayOf(year, 1, 15).midnightUTC(), DayOf(year, 7, 15).midnightUTC(), DayOf(year, 12, 31).midnightUTC() + 43_200_000} {
				if got, want := z.wall(i), wallIn(z.loc, i); got != want {
					t.Fatalf("%s at %v: %v, want %v", name, i.Time(), Instant(got).Time(), Instant(want).Time())
				}
			}
		}
		if !slices.IsSorted(z.starts) || len(z.starts) != len(z.offsets) {
			t.Errorf("%s: the table isn't sorted", name)
		}
	}
}

// Sampled some eight times a day over sixty years, at odd moments.
func TestWallIsThatOfPackageTime(t *testing.T) {
	for _, name := range oddZones {
		z := mustZone(t, name)
		for i := DayOf(1999, 12, 1).midnightUTC(); i < DayOf(2060, 1, 1).midnightUTC(); i += 3*3_600_000 + 1_234_567 {
			if got, want := z.wall(i), wallIn(z.loc, i); got != want {
				t.Fatalf("%s at %v: %v, want %v", name, i.Time(), Instant(got).Time(), Instant(want).Time())
			}
		}
	}
}

func ExampleTimestamp() {
	berlin, _ := NewDayRules(1, []Assignment{{Rule: DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
	twice, _ := ParseTimestamp("2026-10-25 02:30:00")
	at, flags := berlin.For("7").Instant(twice)
	fmt.Println(at.Format(time.UTC), flags == AmbiguousTime)
	// Output: 2026-10-25T00:30:00Z true
}
