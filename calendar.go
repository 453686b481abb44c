package timesheet

import (
	"fmt"
	"time"
)

// Calendar is the sequence of day rules that one employee has over time. It cuts
// time into days without a hole: where a rule begins on day F, every clocking
// before the begin of F under that rule belongs to a day before F, and every later
// one to F or a later day.
type Calendar struct {
	steps []step
}

// step is a day rule from its first day until the next step's.
type step struct {
	from     Day
	wall     Wall    // what the wall shows when from begins
	start    Instant // when from begins
	boundary Wall
	zone     *zone
	rule     DayRule
}

func newStep(a Assignment, zones map[string]*zone, load func(string) (*time.Location, error)) (step, error) {
	if err := a.Rule.Validate(); err != nil {
		return step{}, err
	}
	z, ok := zones[a.Rule.Zone]
	if !ok {
		loc, err := load(a.Rule.Zone)
		if err != nil {
			return step{}, NewError(Invalid, "time zone", fmt.Errorf("%q is not a known IANA zone name: %w", a.Rule.Zone, err))
		}
		z = newZone(loc)
		zones[a.Rule.Zone] = z
	}
	s := step{from: a.From, boundary: Wall(a.Rule.Boundary.Milliseconds()), zone: z, rule: a.Rule}
	s.wall = Wall(a.From)*msPerDay + s.boundary
	s.start = z.first(s.wall)
	return s, nil
}

// Instant is the moment that t means, and how a local wall time had to be read:
// AmbiguousTime, NonexistentTime or nothing.
func (c Calendar) Instant(t Timestamp) (Instant, Flags) {
	if !t.local {
		return Instant(t.wall - Wall(t.offset)*1000), 0
	}
	k := len(c.steps) - 1
	for k > 0 && c.steps[k].wall > t.wall {
		k--
	}
	return c.steps[k].zone.resolve(t.wall)
}

// Day is the day that a clocking at i belongs to.
func (c Calendar) Day(i Instant) Day {
	k := c.stepAt(i)
	s := &c.steps[k]
	d := floorDay(s.zone.wall(i) - s.boundary)
	if k > 0 {
		d = max(d, s.from)
	}
	if k+1 < len(c.steps) {
		d = min(d, c.steps[k+1].from-1)
	}
	return d
}

// Wall is what a clock on the site's wall shows at i.
func (c Calendar) Wall(i Instant) Wall { return c.steps[c.stepAt(i)].zone.wall(i) }

// Location is the zone in force on d, for showing its times.
func (c Calendar) Location(d Day) *time.Location { return c.steps[c.stepOn(d)].zone.loc }

// Rule is the day rule in force on d.
func (c Calendar) Rule(d Day) DayRule { return c.steps[c.stepOn(d)].rule }

// Begin is the first moment of d. A day lasts until the next one's begin: 24 hours,
// or 23 or 25 where the clocks change, or what a change of rules leaves of it, which
// may be nothing: then it begins when the next one does. Where clocks go back over
// the boundary, what they show again before it belongs to the day before, again.
func (c Calendar) Begin(d Day) Instant {
	k := c.stepOn(d)
	s := &c.steps[k]
	at := s.zone.first(Wall(d)*msPerDay + s.boundary)
	for _, later := range c.steps[k+1:] {
		at = min(at, later.start)
	}
	return at
}

func (c Calendar) stepAt(i Instant) int {
	k := len(c.steps) - 1
	for k > 0 && c.steps[k].start > i {
		k--
	}
	return k
}

func (c Calendar) stepOn(d Day) int {
	k := len(c.steps) - 1
	for k > 0 && c.steps[k].from > d {
		k--
	}
	return k
}

func floorDay(w Wall) Day {
	if w < 0 {
		return Day((w - msPerDay + 1) / msPerDay)
	}
	return Day(w / msPerDay)
}
