package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"timesheet"

	"pgregory.net/rapid"
)

// forgetTests are about rejected rows below the floor and of the erased.
var forgetTests = []test{
	{"a purge drops the rows first seen before the floor", func(k *kit) {
		rows := make([]timesheet.Rejected, 6)
		for i, seen := range []timesheet.Instant{
			at(monday-1, 0), at(monday, 0) - 1, at(monday, 0), at(monday+1, 0) - 1, at(monday+1, 0), at(monday+2, 0),
		} {
			rows[i] = rejectedRow(timesheet.RowID(10-i), "7")
			rows[i].Seen = seen
		}
		k.merge(entry("7", monday-1, 8, 9))
		k.reject("a", rows...)
		k.reject("b", rows[1:4]...)
		k.purge(monday, 1)
		k.rejects("a", rows[2:]...)
		k.rejects("b", rows[2:4]...)
		k.reject("a", rows...) // silently left out
		k.reject("c", rows[0])
		k.rejects("a", rows[2:]...)
		k.rejects("c")
		k.purge(monday+1, 0)
		k.rejects("a", rows[4:]...)
		k.rejects("b")
		k.purge(monday-1, 0)
		k.rejects("a", rows[4:]...)
	}},
	{"a purge up to the first day drops none", func(k *kit) {
		old := rejectedRow(7, "7")
		old.Seen = at(timesheet.FirstDay, 0) - 1
		k.reject("clocking", old)
		k.purge(timesheet.FirstDay, 0)
		k.rejects("clocking", old)
		k.purge(timesheet.FirstDay+1, 0)
		k.rejects("clocking")
	}},
	{"an erasure drops the rows of the employee", func(k *kit) {
		gone := []string{"7", " 7", "7 ", "  7  "}
		others := []string{"", " ", "07", "77", "7.", "\t7", "7\n", "7\x00", "7 7", "x"}
		k.merge(entry("7", monday, 8, 9), entry("7", monday+1, 8, 9), entry("07", monday, 8, 9))
		var all, kept []timesheet.Rejected
		for i, e := range slices.Concat(gone, others) {
			r := timesheet.Rejected{Row: timesheet.RowID(i), Employee: e, Reason: "of 7", Seen: at(monday, 0)}
			if all = append(all, r); i >= len(gone) {
				kept = append(kept, r)
			}
		}
		k.reject("a", all...)
		k.reject("b", all[0], kept[0])
		k.erase("7", 2)
		k.rejects("a", kept...)
		k.rejects("b", kept[0])
		k.reject("a", all...) // silently left out
		k.reject("c", all[1], kept[1])
		k.rejects("a", kept...)
		k.rejects("c", kept[1])
	}},
	{"ids of the erased are bytes", func(k *kit) {
		ids := oddIDs()
		var all, kept []timesheet.Rejected
		for i, id := range ids {
			all = append(all, rejectedRow(timesheet.RowID(i), id))
			if i%2 == 0 {
				kept = append(kept, all[i])
			}
		}
		k.reject("clocking", all...)
		for i, id := range ids {
			if i%2 == 1 {
				k.erase(id, 0)
			}
		}
		k.rejects("clocking", kept...)
		k.reject("clocking", all...)
		k.rejects("clocking", kept...)
	}},
	{"a row that isn't kept leaves its id to another", func(k *kit) {
		k.erase("gone", 0)
		k.reject("clocking", rejectedRow(7, "gone"), rejectedRow(7, "7"))
		k.rejects("clocking", rejectedRow(7, "7"))
	}},
	{"nothing of the erased comes while rejecting goes on", func(k *kit) {
		k.forgetRace(func(s timesheet.Store) error { _, err := s.Erase(k.ctx, "7"); return err })
	}},
	{"nothing from below the floor comes while rejecting goes on", func(k *kit) {
		k.forgetRace(func(s timesheet.Store) error { _, err := s.Purge(k.ctx, monday); return err })
	}},
}

// forgetRace rejects rows of 7, first seen before monday, and rows of 8, first seen
// then, while the former are forgotten.
func (k *kit) forgetRace(forget func(timesheet.Store) error) {
	stores := k.handles()
	const writers, each = 3, 40
	row := func(i, n int) (gone, kept timesheet.Rejected) {
		gone = rejectedRow(timesheet.RowID(2*(n*writers+i)), "7")
		gone.Seen = at(monday, -time.Hour)
		return gone, rejectedRow(gone.Row+1, "8")
	}
	begun := make(chan struct{})
	err := together(writers+1, func(i int) error {
		s := stores[i%len(stores)]
		if i == writers {
			<-begun
			return forget(s)
		}
		var failed error
		for n := range each {
			if i == 0 && n == 5 {
				close(begun)
			}
			gone, kept := row(i, n)
			failed = errors.Join(failed, s.Reject(k.ctx, fmt.Sprint("source", n%3), []timesheet.Rejected{gone, kept}))
		}
		return failed
	})
	k.must(err, "reject and forget at once")
	want := make([][]timesheet.Rejected, 3)
	for n := range each {
		for i := range writers {
			_, kept := row(i, n)
			want[n%3] = append(want[n%3], kept)
		}
	}
	for n := range want {
		k.rejects(fmt.Sprint("source", n), want[n]...)
	}
}

// rejectedLaw does anything in any order, on each handle, and expects what a map does.
func rejectedLaw(k *kit) {
	k.check(func(k *kit, rt *rapid.T, n int) {
		stores, source := k.handles(), fmt.Sprint("law", n)
		employees := rapid.SampledFrom([]string{"", "x", fmt.Sprintf("law-%d", n), fmt.Sprintf(" law-%d ", n)})
		first := monday + timesheet.Day(4*n) // each case has floors of its own
		model := make(map[timesheet.RowID]timesheet.Rejected)
		floor, erased := first, false
		gone := func(_ timesheet.RowID, r timesheet.Rejected) bool {
			return r.Seen < at(floor, 0) || erased && len(r.Employee) > 1
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			s := rapid.SampledFrom(stores).Draw(rt, "handle")
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				floor = max(floor, first+timesheet.Day(rapid.IntRange(0, 3).Draw(rt, "floor")))
				_, err := s.Purge(k.ctx, floor)
				k.must(err, "purge")
			case 1:
				erased = true
				_, err := s.Erase(k.ctx, timesheet.EmployeeID(fmt.Sprintf("law-%d", n)))
				k.must(err, "erase")
			case 2, 3, 4:
				row := timesheet.RowID(rapid.IntRange(-3, 3).Draw(rt, "row"))
				_, kept := model[row]
				if err := s.Readmit(k.ctx, source, row); kept != (err == nil) {
					k.Fatalf("readmit %d: %v though kept is %v", row, err, kept)
				}
				delete(model, row)
			default:
				rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) timesheet.Rejected {
					r := rejectedRow(timesheet.RowID(rapid.IntRange(-3, 3).Draw(rt, "row")), "")
					r.Employee, r.Reason = employees.Draw(rt, "employee"), rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "reason")
					r.Seen = at(first, 12*time.Hour*time.Duration(rapid.IntRange(0, 7).Draw(rt, "seen")))
					return r
				}), 0, 8).Draw(rt, "rows")
				k.must(s.Reject(k.ctx, source, rows), "reject")
				for _, r := range rows {
					if _, kept := model[r.Row]; !kept && !gone(r.Row, r) {
						model[r.Row] = r
					}
				}
			}
			maps.DeleteFunc(model, gone)
			k.rejects(source, slices.Collect(maps.Values(model))...)
		}
	})
}
