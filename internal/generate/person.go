package generate

import (
	"math/rand/v2"
	"slices"
	"time"

	"timesheet"
)

type kind uint8

const (
	fullTime kind = iota
	partTime
	night
)

const (
	minute = 60 // seconds
	hour   = 60 * minute
)

// person is how one employee works, day after day.
type person struct {
	kind     kind
	start    int     // usual clock-in, seconds after midnight
	length   int     // usual time from clock-in to clock-out, seconds
	punctual float64 // standard deviation of both, seconds
	lunch    int     // usual beginning of lunch, seconds after midnight; 0 means none is clocked
	late     float64 // probability of being late, which is more than punctual makes
	forgets  float64 // probability of a forgotten clock-out
	double   float64 // probability that a touch is doubled
	weekend  float64 // probability of working on a Saturday; a third of it on a Sunday
	off      int     // where in the week a night worker's two days off are
	machine  int
}

func newPerson(rng *rand.Rand, atNight bool, employees int) person {
	p := person{
		kind:     fullTime,
		start:    6*hour + 30*minute + rng.IntN(12)*15*minute,
		length:   8*hour + 30*minute + rng.IntN(4)*15*minute,
		punctual: 3*minute + rng.Float64()*10*minute,
		late:     0.02 + 0.1*rng.Float64()*rng.Float64(),
		forgets:  0.04 * rng.Float64(),
		double:   0.04 * rng.Float64(),
		off:      rng.IntN(7),
		machine:  rng.IntN(1 + employees/60),
	}
	lunches, part, saturdays := rng.Float64(), rng.Float64(), rng.Float64()
	switch {
	case atNight:
		p.kind, p.start, p.length = night, 22*hour, 8*hour
		p.punctual = 4 * minute
	case part < 0.15:
		p.kind, p.length = partTime, 4*hour+rng.IntN(5)*15*minute
	case lunches < 0.75:
		p.lunch = 11*hour + 45*minute + rng.IntN(5)*15*minute
	}
	if saturdays < 0.2 {
		p.weekend = 0.3
	}
	return p
}

// works tells whether p comes on d: not on most weekends, nor in some weeks, nor
// on a sick day. Nights are five of seven, another five for each employee.
func (p *person) works(rng *rand.Rand, d timesheet.Day) bool {
	weekday := d.Weekday()
	away := rng.Float64() < 0.05
	extra := rng.Float64()
	switch {
	case away:
		return false
	case p.kind == night:
		return (int(weekday)+p.off)%7 < 5
	case weekday == time.Saturday:
		return extra < p.weekend
	case weekday == time.Sunday:
		return extra < p.weekend/3
	case p.kind == partTime:
		return extra < 0.75
	default:
		return true
	}
}

// touches are the seconds after d's midnight at which p touches a machine, none on
// a day off. They ascend; a night shift's go beyond 24 hours.
func (p *person) touches(rng *rand.Rand, d timesheet.Day) []int {
	if !p.works(rng, d) {
		return nil
	}
	in := p.start + int(rng.NormFloat64()*p.punctual)
	if rng.Float64() < p.late {
		in += 10*minute + min(int(rng.ExpFloat64()*25*minute), 3*hour)
	}
	out := max(in+2*hour, p.start+p.length+int(rng.NormFloat64()*p.punctual*1.5))
	if rng.Float64() < 0.06 {
		out += int(rng.ExpFloat64() * 60 * minute) // stays on to finish something
	}
	touches := []int{in}
	if p.lunch > in+hour && rng.Float64() < 0.9 {
		leaves := p.lunch + int(rng.NormFloat64()*5*minute)
		touches = append(touches, leaves, leaves+30*minute+rng.IntN(30*minute))
	}
	if p.kind == night && rng.Float64() < 0.3 { // out for a breath around two
		leaves := 26*hour + rng.IntN(30*minute)
		touches = append(touches, leaves, leaves+10*minute+rng.IntN(10*minute))
	}
	if rng.Float64() >= p.forgets {
		touches = append(touches, min(out, in+15*hour))
	}
	for _, t := range touches {
		if rng.Float64() < p.double {
			touches = append(touches, t+3+rng.IntN(55))
		}
	}
	slices.Sort(touches)
	return touches
}
