package timesheet

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

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
