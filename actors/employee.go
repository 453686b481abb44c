package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// employee is the actor of one employee: it joins his clockings and keeps his
// recent days. Its shard is its only sender and it runs on the shard's goroutine,
// which is what lets a message lend it the shard's buffers.
type employee struct {
	id     timesheet.EmployeeID
	o      *Options
	days   []day // at most Options.Days, in no order
	oldest int   // index in days of the one that came first
}

// day is what the actor knows of one: the join of all clockings of it that were
// handed over in rounds since its partition's caches were last dropped. It is
// durable once the round of its last change has landed.
type day struct {
	earliest, latest timesheet.Instant
	round            uint64 // in which it changed last
	delta            int32  // index of its entry in the deltas of that round
	day              timesheet.Day
	flags            timesheet.Flags
}

func (d *day) entry(e timesheet.EmployeeID) timesheet.Entry {
	return timesheet.Entry{Employee: e, Day: d.day, Earliest: d.earliest, Latest: d.latest, Flags: d.flags}
}

func (d *day) set(e timesheet.Entry) { d.earliest, d.latest, d.flags = e.Earliest, e.Latest, e.Flags }

// visit is the message that brings an employee his clockings of one run, and back
// what became of them.
type visit struct {
	partition *partition
	entries   []timesheet.Entry // of the run
	next      []int32           // next[i] is the employee's entry after i, or -1
	first     int32

	unchanged int  // clockings that were covered already
	done      bool // false after a panic: the library loses the message
}

// Receive takes a visit; the library's lifecycle messages need nothing.
func (e *employee) Receive(ctx actor.Context) {
	v, ok := ctx.Message().(*visit)
	if !ok {
		return
	}
	if e.o.visited != nil {
		e.o.visited(e.id)
	}
	for i := v.first; i >= 0; i = v.next[i] {
		if !e.fold(v.partition, v.entries[i]) {
			v.unchanged++
		}
	}
	v.done = true
}

// fold joins c to its day, and where that changes the day, to the deltas that
// gather in p. Only c is added to them, never what the day knows: that may have
// been removed from the store meanwhile, and must not come back.
func (e *employee) fold(p *partition, c timesheet.Entry) (changed bool) {
	c.Employee = e.id // the batch's string may be part of something large
	d := e.day(c.Day)
	if d.round < p.since {
		d.set(c)
	} else {
		all := d.entry(e.id)
		if all.Covers(c) {
			return false
		}
		d.set(timesheet.Join(all, c))
	}
	if d.round == p.round {
		p.deltas[d.delta] = timesheet.Join(p.deltas[d.delta], c)
		return true
	}
	d.round, d.delta = p.round, int32(len(p.deltas))
	p.deltas = append(p.deltas, c)
	return true
}

// day finds what is known of n, or makes room for it in place of the day that came
// first. Forgetting a day whose delta is still pending is sound: the delta stays,
// and what comes later makes another.
func (e *employee) day(n timesheet.Day) *day {
	for i := range e.days {
		if e.days[i].day == n {
			return &e.days[i]
		}
	}
	fresh := day{day: n}
	if len(e.days) < e.o.Days {
		e.days = append(e.days, fresh)
		return &e.days[len(e.days)-1]
	}
	d := &e.days[e.oldest]
	e.oldest = (e.oldest + 1) % e.o.Days
	*d = fresh
	return d
}
