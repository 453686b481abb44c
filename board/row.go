package board

import "timesheet"

// row is a person's part of a day, small: times are milliseconds from 00:00 UTC, of
// which an entry's lie within four days.
type row struct {
	id          timesheet.EmployeeID
	first, last int32
	flags       timesheet.Flags
	own         bool // there is an entry of the badge id
	joined      bool // there are entries of others
	listed      bool // the directory lists the person
	corrected   bool // there is a correction that counts
}

func (r *row) set(e timesheet.Entry, base timesheet.Instant) {
	r.own, r.first, r.last, r.flags = true, int32(e.Earliest-base), int32(e.Latest-base), e.Flags
}

// merge adds what another row of the same person says.
func (r *row) merge(o row) {
	r.listed, r.joined = r.listed || o.listed, r.joined || o.joined
	r.corrected = r.corrected || o.corrected
	if o.own {
		r.own, r.first, r.last, r.flags = true, o.first, o.last, o.flags
	}
}

// gone tells whether there is nothing to show.
func (r *row) gone() bool { return !r.own && !r.joined && !r.listed && !r.corrected }

// join puts e, of another badge of the person.
func (d *day) join(person timesheet.EmployeeID, e timesheet.Entry) {
	if d.others == nil {
		d.others = make(map[timesheet.EmployeeID][]timesheet.Entry)
	}
	d.others[person] = append(d.others[person], e)
}

// entry is that of a slot, of all badges.
func (d *day) entry(slot int32) timesheet.Entry {
	r := &d.rows[slot]
	var e timesheet.Entry
	if r.own {
		e = d.ownEntry(r)
	}
	if r.joined {
		for _, o := range d.others[r.id] {
			if o.Employee = r.id; e.IsZero() {
				e = o
			} else {
				e = timesheet.Join(e, o)
			}
		}
	}
	return e
}

// ownEntry is the entry of the badge that is the person's id.
func (d *day) ownEntry(r *row) timesheet.Entry {
	return timesheet.Entry{
		Employee: r.id, Day: d.on, Flags: r.flags,
		Earliest: d.base() + timesheet.Instant(r.first), Latest: d.base() + timesheet.Instant(r.last),
	}
}

// badges are all entries as the store has them.
func (d *day) badges() []timesheet.Entry {
	var all []timesheet.Entry
	for i := range d.rows {
		if r := &d.rows[i]; r.own {
			all = append(all, d.ownEntry(r))
		}
	}
	for _, es := range d.others {
		all = append(all, es...)
	}
	return all
}
