package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// visits are touches beside the staff's plan, so that something happens at every
// hour: machines hang at inner doors too, and whoever is in the building passes
// them. While hardly anybody is there, a few on call come by as well.
type visits struct {
	staff *generate.Staff
	rng   *rand.Rand
	every time.Duration // from one to the next, on average
	next  time.Time
	seen  time.Time     // when it was asked last
	day   timesheet.Day // whose shifts and crew are here
	// shifts are those that began on day and on the day before; crew is on call on day.
	shifts []shift
	crew   []timesheet.EmployeeID
}

// shift is from an employee's first to the last touch of a day's plan.
type shift struct {
	employee timesheet.EmployeeID
	in, out  timesheet.Instant
}

func newVisits(staff *generate.Staff, now time.Time, speed float64) *visits {
	return &visits{
		staff: staff, rng: rand.New(rand.NewPCG(uint64(now.Unix()), 1)),
		every: time.Duration(float64(2*time.Second) / speed), next: now, seen: now, day: timesheet.FirstDay - 1,
	}
}

// until are the visits since the last call until now, which is on day today.
func (v *visits) until(now time.Time, today timesheet.Day) []touch {
	if today != v.day {
		v.begin(today)
	}
	if passed := now.Sub(v.seen); passed > time.Minute || passed < 0 {
		v.next = now // the machine slept, or its clock was set
	}
	v.seen = now
	var made []touch
	for ; !v.next.After(now); v.next = v.next.Add(time.Duration(v.rng.ExpFloat64() * float64(v.every))) {
		at := timesheet.InstantOf(v.next.Truncate(time.Second))
		if e, ok := v.visitor(at); ok {
			made = append(made, touch{e, at, at})
		}
	}
	return made
}

// visitor is who passes a machine at the moment, if anybody is there.
func (v *visits) visitor(at timesheet.Instant) (timesheet.EmployeeID, bool) {
	var present []timesheet.EmployeeID
	for _, s := range v.shifts {
		if s.in < at && at < s.out {
			present = append(present, s.employee)
		}
	}
	if quiet := len(present) < len(v.staff.Employees())/8; (quiet && v.rng.IntN(4) > 0 || len(present) == 0) && len(v.crew) > 0 {
		present = v.crew
	}
	if len(present) == 0 {
		return "", false
	}
	return present[v.rng.IntN(len(present))], true
}

// begin reads the plan of a day and of the night before, and who is on call.
func (v *visits) begin(day timesheet.Day) {
	v.day, v.shifts, v.crew = day, nil, nil
	for d := day - 1; d <= day; d++ {
		v.shifts = append(v.shifts, shifts(v.staff, d)...)
	}
	nights := v.staff.Nights()
	for _, e := range v.staff.Employees() {
		if _, night := slices.BinarySearch(nights, e); !night {
			v.crew = append(v.crew, e)
		}
	}
	rng := rand.New(rand.NewPCG(uint64(day), 2))
	rng.Shuffle(len(v.crew), func(i, j int) { v.crew[i], v.crew[j] = v.crew[j], v.crew[i] })
	v.crew = v.crew[:min(len(v.crew), min(max(len(v.crew)/20, 3), 25))]
}

func shifts(staff *generate.Staff, d timesheet.Day) []shift {
	at := make(map[timesheet.EmployeeID]int)
	var found []shift
	for _, t := range staff.Day(d) {
		clocked := moment(t.Wall, staff.Location())
		k, ok := at[t.Employee]
		if !ok {
			k = len(found)
			at[t.Employee] = k
			found = append(found, shift{t.Employee, clocked, clocked})
		}
		found[k].in, found[k].out = min(found[k].in, clocked), max(found[k].out, clocked)
	}
	return found
}
