package timesheet

import "time"

// frame is one day of a calendar: when it begins and ends, and which moment a
// schedule's times are on it.
type frame struct {
	step       *step
	day        Day
	begin, end Instant
	// steady says that the clocks don't change anywhere near: then they are offset
	// from UTC all day, which makes an addition of every look at the zone.
	steady bool
	offset Wall
}

func (c Calendar) frame(day Day) frame {
	f := frame{step: &c.steps[c.stepOn(day)], day: day}
	const near = 26 * time.Hour / time.Millisecond // beyond any offset
	z, wall := f.step.zone, Wall(day)*msPerDay+f.step.boundary
	k := z.period(Instant(wall) - Instant(near))
	if k+1 == len(z.starts) || z.starts[k+1] > Instant(wall)+msPerDay+Instant(near) {
		f.steady, f.offset = true, z.offsets[k]
	}
	if f.steady && len(c.steps) == 1 {
		f.begin = Instant(wall - f.offset)
		f.end = f.begin + msPerDay
	} else {
		f.begin, f.end = c.Begin(day), c.Begin(day+1)
	}
	return f
}

// at is the moment that t means on this day.
func (f *frame) at(t TimeOfDay) Instant {
	wall := Wall(f.day)*msPerDay + t.wall()
	if t.wall() < f.step.boundary {
		wall += msPerDay
	}
	if f.steady {
		return Instant(wall - f.offset)
	}
	return f.step.zone.first(wall)
}

// wall is what the clock on the wall shows at i, a moment of this day.
func (f *frame) wall(i Instant) Wall {
	if f.steady {
		return Wall(i) + f.offset
	}
	return f.step.zone.wall(i)
}
