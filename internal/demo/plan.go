package demo

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// touch is one that has become a moment.
type touch struct {
	employee timesheet.EmployeeID
	clocked  timesheet.Instant
	due      timesheet.Instant // when it is uploaded, never before clocked
}

// plan is the staff's uploads that are still to come, in their order.
type plan struct {
	staff *generate.Staff
	next  timesheet.Day // the first whose shifts aren't in the queue yet
	queue []touch       // ascending by due
}

// newPlan holds the shifts that begin on the days from to today, both included.
func newPlan(staff *generate.Staff, from, today timesheet.Day) *plan {
	p := &plan{staff: staff, next: from}
	p.extend(today)
	return p
}

// extend adds the shifts of the days up to today that aren't there yet. Called at
// least once a day it is early enough: nothing of a day is clocked before it begins.
func (p *plan) extend(today timesheet.Day) {
	if p.next > today {
		return
	}
	zone := p.staff.Location()
	for ; p.next <= today; p.next++ {
		for _, t := range p.staff.Day(p.next) {
			clocked := moment(t.Wall, zone)
			p.queue = append(p.queue, touch{t.Employee, clocked, max(clocked, moment(t.Uploaded, zone))})
		}
	}
	slices.SortStableFunc(p.queue, func(a, b touch) int { return cmp.Compare(a.due, b.due) })
}

// due takes what is to be uploaded by now out of the queue.
func (p *plan) due(now timesheet.Instant) []touch {
	n := sort.Search(len(p.queue), func(k int) bool { return p.queue[k].due > now })
	taken := p.queue[:n:n]
	p.queue = p.queue[n:]
	return taken
}

// moment is when clocks in zone show w.
func moment(w timesheet.Wall, zone *time.Location) timesheet.Instant {
	utc := timesheet.Instant(w).Time()
	return timesheet.InstantOf(time.Date(utc.Year(), utc.Month(), utc.Day(), utc.Hour(), utc.Minute(), utc.Second(), 0, zone))
}
