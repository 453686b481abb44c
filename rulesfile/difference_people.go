package rulesfile

import (
	"cmp"
	"maps"
	"slices"

	"timesheet"
)

// held is something that holds on some days; of one owner they don't overlap.
type held struct {
	stretch
	value string
}

// against calls differ for each stretch of days on which a and b hold different
// things; one that doesn't hold anything holds nil. Both are ascending.
func against(a, b []held, differ func(s stretch, a, b *held)) {
	for day := timesheet.FirstDay; day <= timesheet.LastDay; {
		var x, y *held
		last := timesheet.LastDay
		x, a = on(day, a, &last)
		y, b = on(day, b, &last)
		differ(stretch{day, last}, x, y)
		day = last + 1
	}
}

// on is what is held on day, and what is from then on; last becomes no later than the
// last day on which that is so.
func on(day timesheet.Day, all []held, last *timesheet.Day) (*held, []held) {
	for len(all) > 0 && all[0].to < day {
		all = all[1:]
	}
	switch {
	case len(all) == 0:
		return nil, nil
	case all[0].from > day:
		*last = min(*last, all[0].from-1)
		return nil, all
	default:
		*last = min(*last, all[0].to)
		return &all[0], all
	}
}

// people compares who is listed when, on which schedule.
func (c *comparison) people() {
	a, b := schedulesOf(c.a.Directory), schedulesOf(c.b.Directory)
	for _, e := range union(a, b) {
		against(a[e], b[e], func(s stretch, x, y *held) {
			switch {
			case x != nil && y != nil:
				c.schedules(e, x.value, y.value, s)
			case y != nil:
				c.found(s.from, e, func() string {
					return "is listed from this day on, and wasn't before; say in from when the first day is"
				})
			case x != nil:
				c.found(s.from, e, func() string { return "isn't listed any more" })
			}
		})
	}
}

// schedulesOf is everybody's schedule, day by day.
func schedulesOf(d *timesheet.Directory) map[timesheet.EmployeeID][]held {
	all := make(map[timesheet.EmployeeID][]held)
	for _, r := range d.All() {
		if from := max(r.From, timesheet.FirstDay); from <= r.Until {
			all[r.Employee] = append(all[r.Employee], held{stretch{from, r.Until}, r.Schedule})
		}
	}
	return all
}

// aliases compares whose each badge is, day by day.
func (c *comparison) aliases() {
	a, b := owners(c.a.Directory), owners(c.b.Directory)
	for _, badge := range union(a, b) {
		against(a[badge], b[badge], func(s stretch, x, y *held) {
			switch {
			case x == nil && y == nil, x != nil && y != nil && x.value == y.value:
			case y != nil:
				c.found(s.from, timesheet.EmployeeID(y.value), func() string { return "has another badge's clockings as an alias, and hadn't before" })
			default:
				c.found(s.from, timesheet.EmployeeID(x.value), func() string { return "hasn't another badge's clockings any more: the alias is gone" })
			}
		})
	}
}

func owners(d *timesheet.Directory) map[timesheet.EmployeeID][]held {
	all := make(map[timesheet.EmployeeID][]held)
	for _, r := range d.All() {
		from := max(r.From, timesheet.FirstDay)
		for _, badge := range r.Aliases {
			if from <= r.Until {
				all[badge] = append(all[badge], held{stretch{from, r.Until}, string(r.Employee)})
			}
		}
	}
	for _, own := range all {
		slices.SortFunc(own, func(a, b held) int { return cmp.Compare(a.from, b.from) })
	}
	return all
}

// leave compares who has leave on which days; what it is called makes no difference.
func (c *comparison) leave() {
	a, b := leaveOf(c.a.Rules), leaveOf(c.b.Rules)
	for _, e := range union(a, b) {
		against(a[e], b[e], func(s stretch, x, y *held) {
			switch {
			case x == nil && y != nil:
				c.found(s.from, e, func() string { return "has leave now, and had none before" })
			case x != nil && y == nil:
				c.found(s.from, e, func() string { return "has no leave any more" })
			}
		})
	}
}

func leaveOf(r *timesheet.WorkRules) map[timesheet.EmployeeID][]held {
	all := make(map[timesheet.EmployeeID][]held)
	for _, l := range r.Leaves() {
		all[l.Employee] = append(all[l.Employee], held{stretch: stretch{l.From, l.To}})
	}
	return all
}

func union(a, b map[timesheet.EmployeeID][]held) []timesheet.EmployeeID {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}
