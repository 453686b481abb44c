package rulesfile

import (
	"cmp"
	"maps"
	"slices"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

// holidayOf names a schedule's holiday.
type holidayOf struct {
	schedule string
	day      timesheet.Day
}

func (r *rulesReader) readHoliday(n *yaml.Node, path string) {
	o := r.object(n, path, []string{"day", "name", "schedules"}, "day", "name")
	if o == nil {
		return
	}
	h := timesheet.Holiday{Name: r.name(o.values["name"], o.field("name"))}
	day, ok := r.day(o.values["day"], o.field("day"))
	h.Day = day
	names := slices.Sorted(maps.Keys(r.schedules))
	if of := o.values["schedules"]; of != nil {
		h.Schedules = r.readNames(of, o.field("schedules"), names)
		if len(h.Schedules) == 0 {
			return // told, or else it would count for all
		}
		names = h.Schedules
	}
	if !ok {
		return
	}
	for _, name := range names {
		key := holidayOf{name, day}
		if line, twice := r.taken[key]; twice {
			r.at(o.values["day"], o.field("day"), "is a holiday of schedule %s twice; the first is on line %d", name, line)
			return
		}
		r.taken[key] = o.node.Line
	}
	r.holidays = append(r.holidays, h)
}

// readNames reads a list of schedules' names.
func (r *rulesReader) readNames(n *yaml.Node, path string, known []string) []string {
	nodes := r.list(n, path, "schedules' names: [office]")
	if n.Kind == yaml.SequenceNode && len(nodes) == 0 {
		r.at(n, path, "is empty; leave it out where it counts for all")
	}
	var names []string
	for i, n := range nodes {
		name, ok := r.text(n, index(path, i), "a schedule's name")
		switch {
		case !ok:
		case !slices.Contains(known, name):
			r.at(n, index(path, i), "is no schedule of this file%s", r.nearest(name, known))
		case slices.Contains(names, name):
			r.at(n, index(path, i), "is in the list twice")
		default:
			names = append(names, name)
		}
	}
	return names
}

// leaveAt is a leave and where it is written.
type leaveAt struct {
	timesheet.Leave
	node *yaml.Node
	path string
}

// readLeave reads days of leave; without to it is one day.
func (r *rulesReader) readLeave(n *yaml.Node, path string) {
	o := r.object(n, path, []string{"employee", "from", "to", "name"}, "employee", "from")
	if o == nil {
		return
	}
	l := timesheet.Leave{Employee: r.employee(o.values["employee"], o.field("employee"))}
	if n := o.values["name"]; n != nil {
		l.Name = r.name(n, o.field("name"))
	}
	from, ok := r.day(o.values["from"], o.field("from"))
	l.From, l.To = from, from
	if n := o.values["to"]; n != nil {
		to, read := r.day(n, o.field("to"))
		l.To, ok = to, ok && read
		if ok && to < from {
			r.at(n, o.field("to"), "lies before from (%v)", from)
			return
		}
	}
	if ok && l.Employee != "" {
		r.leaves = append(r.leaves, l)
		r.left[l.Employee] = append(r.left[l.Employee], leaveAt{l, n, path})
	}
}

// checkLeaves finds what overlaps.
func (r *rulesReader) checkLeaves() {
	for _, e := range slices.Sorted(maps.Keys(r.left)) {
		own := r.left[e]
		if len(own) > maxLeaves {
			r.at(own[maxLeaves].node, own[maxLeaves].path, "there are more than %d leaves of one employee", maxLeaves)
			continue
		}
		slices.SortStableFunc(own, func(a, b leaveAt) int { return cmp.Compare(a.From, b.From) })
		longest := 0
		for i := 1; i < len(own); i++ {
			if a, b := own[longest], own[i]; b.From <= a.To {
				if a.node.Line > b.node.Line {
					a, b = b, a
				}
				r.at(b.node, b.path, "overlaps the leave of the same employee on line %d (%v to %v)", a.node.Line, a.From, a.To)
			}
			if own[i].To > own[longest].To {
				longest = i
			}
		}
	}
}
