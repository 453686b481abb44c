package timesheet

import (
	"cmp"
	"fmt"
	"time"
)

// Flags are marks of an entry. They only ever add up: Join unites them.
type Flags uint8

const (
	// Direct says: an HTTP post or an import fed the entry, not the clocking view alone.
	// Such an entry can't be narrowed to what the view says.
	Direct Flags = 1 << iota
	// AmbiguousTime says: a local wall time was read that the clocks showed twice; the
	// earlier moment counts.
	AmbiguousTime
	// NonexistentTime says: a local wall time was read that the clocks skipped; it was
	// moved forward by the gap.
	NonexistentTime

	allFlags = Direct | AmbiguousTime | NonexistentTime
)

// Entry is all that is known of one employee's day. A single clocking is the entry
// with Earliest = Latest. The zero Entry stands for none.
type Entry struct {
	Employee EmployeeID
	Day      Day
	Flags    Flags
	Earliest Instant
	Latest   Instant // never before Earliest
}

// Join is what a and b, entries of the same employee and day, say together: the
// earlier Earliest, the later Latest, all flags. It is commutative, associative and
// idempotent, which is why order, duplicates and splits of deliveries don't matter.
func Join(a, b Entry) Entry {
	a.Earliest = min(a.Earliest, b.Earliest)
	a.Latest = max(a.Latest, b.Latest)
	a.Flags |= b.Flags
	return a
}

// Covers tells whether joining b to e would change nothing.
func (e Entry) Covers(b Entry) bool {
	return e.Earliest <= b.Earliest && e.Latest >= b.Latest && e.Flags&b.Flags == b.Flags
}

// IsZero tells whether e stands for no entry.
func (e Entry) IsZero() bool { return e == Entry{} }

// Compare orders entries by employee, then day.
func Compare(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Day, b.Day))
}

// maxReach bounds how far an entry's times may lie from 00:00 UTC of its day. Zones,
// boundary and a 25-hour day make at most 62 hours.
const maxReach = 4 * 24 * time.Hour

// Validate tells whether e can be stored: a proper employee id, a day from FirstDay
// to LastDay, Earliest not after Latest, both near the day. Its errors are Invalid.
func (e Entry) Validate() error {
	if id, err := ParseEmployeeID(string(e.Employee)); err != nil {
		return err
	} else if id != e.Employee {
		return invalidEmployee("it has spaces around it")
	}
	if e.Day < FirstDay || e.Day > LastDay {
		return NewError(Invalid, "day", fmt.Errorf("%d is outside %v to %v", e.Day, FirstDay, LastDay))
	}
	if e.Earliest > e.Latest {
		return NewError(Invalid, "entry", fmt.Errorf("earliest %v is after latest %v", e.Earliest.Time(), e.Latest.Time()))
	}
	// Moments are compared: the difference of any two can overflow as a Duration.
	if base := e.Day.midnightUTC(); e.Earliest < base.Add(-maxReach) || e.Latest > base.Add(maxReach) {
		return NewError(Invalid, "entry", fmt.Errorf("its times are more than %v from its day %v", maxReach, e.Day))
	}
	if e.Flags&^allFlags != 0 {
		return NewError(Invalid, "entry", fmt.Errorf("unknown flags %#x", e.Flags))
	}
	return nil
}

// MinInOutGap is how far a clock-out must lie after the clock-in: closer ones are a
// double touch. Source: RULES, clock_in and clock_out.
const MinInOutGap = 2 * time.Minute

// ClockIn is the day's earliest clocking.
func (e Entry) ClockIn() Instant { return e.Earliest }

// ClockOut is the day's latest clocking, if it can be a clock-out: at least
// MinInOutGap after the clock-in.
func (e Entry) ClockOut() (at Instant, ok bool) {
	return e.Latest, e.Latest.Sub(e.Earliest) >= MinInOutGap
}
