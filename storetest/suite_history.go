package storetest

import (
	"timesheet"

	"pgregory.net/rapid"
)

// history is a random sequence of operations on a store and on its model.
type history struct {
	*kit
	rt     *rapid.T
	n      int
	all    map[Key]timesheet.Entry                    // what the store must hold of the case
	erased map[timesheet.EmployeeID]bool              // employees with a tombstone
	tokens map[timesheet.EmployeeID][]timesheet.Token // all met, the latest last
	floor  timesheet.Day
}

func newHistory(k *kit, rt *rapid.T, n int) *history {
	h := &history{
		kit: k, rt: rt, n: n,
		all:    make(map[Key]timesheet.Entry),
		erased: make(map[timesheet.EmployeeID]bool),
		tokens: make(map[timesheet.EmployeeID][]timesheet.Token),
	}
	for _, e := range employees(n) {
		h.tokens[e] = []timesheet.Token{h.probe(e)}
	}
	return h
}

// anyHistory merges under current and old epochs, replaces with right and wrong
// expectations, and erases.
func anyHistory(k *kit, rt *rapid.T, n int) {
	h := newHistory(k, rt, n)
	for range rapid.IntRange(1, 15).Draw(rt, "steps") {
		switch rapid.IntRange(0, 9).Draw(rt, "step") {
		case 0, 1, 2, 3:
			h.mergeSome()
		case 4:
			h.mergeOld()
		case 5, 6, 7, 8:
			h.replaceOne()
		default:
			h.eraseOne()
		}
		h.compare()
	}
}

// anyPurge is a history with purges. The floor never goes down in a store, and the
// days of each case lie above those of the one before.
func anyPurge(k *kit, rt *rapid.T, n int) {
	h := newHistory(k, rt, n)
	for range rapid.IntRange(1, 8).Draw(rt, "steps") {
		switch rapid.IntRange(0, 4).Draw(rt, "step") {
		case 0, 1, 2:
			h.mergeSome()
		case 3:
			h.replaceOne()
		default:
			h.purge()
		}
		h.compare()
	}
}

func (h *history) mergeSome() {
	h.Helper()
	es := rapid.SliceOfN(genEntry(h.n), 1, 6).Draw(h.rt, "merge")
	want := 0
	for _, e := range es {
		if h.gone(e) {
			want++
			continue
		}
		join(h.all, e)
	}
	if expired := h.merge(es...); expired != want {
		h.Fatalf("%d entries were expired, want %d", expired, want)
	}
}

// mergeOld merges under an epoch met before, which is refused unless it is in force.
func (h *history) mergeOld() {
	h.Helper()
	e := genEntry(h.n).Draw(h.rt, "merge old")
	known := h.tokens[e.Employee]
	token := rapid.SampledFrom(known).Draw(h.rt, "token")
	now := h.probe(e.Employee)
	m := h.under(token.Epoch, e)
	switch {
	case token.Epoch != now.Epoch:
		h.code(m.Err, timesheet.Stale, "merge under an old epoch")
	case m.Err != nil:
		h.Fatalf("merge under the epoch in force: %v", m.Err)
	case !h.gone(e):
		join(h.all, e)
	}
	if m.Token != now {
		h.Fatalf("merge answered %+v, want the token %+v", m, now)
	}
}

func (h *history) replaceOne() {
	h.Helper()
	after := genEntry(h.n).Draw(h.rt, "new")
	before := h.all[KeyOf(after)]
	switch rapid.IntRange(0, 5).Draw(h.rt, "old") {
	case 0:
		before = after
	case 1:
		before = timesheet.Entry{}
	case 2:
		if !before.IsZero() {
			before.Flags ^= timesheet.Direct
		}
	}
	if !before.IsZero() && rapid.Bool().Draw(h.rt, "remove") {
		after = timesheet.Entry{}
	}
	r := timesheet.Replacement{Old: before, New: after}
	if r.Named().IsZero() {
		return
	}
	key, was := KeyOf(r.Named()), h.probe(r.Named().Employee)
	err := h.swap(before, after)
	if h.all[key] != before {
		h.code(err, timesheet.Conflict, "replace with a wrong old")
		if now := h.probe(key.Employee); now != was {
			h.Fatalf("a refused Replace changed the token from %+v to %+v", was, now)
		}
		return
	}
	h.must(err, "replace")
	switch {
	case after.IsZero() || h.gone(after):
		delete(h.all, key)
	default:
		h.all[key] = after
	}
	h.fence(key.Employee, before != after && (after.IsZero() || !h.gone(after)))
}

func (h *history) eraseOne() {
	h.Helper()
	e := rapid.SampledFrom(employees(h.n)).Draw(h.rt, "erase")
	want := ofEmployee(h.all, e)
	removed, err := h.s.Erase(h.ctx, e)
	h.must(err, "erase")
	if removed != len(want) {
		h.Fatalf("erase removed %d, want %d", removed, len(want))
	}
	for _, entry := range want {
		delete(h.all, KeyOf(entry))
	}
	h.fence(e, !h.erased[e])
	h.erased[e] = true
}

func (h *history) purge() {
	h.Helper()
	floor := firstOf(h.n) + timesheet.Day(rapid.IntRange(-2, 5).Draw(h.rt, "floor"))
	h.floor = max(h.floor, floor)
	want, concerned := 0, make(map[timesheet.EmployeeID]bool)
	for key := range h.all {
		if key.Day < floor {
			want++
			concerned[key.Employee] = true
			delete(h.all, key)
		}
	}
	removed, err := h.s.Purge(h.ctx, floor)
	h.must(err, "purge")
	if removed < want { // entries of earlier cases may be among them
		h.Fatalf("purge removed %d, want at least %d", removed, want)
	}
	for _, e := range employees(h.n) {
		h.fence(e, concerned[e])
	}
}

// fence notes the token of e's partition after something went down, with an epoch
// that must be new if it is sure that something changed.
func (h *history) fence(e timesheet.EmployeeID, sure bool) {
	h.Helper()
	token := h.probe(e)
	for _, old := range h.tokens[e] {
		if sure && old.Epoch == token.Epoch {
			h.Fatalf("the epoch of the partition of %q stayed, or came again: %d", e, token.Epoch)
		}
	}
	h.tokens[e] = append(h.tokens[e], token)
}

func (h *history) gone(e timesheet.Entry) bool { return h.erased[e.Employee] || e.Day < h.floor }

func (h *history) compare() {
	h.Helper()
	for _, e := range employees(h.n) {
		h.hasOnly(e, ofEmployee(h.all, e)...)
	}
	h.boards(h.n, h.all)
}
