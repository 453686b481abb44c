package storetest

import (
	"fmt"
	"slices"

	"timesheet"
)

// buried buries and looks at all that a tombstone forbids, on all handles.
func buried(k *kit) {
	k.handles() // so that the other one knows the secret of before
	var ids []timesheet.EmployeeID
	for i, id := range oddIDs() {
		if i%2 == 0 {
			ids = append(ids, id)
		}
	}
	g := foreign(k, ids...)
	k.bury(g)
	k.sameGraves(k.graves(), g)
	for n, s := range k.handles() {
		c := *k
		c.s = s
		for i, id := range oddIDs() {
			c.erased(id, i%2 == 0)
			if expired := c.merge(entry(id, monday, 8, 9)); expired != 1-i%2 {
				k.Errorf("of a merge of %q %d were expired", id, expired)
			}
			_, err := c.s.Correct(k.ctx, correction(id, monday, fmt.Sprint(n)), timesheet.AnySeq)
			if err != nil || i%2 == 0 {
				k.code(err, timesheet.NotFound, fmt.Sprintf("correct %q", id))
			}
		}
		c.seal(november, sealed(ids[0], "gone"), sealed("stays", "stays"))
		c.reject("clocking", rejectedRow(1, ids[0]), rejectedRow(2, "stays"))
	}
	k.sealedAre(november, sealed("stays", "stays"))
	k.rejects("clocking", rejectedRow(2, "stays"))
}

// allHistories reads all histories, also the withdrawn, in pages of any size.
func allHistories(k *kit) {
	var want []timesheet.Correction
	for i, id := range oddIDs() {
		for n := range 1 + i%4 {
			d := monday + timesheet.Day(i%3)
			want = append(want, k.correct(correction(id, d, fmt.Sprint(n))))
			if i%3 == 0 {
				want = append(want, k.correct(withdrawal(id, d)))
			}
		}
	}
	k.correct(correction("erased", monday, "gone"))
	k.erase("erased", 0)
	slices.SortFunc(want, byDay)
	for _, limit := range []int{1, 2, 5, len(want) - 1, len(want), timesheet.MaxBoard} {
		var got []timesheet.Correction
		for cursor := ""; ; {
			page, next, err := k.s.Histories(k.ctx, cursor, limit)
			k.must(err, "histories")
			if len(page) >= limit+timesheet.MaxCorrections {
				k.Fatalf("a page of %d has %d", limit, len(page))
			}
			if len(page) > 0 && page[0].Seq != 1 {
				k.Fatalf("a page begins within a history, with %v", page[0])
			}
			if got = append(got, page...); next == "" {
				break
			}
			if next == cursor || len(got) > len(want) {
				k.Fatalf("the pages of %d don't end", limit)
			}
			cursor = next
		}
		for i := 1; i < len(got); i++ {
			same := got[i].Day == got[i-1].Day && got[i].Employee == got[i-1].Employee
			if got[i].Seq != 1 && (!same || got[i].Seq != got[i-1].Seq+1) {
				k.Fatalf("%v stands behind %v", got[i], got[i-1])
			}
		}
		slices.SortFunc(got, byDay)
		if !slices.Equal(got, want) {
			k.Fatalf("pages of %d make\n%+v, want\n%+v", limit, got, want)
		}
	}
}

// copiesAlike copies what was said to a store of another kind and, made anew there,
// back: numbers, keys, records and tombstones are the same.
func copiesAlike(k *kit) {
	from := NewMemory(8)
	closeAtEnd(k.t, from)
	there := *k
	there.s, there.h.Shared = from, false
	for i, id := range oddIDs() {
		for n := range 1 + i%3 {
			c := correction(id, monday+timesheet.Day(i%2), fmt.Sprint(n))
			c.Key = fmt.Sprint("key ", n)
			there.correct(c)
		}
		if i%4 == 0 {
			there.correct(withdrawal(id, monday))
		}
		there.seal(november, sealed(id, fmt.Sprintf("\x00%d", i)))
	}
	there.erase("a", 0)
	k.copyOf(from)
	back := NewMemory(4)
	closeAtEnd(k.t, back)
	there.s = back
	there.copyOf(k.s)
	k.sameGraves(there.graves(), k.graves())
	for i, id := range oddIDs() {
		want, err := from.Corrections(k.ctx, id, timesheet.FirstDay, timesheet.LastDay)
		k.must(err, "corrections")
		k.history(id, want...)
		there.history(id, want...)
		if id != "a" {
			k.sealedOf(november, sealed(id, fmt.Sprintf("\x00%d", i)))
			there.sealedOf(november, sealed(id, fmt.Sprintf("\x00%d", i)))
		}
	}
	k.erased("a", true)
	there.erased("a", true)
}

// copyOf makes k's store a copy of another, as far as corrections, sealed records and
// tombstones go.
func (k *kit) copyOf(from timesheet.Store) {
	k.Helper()
	g, err := from.Graves(k.ctx)
	k.must(err, "graves")
	k.bury(g)
	for cursor := ""; ; {
		cs, next, err := from.Histories(k.ctx, cursor, 7)
		k.must(err, "histories")
		for _, c := range cs {
			if kept, err := k.s.Correct(k.ctx, c, c.Seq-1); err != nil || kept != c {
				k.Fatalf("copied as %+v, %v, want %+v", kept, err, c)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	all, err := from.Series(k.ctx)
	k.must(err, "series")
	for _, s := range all {
		records, err := from.Sealed(k.ctx, s, "", timesheet.MaxSealedPage)
		k.must(err, "sealed")
		k.seal(s, records...)
	}
}
