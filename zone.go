package timesheet

import (
	"math"
	"sort"
	"time"
)

// zone is a time zone as the table of its offsets, so that both directions
// between moment and wall time are decided here and the same everywhere: Go's
// time.Date goes forward in a gap in Berlin and back in New York.
type zone struct {
	loc     *time.Location
	starts  []Instant // ascending; starts[0] is the beginning of time
	offsets []Wall    // offsets[i], ms east of UTC, holds from starts[i] until starts[i+1]
}

// The table covers every day that an entry may have in this and the next two
// centuries; after it the last offset goes on.
const (
	zoneTableFirst = -5_000_000_000_000 // 1811
	zoneTableLast  = 8_000_000_000_000  // 2223
)

func newZone(loc *time.Location) *zone {
	z := &zone{loc: loc}
	for at := time.UnixMilli(zoneTableFirst).In(loc); ; {
		_, seconds := at.Zone()
		offset := Wall(seconds) * 1000
		if n := len(z.offsets); n == 0 || z.offsets[n-1] != offset {
			z.starts = append(z.starts, InstantOf(at))
			z.offsets = append(z.offsets, offset)
		}
		_, end := at.ZoneBounds()
		if end.IsZero() || end.UnixMilli() > zoneTableLast {
			z.starts[0] = math.MinInt64
			return z
		}
		if !end.After(at) { // seen on 31 December of leap years after 2037: an end in the past
			end = at.Add(24 * time.Hour)
		}
		at = end.In(loc)
	}
}

// period is the index of the offset that holds at i.
func (z *zone) period(i Instant) int {
	n := len(z.starts)
	if i >= z.starts[n-1] {
		return n - 1
	}
	return sort.Search(n, func(k int) bool { return z.starts[k] > i }) - 1
}

func (z *zone) wall(i Instant) Wall { return Wall(i) + z.offsets[z.period(i)] }

// resolve is the moment at which the wall shows w. Shown twice: the earlier moment,
// flagged AmbiguousTime. Never shown: as far past the gap's begin as w is (forward),
// flagged NonexistentTime.
func (z *zone) resolve(w Wall) (Instant, Flags) {
	const margin = 26 * time.Hour / time.Millisecond // no offset, and no jump, is larger
	at, found, flags := Instant(0), false, Flags(0)
	for k := z.period(Instant(w) - Instant(margin)); k < len(z.starts) && z.starts[k] <= Instant(w)+Instant(margin); k++ {
		i := Instant(w - z.offsets[k])
		last := k+1 == len(z.starts)
		switch {
		case i >= z.starts[k] && (last || i < z.starts[k+1]):
			if found {
				return at, AmbiguousTime
			}
			at, found, flags = i, true, 0
		case !found && !last && i >= z.starts[k+1] && Instant(w-z.offsets[k+1]) < z.starts[k+1]:
			at, found, flags = i, true, NonexistentTime
		}
	}
	return at, flags
}

// first is the first moment at which the wall shows w or, where it never does, more
// than w: the end of the gap, which isn't where resolve takes the times in it.
func (z *zone) first(w Wall) Instant {
	at, flags := z.resolve(w)
	if flags == NonexistentTime {
		return z.starts[z.period(at)]
	}
	return at
}
