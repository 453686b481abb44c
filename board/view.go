package board

import (
	"strings"
	"time"

	"timesheet"
)

// view is what pages of a day need beside its rows: by slot who it is and what the
// rules make of it, and the orders that were asked for. day.mu guards it.
type view struct {
	book book
	who  []timesheet.Person
	work []timesheet.Workday // the zero Workday where there is no row
	next []timesheet.Instant // work[i].Next, on its own to look through fast
	sums []uint64            // of what is shown of the row; 0 where there is none
	fold []string            // for names and Query.Q; nil until needed

	dirty   []int32 // slots to evaluate again
	orders  [2 * sorts]*order
	totals  Totals
	teams   map[string]*teamSums
	members map[string][]int32 // slots by team; nil until needed

	version           uint64            // sum of sums
	at, settled       timesheet.Instant // of the last refresh
	due               timesheet.Instant // the first of next; 0: none
	firstEnd, lastEnd timesheet.Instant // of the day, in all calendars
}

// lateCaller is how much earlier than the last moment one may ask without all being
// evaluated again: callers overtake one another.
const lateCaller = time.Second

func newView(d *day, k book) *view {
	v := &view{
		book: k, who: make([]timesheet.Person, len(d.rows)), work: make([]timesheet.Workday, len(d.rows)),
		next: make([]timesheet.Instant, len(d.rows)), sums: make([]uint64, len(d.rows)), teams: make(map[string]*teamSums),
	}
	for slot := range d.rows {
		v.who[slot], _ = k.dir.Person(d.rows[slot].id, d.on)
	}
	v.ends(d.on)
	return v
}

// ends finds the earliest and the latest end of the day.
func (v *view) ends(on timesheet.Day) {
	v.firstEnd = v.book.days.For("").Begin(on + 1)
	v.lastEnd = v.firstEnd
	for i, as := 0, v.book.days.Assignments(); i < len(as); i++ {
		if i > 0 && as[i].Employee == as[i-1].Employee {
			continue
		}
		end := v.book.days.For(as[i].Employee).Begin(on + 1)
		v.firstEnd, v.lastEnd = min(v.firstEnd, end), max(v.lastEnd, end)
	}
}

// current tells whether the view shows the day as it is at m.
func (d *day) current(k book, m timesheet.Moment) bool {
	v := d.view
	return v != nil && v.book == k && len(v.dirty) == 0 && m.Now >= v.at.Add(-lateCaller) &&
		(v.due == 0 || m.Now < v.due) && !v.settles(m.SettledThrough)
}

// settles tells whether the end of a row's day may lie between what was settled and to.
func (v *view) settles(to timesheet.Instant) bool {
	low, high := min(v.settled, to), max(v.settled, to)
	return low < v.lastEnd && high >= v.firstEnd && low != high
}

// refresh brings the view to m. mu is held.
func (d *day) refresh(k book, m timesheet.Moment) {
	d.sync(k.dir)
	v, all := d.view, false
	if v == nil || v.book != k {
		v, all = newView(d, k), true
		d.view = v
		d.weigh()
	}
	switch {
	case m.Now >= v.at:
	case m.Now >= v.at.Add(-lateCaller):
		m.Now = v.at
	default:
		all = true
	}
	all = all || v.settles(m.SettledThrough)
	v.at, v.settled = m.Now, m.SettledThrough
	if all {
		for slot := range d.rows {
			v.evaluate(d, int32(slot), m)
		}
		v.due = soonest(v.next)
	} else {
		v.renew(d, m)
	}
	v.dirty = v.dirty[:0]
}

// renew evaluates what changed, and what time changes.
func (v *view) renew(d *day, m timesheet.Moment) {
	first := v.due != 0 && m.Now >= v.due // the first moment must be found anew
	for _, slot := range v.dirty {
		before := v.next[slot]
		v.evaluate(d, slot, m)
		at := v.next[slot]
		first = first || before == v.due && at != before
		if at != 0 && (v.due == 0 || at < v.due) {
			v.due = at
		}
	}
	if !first {
		return
	}
	for slot, at := range v.next {
		if at != 0 && at <= m.Now {
			v.evaluate(d, int32(slot), m)
		}
	}
	v.due = soonest(v.next)
}

// soonest is the first moment at which time alone changes a row; 0: none does.
func soonest(next []timesheet.Instant) (first timesheet.Instant) {
	for _, at := range next {
		if at != 0 && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}

// touch says that a slot must be evaluated again.
func (v *view) touch(d *day, slot int32) {
	v.dirty = append(v.dirty, slot)
	if len(v.dirty) > 2*len(d.rows)+1024 {
		d.view = nil // nobody looks
	}
}

// place makes room for a new row in slot.
func (v *view) place(d *day, slot int32) {
	if int(slot) == len(v.who) {
		v.who = append(v.who, timesheet.Person{})
		v.work = append(v.work, timesheet.Workday{})
		v.next = append(v.next, 0)
		v.sums = append(v.sums, 0)
		if v.fold != nil {
			v.fold = append(v.fold, "")
		}
	}
	v.retract(slot)
	v.who[slot], _ = v.book.dir.Person(d.rows[slot].id, d.on)
	if v.fold != nil {
		v.fold[slot] = folded(v.who[slot])
	}
}

// folds are the folded names of all slots, in one piece of memory: they are looked
// through one after the other.
func (v *view) folds() []string {
	if v.fold != nil {
		return v.fold
	}
	var text strings.Builder
	ends := make([]int, len(v.who))
	for i := range v.who {
		text.WriteString(folded(v.who[i]))
		ends[i] = text.Len()
	}
	v.fold = make([]string, len(v.who))
	begin := 0
	for i, end := range ends {
		v.fold[i] = text.String()[begin:end]
		begin = end
	}
	return v.fold
}
