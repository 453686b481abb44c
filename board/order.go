package board

import (
	"cmp"
	"slices"
	"strings"

	"timesheet"
)

// order is the slots of a day in one order.
type order struct {
	sort       Sort
	descending bool
	slots      []int32
	dirty      []int32 // slots that came, went or moved since
}

// touch says that a slot must be put in its place again; false where so many must
// that the order is better made anew.
func (o *order) touch(slot int32, rows int) bool {
	o.dirty = append(o.dirty, slot)
	return len(o.dirty) <= rows/2+64
}

// key is a row's place in an order.
type key struct {
	absent bool // there is no value: last in either direction
	n      int64
	s      string
	id     timesheet.EmployeeID
}

func (v *view) key(d *day, s Sort, slot int32) key {
	k := key{id: d.rows[slot].id}
	switch s {
	case ByName:
		k.s, _, _ = strings.Cut(v.folds()[slot], "\x00")
		k.absent = k.s == ""
	case ByClockIn:
		k.n = int64(v.work[slot].ClockIn)
		k.absent = k.n == 0
	case ByWorked:
		k.n = int64(v.work[slot].Worked)
		k.absent = !v.work[slot].Complete()
	}
	return k
}

func (o *order) compare(a, b key) int {
	if a.absent != b.absent {
		if a.absent {
			return 1
		}
		return -1
	}
	c := 0
	if !a.absent {
		c = cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.s, b.s))
	}
	if o.sort == ByEmployee {
		c = cmp.Compare(a.id, b.id)
	}
	if o.descending {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(a.id, b.id))
}

// order is the order asked for, current. The view is.
func (d *day) order(s Sort, descending bool) *order {
	v := d.view
	if s == ByEmployee && !descending {
		return &order{slots: d.byID}
	}
	i := 2 * s
	if descending {
		i++
	}
	o := v.orders[i]
	if o == nil {
		o = &order{sort: s, descending: descending}
		o.slots = o.sorted(d, d.byID)
		v.orders[i] = o
	}
	if len(o.dirty) > 0 {
		o.repair(d)
	}
	return o
}

// clean tells whether order has nothing to do.
func (d *day) clean(s Sort, descending bool) bool {
	i := 2 * s
	if descending {
		i++
	}
	o := d.view.orders[i]
	return i == 0 || o != nil && len(o.dirty) == 0
}

type placed struct {
	key
	slot int32
}

// sorted is slots in order.
func (o *order) sorted(d *day, slots []int32) []int32 {
	all := make([]placed, len(slots))
	for i, slot := range slots {
		all[i] = placed{d.view.key(d, o.sort, slot), slot}
	}
	slices.SortFunc(all, func(a, b placed) int { return o.compare(a.key, b.key) })
	out := make([]int32, len(all), len(all)+len(all)/8)
	for i := range all {
		out[i] = all[i].slot
	}
	return out
}

// repair takes out the dirty slots and puts those that have a row in their places.
func (o *order) repair(d *day) {
	dirty := make([]bool, len(d.rows))
	var come []int32
	for _, slot := range o.dirty {
		if !dirty[slot] && d.view.sums[slot] != 0 {
			come = append(come, slot)
		}
		dirty[slot] = true
	}
	o.dirty = o.dirty[:0]
	kept := make([]int32, 0, len(o.slots)+len(come))
	for _, slot := range o.slots {
		if !dirty[slot] {
			kept = append(kept, slot)
		}
	}
	come = o.sorted(d, come)
	// From the last to the first, so that each moves what is behind it once.
	stay, end := len(kept), len(kept)+len(come)
	kept = kept[:end]
	for i, slot := range slices.Backward(come) {
		at := o.after(d, kept[:stay], d.view.key(d, o.sort, slot))
		copy(kept[at+i+1:end], kept[at:stay])
		end, stay = at+i, at
		kept[end] = slot
	}
	o.slots = kept
}

// after is how many of slots, in order, are not behind k.
func (o *order) after(d *day, slots []int32, k key) int {
	at, found := slices.BinarySearchFunc(slots, k, func(slot int32, k key) int {
		return o.compare(d.view.key(d, o.sort, slot), k)
	})
	if found {
		at++
	}
	return at
}
