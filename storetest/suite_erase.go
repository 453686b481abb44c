package storetest

import (
	"errors"
	"fmt"

	"timesheet"
)

// eraseTests are about tombstones.
var eraseTests = []test{
	{"all entries of the employee are gone, and no others", func(k *kit) {
		var others []timesheet.Entry
		for i, id := range oddIDs() {
			others = append(others, entry(id, monday+timesheet.Day(i%3), 8, 9), entry(id, monday+5, 8, 9))
		}
		k.merge(others...)
		k.merge(edges("a{b}c")...)
		k.erase("a{b}c", len(edges("")))
		k.holds(others...)
		k.erased("a{b}c", true)
		k.erased("a{b}", false)
	}},
	{"ids are bytes for tombstones too", func(k *kit) {
		ids := oddIDs()
		for i, id := range ids {
			if i%2 == 0 {
				k.erase(id, 0)
			}
		}
		for i, id := range ids {
			k.erased(id, i%2 == 0)
			want := 1 - i%2
			if expired := k.merge(entry(id, monday, 8, 9)); expired != want {
				k.Errorf("of a merge of %q %d were expired, want %d", id, expired, want)
			}
		}
	}},
	{"merges of the erased are expired and counted", func(k *kit) {
		ids := ofPartition(0, k.s.Partitions(), 2, "erase-")
		k.merge(entry(ids[0], monday, 8, 9))
		k.erase(ids[0], 1)
		kept := entry(ids[1], monday, 8, 9)
		m := k.under(k.probe(ids[0]).Epoch, entry(ids[0], monday, 8, 9), kept, entry(ids[0], monday, 8, 9), entry(ids[0], monday+1, 8, 9))
		if m.Err != nil || m.Expired != 3 {
			k.Errorf("merge answered %+v, want 3 expired", m)
		}
		k.holds(kept)
	}},
	{"the unknown can be erased, and again", func(k *kit) {
		k.erase("7", 0)
		k.erased("7", true)
		k.erase("7", 0)
		k.erased("7", true)
		k.merge(entry("7", monday, 8, 9))
		k.holds()
	}},
	{"a long history", func(k *kit) {
		es := make([]timesheet.Entry, 1500)
		for i := range es {
			es[i] = entry("7", monday+timesheet.Day(i*3), 8, 9)
		}
		kept := entry("8", monday+3, 8, 9)
		k.merge(append(es, kept)...)
		k.has(es...)
		k.erase("7", len(es))
		k.holds(kept)
		k.days(kept.Day)
	}},
	{"nothing of the erased comes while merging goes on", eraseRace},
	{"the floor stays where it is", func(k *kit) {
		k.purge(monday, 0)
		k.merge(entry("7", monday, 8, 9))
		k.erase("7", 1)
		k.floor(monday)
		k.purge(monday+1, 0)
		k.erased("7", true)
	}},
}

// erase erases, which must remove so many entries.
func (k *kit) erase(e timesheet.EmployeeID, want int) {
	k.Helper()
	removed, err := k.s.Erase(k.ctx, e)
	k.must(err, fmt.Sprintf("erase %q", e))
	if removed != want {
		k.Errorf("erase %q removed %d, want %d", e, removed, want)
	}
}

func (k *kit) erased(e timesheet.EmployeeID, want bool) {
	k.Helper()
	got, err := k.s.Erased(k.ctx, e)
	k.must(err, "erased")
	if got != want {
		k.Errorf("erased %q: %v, want %v", e, got, want)
	}
}

// eraseRace erases an employee whom others are merging, beside a colleague of the
// same partition who must lose nothing.
func eraseRace(k *kit) {
	stores := k.handles()
	const writers, days = 3, 30
	for round := range 3 {
		ids := ofPartition(2, k.s.Partitions(), 2, fmt.Sprintf("race-%d-", round))
		begun := make(chan struct{})
		err := together(writers+1, func(i int) error {
			s := stores[i%len(stores)]
			if i == writers {
				<-begun
				_, err := s.Erase(k.ctx, ids[0])
				return err
			}
			var failed error
			for d := range timesheet.Day(days) {
				if i == 0 && d == 3 {
					begun <- struct{}{} // both are running now
				}
				_, err := mergeAll(k.ctx, s, entry(ids[0], monday+d, 8, 9), entry(ids[1], monday+d, 8+i, 8+i))
				failed = errors.Join(failed, err)
			}
			return failed
		})
		k.must(err, "merge and erase at once")
		want := make([]timesheet.Entry, days)
		for d := range want {
			want[d] = entry(ids[1], monday+timesheet.Day(d), 8, 8+writers-1)
		}
		k.has(want...)
		k.hasOnly(ids[0])
	}
}
