package board

import (
	"strings"

	"timesheet"
)

// page answers a page at m.
func (d *day) page(q Query, after *key, k book, m timesheet.Moment) Page {
	d.mu.RLock()
	if d.dir == k.dir && d.current(k, m) && d.made(q) {
		defer d.mu.RUnlock()
		return d.collect(q, after)
	}
	d.mu.RUnlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.current(k, m) {
		d.refresh(k, m)
	}
	d.make(q)
	return d.collect(q, after)
}

// collect is a page of the view, which is current.
func (d *day) collect(q Query, after *key) Page {
	v, p := d.view, d.reached(q)
	o, slots := d.inOrder(q)
	if after != nil {
		slots = slots[o.after(d, slots, *after):]
	}
	f := d.filter(q)
	if !f.all {
		p.Rows = make([]Row, 0, min(q.Limit, len(slots), 128))
	} else {
		p.Rows = make([]Row, 0, min(q.Limit, len(slots)))
	}
	last := int32(-1)
	for _, slot := range slots {
		if !f.match(slot) {
			continue
		}
		if len(p.Rows) == q.Limit {
			p.Next = cursor(q, v.key(d, q.Sort, last))
			break
		}
		last = slot
		row := Row{Person: v.who[slot], Entry: d.entry(slot), Correction: d.correction(slot), Work: v.work[slot]}
		row.Work.Next = v.next[slot]
		p.Rows = append(p.Rows, row)
	}
	return p
}

// filter is a query's filter on a view.
type filter struct {
	Query
	v      *view
	all    bool   // nothing is left out
	seen   []bool // by slot, whether the reach sees it; nil where it sees all there are
	q      string
	looked int
	found  []bool // by slot, whether q was found; nil until many were looked at
}

// lookAround is how many rows are looked at in their order for Query.Q, which is random
// in memory; then all are in the order of memory, which takes a third for each.
const lookAround = 2000

func (d *day) filter(q Query) *filter {
	f := &filter{Query: q, v: d.view, seen: d.seen(q.Reach), q: fold(q.Q)}
	f.all = q.Reach.All && q.Team == "" && q.Status == 0 && q.Show == timesheet.GroupAll && q.Marks == 0 && f.q == ""
	return f
}

func (f *filter) match(slot int32) bool {
	if f.all {
		return true
	}
	// What isn't asked for isn't looked at: each is somewhere else in memory.
	if f.seen != nil && !f.seen[slot] {
		return false
	}
	if f.q != "" && !f.contains(slot) || f.Team != "" && f.v.who[slot].Team != f.Team {
		return false
	}
	if f.Status == 0 && f.Show == timesheet.GroupAll && f.Marks == 0 {
		return true
	}
	w := &f.v.work[slot]
	return (f.Status == 0 || w.Status == f.Status) && w.Marks.Has(f.Marks) && f.Show.Has(w)
}

func (f *filter) contains(slot int32) bool {
	if f.looked++; f.looked < lookAround {
		return strings.Contains(f.v.fold[slot], f.q)
	}
	if f.found == nil {
		f.found = make([]bool, len(f.v.fold))
		for i, text := range f.v.fold {
			f.found[i] = strings.Contains(text, f.q)
		}
	}
	return f.found[slot]
}
