package board

import (
	"slices"

	"timesheet"
)

// teamSums are what is shown of a team.
type teamSums struct {
	Totals
	version uint64 // sum of the rows' sums
}

// own says that a reach is of one person at most.
func own(r timesheet.Reach) bool { return !r.All && len(r.Teams) == 0 }

// reached is an empty page of a query: what it says of all rows within the reach, made
// of nothing else. The view is current.
func (d *day) reached(q Query) (p Page) {
	v := d.view
	if q.Reach.All {
		p = Page{Version: v.version, Until: v.due, Totals: v.totals}
		if q.Team != "" {
			p.Totals = Totals{}
			if t := v.teams[q.Team]; t != nil {
				p.Totals = t.Totals
			}
		}
		return p
	}
	sooner := func(at timesheet.Instant) {
		if at != 0 && (p.Until == 0 || at < p.Until) {
			p.Until = at
		}
	}
	for i, team := range q.Reach.Teams {
		t := v.teams[team]
		if t == nil || team == "" || slices.Contains(q.Reach.Teams[:i], team) {
			continue
		}
		p.Version += t.version
		if q.Team == "" || q.Team == team {
			p.Totals.join(&t.Totals)
		}
		for _, slot := range v.members[team] {
			sooner(v.next[slot])
		}
	}
	// One who is in none of the teams.
	if slot, ok := d.self(q.Reach); ok && !(timesheet.Reach{Teams: q.Reach.Teams}).Sees(v.who[slot]) {
		p.Version += v.sums[slot]
		if q.Team == "" || q.Team == v.who[slot].Team {
			p.Totals.add(&v.work[slot], 1)
		}
		sooner(v.next[slot])
	}
	return p
}

// seen are the slots that a reach sees, as inOrder wants to know of them; nil for all.
func (d *day) seen(r timesheet.Reach) []bool {
	if r.All || own(r) {
		return nil
	}
	seen := make([]bool, len(d.rows))
	for _, team := range r.Teams {
		for _, slot := range d.view.members[team] {
			seen[slot] = true
		}
	}
	if slot, ok := d.self(r); ok {
		seen[slot] = true
	}
	return seen
}

// self is the slot of the one person whom a reach names.
func (d *day) self(r timesheet.Reach) (slot int32, ok bool) {
	if r.Employee == "" {
		return 0, false
	}
	at, ok := d.find(r.Employee)
	if !ok {
		return 0, false
	}
	return d.byID[at], true
}

// inOrder is q's order, and the slots in it that may be within the reach.
func (d *day) inOrder(q Query) (*order, []int32) {
	if !own(q.Reach) {
		o := d.order(q.Sort, q.Descending)
		return o, o.slots
	}
	var slots []int32
	if slot, ok := d.self(q.Reach); ok {
		slots = []int32{slot}
	}
	return &order{sort: q.Sort, descending: q.Descending}, slots
}

// made tells whether q needs nothing of the view, which is current, that isn't made yet.
func (d *day) made(q Query) bool {
	v := d.view
	if (q.Q != "" || q.Sort == ByName) && v.fold == nil {
		return false
	}
	if own(q.Reach) {
		return true
	}
	return d.clean(q.Sort, q.Descending) && (q.Reach.All || v.members != nil)
}

// make makes what made found lacking, but for the order.
func (d *day) make(q Query) {
	v := d.view
	if q.Q != "" || q.Sort == ByName {
		v.folds()
	}
	if q.Reach.All || own(q.Reach) || v.members != nil {
		return
	}
	// Only those whom the directory lists are in a team, and they have their slots for
	// as long as there is this view.
	v.members = map[string][]int32{}
	for slot, p := range v.who {
		if p.Team != "" && !p.Unlisted {
			v.members[p.Team] = append(v.members[p.Team], int32(slot))
		}
	}
}
