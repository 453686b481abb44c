package board

import (
	"cmp"
	"slices"

	"timesheet"
)

// touched is a row that a batch of changes touched, and what it was before.
type touched struct {
	slot   int32
	before timesheet.Entry
	said   *timesheet.Correction
}

// apply takes in changes of the day, in their order, and answers what became of the
// rows that are others now; ok is false where the day isn't loaded yet, or not kept.
func (d *day) apply(changes []timesheet.Change, k book) (changed []*change, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.void {
		return nil, false
	}
	if !d.ready {
		if d.pending == nil {
			d.pending = make(map[pendingOf]timesheet.Change)
		}
		for _, c := range changes {
			d.pending[pendingOf{c.Entry.Employee, c.Kind == timesheet.Corrected}] = c
		}
		return nil, false
	}
	d.sync(k.dir)
	var ts []touched
	for _, c := range changes {
		if t, ok := d.put(c); ok {
			ts = append(ts, t)
		}
	}
	// Of a row touched twice the first before and the present count.
	slices.SortStableFunc(ts, func(a, b touched) int { return cmp.Compare(a.slot, b.slot) })
	ts = slices.CompactFunc(ts, func(a, b touched) bool { return a.slot == b.slot })
	for _, t := range ts {
		if now, said := d.entry(t.slot), d.correction(t.slot); now != t.before || !same(said, t.said) {
			changed = append(changed, &change{
				day: d.on, employee: d.rows[t.slot].id, entry: now, correction: said, gone: d.rows[t.slot].gone(), book: k,
			})
		}
	}
	d.settle(ts)
	return changed, true
}

// sync makes the rows anew where the directory is another one. mu is held.
func (d *day) sync(dir *timesheet.Directory) {
	if d.dir != dir {
		d.build(d.badges(), d.corrections, dir)
	}
}

// put takes in one change; ok is false where it is of no row. New rows are in byID at
// once, those that are gone until settle. mu is held.
func (d *day) put(c timesheet.Change) (t touched, ok bool) {
	if c.Kind == timesheet.Corrected {
		return d.putCorrection(c.Correction)
	}
	badge, none := c.Entry.Employee, c.Kind == timesheet.Removed
	person := d.dir.Canonical(badge, d.on)
	if t, ok = d.touch(person, none); !ok {
		return t, false
	}
	r := &d.rows[t.slot]
	switch {
	case badge != person:
		d.replace(person, c.Entry, none)
		r.joined = len(d.others[person]) > 0
	case none:
		r.own = false
	default:
		r.set(c.Entry, d.base())
	}
	return t, true
}

// touch is the row of a person and what it is before a change; ok is false where there is
// no row and none is needed. mu is held.
func (d *day) touch(person timesheet.EmployeeID, none bool) (t touched, ok bool) {
	at, found := d.find(person)
	switch {
	case found:
		t.slot = d.byID[at]
	case none:
		return t, false
	default:
		t.slot = d.newRow(person)
		d.byID = slices.Insert(d.byID, at, t.slot)
	}
	t.before, t.said = d.entry(t.slot), d.correction(t.slot)
	return t, true
}

// find is where person is, or would be, in byID.
func (d *day) find(person timesheet.EmployeeID) (at int, found bool) {
	return slices.BinarySearchFunc(d.byID, person, func(slot int32, id timesheet.EmployeeID) int {
		return cmp.Compare(d.rows[slot].id, id)
	})
}

// newRow is the slot of a row of one whom the directory doesn't list.
func (d *day) newRow(person timesheet.EmployeeID) (slot int32) {
	r := row{id: cloned(person)} // the feed's may be a part of something large
	if n := len(d.free); n > 0 {
		slot, d.free = d.free[n-1], d.free[:n-1]
		d.rows[slot] = r
	} else {
		slot = int32(len(d.rows))
		d.rows = append(d.rows, r)
	}
	if d.view != nil {
		d.view.place(d, slot)
	}
	return slot
}

// replace puts e in the place of what its badge had, or takes that out.
func (d *day) replace(person timesheet.EmployeeID, e timesheet.Entry, none bool) {
	es := slices.DeleteFunc(d.others[person], func(o timesheet.Entry) bool { return o.Employee == e.Employee })
	if len(es) == 0 {
		delete(d.others, person)
	} else {
		d.others[person] = es
	}
	if !none {
		d.join(person, e)
	}
}

// settle ends a batch: rows with nothing to show go, the view learns what to look at
// again. mu is held.
func (d *day) settle(ts []touched) {
	for _, t := range ts {
		if d.view != nil {
			d.view.touch(d, t.slot)
		}
		if d.rows[t.slot].gone() {
			if at, ok := d.find(d.rows[t.slot].id); ok {
				d.byID = slices.Delete(d.byID, at, at+1)
				d.free = append(d.free, t.slot)
			}
		}
	}
	d.weigh()
}
