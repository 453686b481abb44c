package timesheet

import (
	"cmp"
	"errors"
	"fmt"
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

func (r *WorkRules) addSchedule(name string, versions []Terms) error {
	if name == "" || len(versions) == 0 {
		return invalid("schedules", "schedule %q has no name or no terms", clip(name))
	}
	s := &schedule{name: name, holidays: make(map[Day]int)}
	r.schedules[name] = s
	versions = slices.SortedFunc(slices.Values(versions), func(a, b Terms) int { return cmp.Compare(a.From, b.From) })
	var problems []error
	for i, v := range versions {
		if err := v.Validate(); err != nil {
			problems = append(problems, fmt.Errorf("schedule %s from %v: %w", clip(name), v.From, err))
		} else if i > 0 && v.From == versions[i-1].From {
			problems = append(problems, invalid("from", "schedule %s has two versions from %v", clip(name), v.From))
		} else {
			s.terms = append(s.terms, compile(name, v))
		}
	}
	return errors.Join(problems...)
}

func compile(name string, v Terms) terms {
	t := terms{Terms: v.WithDefaults(), schedule: name}
	t.Breaks, t.Rounding = slices.Clone(v.Breaks), slices.Clone(v.Rounding)
	for _, b := range t.Breaks {
		if b.Window() {
			t.windows = append(t.windows, b)
		} else {
			t.tiers = append(t.tiers, b)
		}
	}
	for _, r := range t.Rounding {
		switch r.Target {
		case RoundIn:
			t.in = r
		case RoundOut:
			t.out = r
		case RoundTotal:
			t.total = r
		}
	}
	t.weekStart, _ = t.WeekStart.single()
	return t
}

func (r *WorkRules) addHolidays(holidays []Holiday) error {
	r.holidays = slices.SortedFunc(slices.Values(holidays), func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
	var problems []error
	for i, h := range r.holidays {
		if h.Day < FirstDay || h.Day > LastDay {
			problems = append(problems, invalid("holidays", "%v is outside %v to %v", h.Day, FirstDay, LastDay))
		}
		r.holidays[i].Schedules = slices.Clone(h.Schedules)
		names := h.Schedules
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(r.schedules))
		}
		for _, name := range names {
			s, ok := r.schedules[name]
			if !ok {
				problems = append(problems, invalid("holidays", "%v: there is no schedule %q", h.Day, clip(name)))
			} else if _, twice := s.holidays[h.Day]; twice {
				problems = append(problems, invalid("holidays", "%v is a holiday of schedule %s twice", h.Day, clip(name)))
			} else {
				s.holidays[h.Day] = i
			}
		}
	}
	return errors.Join(problems...)
}

func (r *WorkRules) addLeave(leave []Leave) error {
	var problems []error
	for _, l := range leave {
		if id, err := ParseEmployeeID(string(l.Employee)); err != nil || id != l.Employee {
			problems = append(problems, invalid("leave", "%q is no employee id", clip(string(l.Employee))))
		} else if l.From > l.To || l.From < FirstDay || l.To > LastDay {
			problems = append(problems, invalid("leave", "%v to %v is no time from %v to %v", l.From, l.To, FirstDay, LastDay))
		} else {
			r.leave[l.Employee] = append(r.leave[l.Employee], l)
		}
	}
	for _, e := range slices.Sorted(maps.Keys(r.leave)) {
		own := r.leave[e]
		slices.SortFunc(own, func(a, b Leave) int { return cmp.Compare(a.From, b.From) })
		for i := 1; i < len(own); i++ {
			if own[i].From <= own[i-1].To {
				problems = append(problems, invalid("leave", "%s has two leaves on %v", e, own[i].From))
			}
		}
	}
	return errors.Join(problems...)
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
