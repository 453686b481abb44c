// Package generate makes up a staff and its clockings for the demo, the tests and
// the benchmarks: plausible to look at, and the same for the same seed wherever and
// in whatever order it is asked.
package generate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"timesheet"
)

// Options say which staff to make up.
type Options struct {
	Seed       uint64         // another seed, another staff
	Employees  int            // how many in all
	NightShift int            // how many of them work nights; more than Employees means all
	Zone       *time.Location // where the machines hang; nil means UTC
}

// Staff is a made-up staff. It is immutable and safe for concurrent use.
type Staff struct {
	seed   uint64
	zone   *time.Location
	ids    []timesheet.EmployeeID
	people []person
}

// MaxDelay is how long after a touch its upload comes at the very latest.
const MaxDelay = 3 * 24 * time.Hour

// Touch is one touch of a machine.
type Touch struct {
	Employee timesheet.EmployeeID
	Wall     timesheet.Wall // what the machine's clock showed, whole seconds
	// Uploaded is when the machine sends it: seconds later; hours or days later, but
	// within MaxDelay, when it had no connection.
	Uploaded timesheet.Wall
}

// New makes up the staff of o. Employees are named E0001, E0002 and so on.
func New(o Options) *Staff {
	s := &Staff{seed: o.Seed, zone: o.Zone}
	if s.zone == nil {
		s.zone = time.UTC
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	nights := make([]bool, o.Employees)
	for _, k := range rng.Perm(o.Employees)[:min(max(o.NightShift, 0), o.Employees)] {
		nights[k] = true
	}
	for k := range o.Employees {
		s.ids = append(s.ids, timesheet.EmployeeID(fmt.Sprintf("E%04d", k+1)))
		s.people = append(s.people, newPerson(rng, nights[k], o.Employees))
	}
	return s
}

// Employees are all, in the order of their numbers; the caller must not change them.
func (s *Staff) Employees() []timesheet.EmployeeID { return s.ids }

// Nights are those who work nights, whose day should begin at noon.
func (s *Staff) Nights() []timesheet.EmployeeID {
	var nights []timesheet.EmployeeID
	for k, p := range s.people {
		if p.kind == night {
			nights = append(nights, s.ids[k])
		}
	}
	return nights
}

// Location is the zone of the machines.
func (s *Staff) Location() *time.Location { return s.zone }

// Day is every touch of the shifts that begin on d, sorted by when they are
// uploaded; a night shift ends on the morning after. Each Wall is one that a clock
// in the staff's zone does show.
func (s *Staff) Day(d timesheet.Day) []Touch {
	touches := make([]Touch, 0, 4*len(s.people))
	pcg := &rand.PCG{}
	rng := rand.New(pcg)
	for k := range s.people {
		p := &s.people[k]
		pcg.Seed(s.seed, mix(uint64(k), uint64(d)))
		for _, second := range p.touches(rng, d) {
			clocked := s.shown(midnight(d) + timesheet.Wall(second)*1000)
			touches = append(touches, Touch{
				Employee: s.ids[k], Wall: clocked,
				Uploaded: s.shown(s.uploaded(p.machine, clocked, rng)),
			})
		}
	}
	slices.SortFunc(touches, func(a, b Touch) int {
		return cmp.Or(cmp.Compare(a.Uploaded, b.Uploaded), cmp.Compare(a.Wall, b.Wall), cmp.Compare(a.Employee, b.Employee))
	})
	return touches
}

// shown is w, or an hour or so later where clocks in the zone skip w.
func (s *Staff) shown(w timesheet.Wall) timesheet.Wall {
	utc := timesheet.Instant(w).Time()
	local := time.Date(utc.Year(), utc.Month(), utc.Day(), utc.Hour(), utc.Minute(), utc.Second(), 0, s.zone)
	_, offset := local.Zone()
	shown := timesheet.Wall(local.UnixMilli()) + timesheet.Wall(offset)*1000
	if shown < w { // Go went back in the gap
		return w + (w - shown)
	}
	return shown
}

func midnight(d timesheet.Day) timesheet.Wall { return timesheet.Wall(d) * 86_400_000 }

// mix makes one number of two, so that neighbours draw unrelated numbers.
// Source: the finaliser of SplitMix64.
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
