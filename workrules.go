package timesheet

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"
)

// DefaultSchedule is the name of the schedule that rules without any have: RULES'
// defaults.
const DefaultSchedule = "default"

// Holiday is a day on which nothing is expected.
type Holiday struct {
	Day       Day
	Name      string
	Schedules []string // for whom; empty: for all
}

// Leave is days on which nothing is expected of an employee.
type Leave struct {
	Employee EmployeeID
	From, To Day // both included
	Name     string
}

// WorkRules say how an entry becomes worked time: schedules, holidays and leave, each
// with the days on which it holds. They are immutable and safe for concurrent use.
// They never decide which day a clocking belongs to: that is for [DayRules].
type WorkRules struct {
	fallback  string
	schedules map[string]*schedule
	holidays  []Holiday              // by day
	leave     map[EmployeeID][]Leave // by From; they don't overlap
}

// schedule is its terms by From, and the holidays that it has.
type schedule struct {
	name     string
	terms    []terms
	holidays map[Day]int // index in WorkRules.holidays
}

// terms are Terms made ready for evaluation.
type terms struct {
	Terms     // with defaults
	schedule  string
	windows   []Break
	tiers     []Break // by length
	in, out   Rounding
	total     Rounding
	weekStart time.Weekday
}

// NewWorkRules checks and compiles rules. fallback is the schedule of those who have
// none; schedules are the versions of each by name, in any order. Without schedules
// there is one, DefaultSchedule, of RULES' defaults. All problems are answered at
// once, joined and Invalid: unusable terms, two versions from one day, an unknown
// schedule, two holidays of a schedule on one day, leaves of an employee that overlap.
func NewWorkRules(fallback string, schedules map[string][]Terms, holidays []Holiday, leave []Leave) (*WorkRules, error) {
	if len(schedules) == 0 {
		fallback, schedules = cmp.Or(fallback, DefaultSchedule), map[string][]Terms{cmp.Or(fallback, DefaultSchedule): {{}}}
	}
	r := &WorkRules{fallback: fallback, schedules: make(map[string]*schedule), leave: make(map[EmployeeID][]Leave)}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(schedules)) {
		problems = append(problems, r.addSchedule(name, schedules[name]))
	}
	if _, ok := schedules[fallback]; !ok {
		problems = append(problems, invalid("default_schedule", "there is no schedule %q", clip(fallback)))
	}
	problems = append(problems, r.addHolidays(holidays), r.addLeave(leave))
	if err := errors.Join(problems...); err != nil {
		return nil, NewError(Invalid, "work rules", err)
	}
	return r, nil
}

// Default is the schedule of those who have none.
func (r *WorkRules) Default() string { return r.fallback }

// Schedules are the names of all schedules, sorted.
func (r *WorkRules) Schedules() []string { return slices.Sorted(maps.Keys(r.schedules)) }

// Has tells whether there is a schedule of that name.
func (r *WorkRules) Has(name string) bool { return r.schedules[name] != nil }

// Versions are the terms of a schedule, ascending, with defaults filled in.
func (r *WorkRules) Versions(name string) []Terms {
	var all []Terms
	if s := r.schedules[name]; s != nil {
		for i := range s.terms {
			all = append(all, s.terms[i].Terms)
		}
	}
	return all
}

// Holidays are all holidays by day, and Leaves all leave by employee and day; the
// caller must not change them.
func (r *WorkRules) Holidays() []Holiday { return r.holidays }

// Leaves are all leave by employee and day.
func (r *WorkRules) Leaves() []Leave {
	var all []Leave
	for _, e := range slices.Sorted(maps.Keys(r.leave)) {
		all = append(all, r.leave[e]...)
	}
	return all
}

// Terms are those of a schedule on a day, with defaults filled in. A schedule that
// isn't known (or "") is the default one. The caller must not change their slices.
func (r *WorkRules) Terms(name string, day Day) Terms { return r.schedule(name).on(day).Terms }

// Holiday is the holiday that a schedule has on day, if it is one.
func (r *WorkRules) Holiday(name string, day Day) (Holiday, bool) {
	if i, ok := r.schedule(name).holidays[day]; ok {
		return r.holidays[i], true
	}
	return Holiday{}, false
}

// Leave is the leave that an employee has on day, if there is one.
func (r *WorkRules) Leave(e EmployeeID, day Day) (Leave, bool) {
	for _, l := range r.leave[e] {
		if l.From <= day && day <= l.To {
			return l, true
		}
	}
	return Leave{}, false
}

func (r *WorkRules) schedule(name string) *schedule {
	if s, ok := r.schedules[name]; ok {
		return s
	}
	return r.schedules[r.fallback]
}

func (s *schedule) on(day Day) *terms {
	k := len(s.terms) - 1
	for k > 0 && s.terms[k].From > day {
		k--
	}
	return &s.terms[k]
}
