package board

import (
	"hash/maphash"

	"timesheet"
)

// evaluate makes what is shown of a slot anew.
func (v *view) evaluate(d *day, slot int32, m timesheet.Moment) {
	r := &d.rows[slot]
	if r.gone() {
		v.retract(slot)
		v.next[slot] = 0
		return
	}
	cal := v.book.days.For(r.id)
	entry := d.entry(slot)
	w := v.book.work.Evaluate(entry, nil, v.who[slot], d.on, cal, m)
	next := w.Next
	w.Next = 0
	// Never 0, which stands for no row.
	sum := max(1, maphash.Comparable(d.seed, shown{v.who[slot], entry, w, cal.Rule(d.on).Zone}))
	if sum != v.sums[slot] {
		v.retract(slot)
		v.work[slot], v.sums[slot] = w, sum
		v.count(slot, 1)
	}
	v.next[slot] = next
}

// retract takes what is shown of a slot out of sums and orders.
func (v *view) retract(slot int32) {
	if v.sums[slot] != 0 {
		v.count(slot, -1)
	}
	v.work[slot], v.sums[slot] = timesheet.Workday{}, 0
}

func (v *view) count(slot int32, n int) {
	v.version += v.sums[slot] * uint64(n)
	v.totals.add(&v.work[slot], n)
	team := v.teams[v.who[slot].Team]
	if team == nil {
		team = new(Totals)
		v.teams[v.who[slot].Team] = team
	}
	team.add(&v.work[slot], n)
	for i, o := range v.orders {
		if o != nil && !o.touch(slot, len(v.sums)) {
			v.orders[i] = nil
		}
	}
}

// shown is all that a row is shown by.
type shown struct {
	who   timesheet.Person
	entry timesheet.Entry
	work  timesheet.Workday
	zone  string
}
