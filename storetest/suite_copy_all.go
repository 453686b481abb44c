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
