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
	entry, said := d.entry(slot), d.correction(slot)
	w := v.book.work.Evaluate(entry, said, v.who[slot], d.on, cal, m)
	next := w.Next
	w.Next = 0
	sum := maphash.Comparable(d.seed, shown{v.who[slot], entry, w, cal.Rule(d.on).Zone})
	if said != nil {
		sum = maphash.Comparable(d.seed, corrected{sum, *said})
	}
	sum = max(1, sum) // 0 stands for no row
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
		team = new(teamSums)
		v.teams[v.who[slot].Team] = team
	}
	team.add(&v.work[slot], n)
	team.version += v.sums[slot] * uint64(n)
	for i, o := range v.orders {
		if o != nil && !o.touch(slot, len(v.sums)) {
			v.orders[i] = nil
		}
	}
}

// shown is all that a row without a correction is shown by.
type shown struct {
	who   timesheet.Person
	entry timesheet.Entry
	work  timesheet.Workday
	zone  string
}

// corrected is what a row with one is shown by.
type corrected struct {
	rest uint64
	said timesheet.Correction
}
