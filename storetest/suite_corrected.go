package storetest

import (
	"fmt"
	"slices"

	"timesheet"
)

// correctedTests are about reading corrections.
var correctedTests = []test{
	{"a range has both its ends and no more", func(k *kit) {
		var all []timesheet.Correction
		for d := monday; d < monday+10; d += 2 {
			all = append(all, k.correct(correction("7", d, "first")), k.correct(correction("7", d, "second")))
			k.correct(correction("70", d, "another's"))
			k.correct(correction("07", d, "another's"))
		}
		for _, r := range [][2]timesheet.Day{
			{monday, monday + 8}, {monday + 2, monday + 4}, {monday + 1, monday + 3}, {monday + 1, monday + 1}, {monday, monday},
			{monday + 4, monday + 2}, {monday + 9, timesheet.LastDay}, {timesheet.FirstDay, monday - 1}, {-5, timesheet.LastDay + 5},
		} {
			got, err := k.s.Corrections(k.ctx, "7", r[0], r[1])
			k.must(err, "corrections")
			want := slices.DeleteFunc(slices.Clone(all), func(c timesheet.Correction) bool { return c.Day < r[0] || c.Day > r[1] })
			if !slices.Equal(got, want) {
				k.Errorf("from %v to %v there are\n%+v, want\n%+v", r[0], r[1], got, want)
			}
			var newest []timesheet.Correction
			for _, c := range want {
				if c.Seq == 2 {
					newest = append(newest, c)
				}
			}
			got, next, err := k.s.Corrected(k.ctx, r[0], r[1], "", timesheet.MaxBoard)
			k.must(err, "corrected")
			got = slices.DeleteFunc(got, func(c timesheet.Correction) bool { return c.Employee != "7" })
			slices.SortFunc(got, byDay)
			if !slices.Equal(got, newest) || next != "" {
				k.Errorf("corrected from %v to %v are\n%+v, want\n%+v", r[0], r[1], got, newest)
			}
		}
	}},
	{"pages of any size make the whole", func(k *kit) {
		var want []timesheet.Correction
		for i, id := range oddIDs() {
			for d := range timesheet.Day(2 + i%2) {
				k.correct(correction(id, monday+d, "first"))
				c := k.correct(correction(id, monday+d, "newest"))
				if i%5 == 4 {
					k.correct(withdrawal(id, monday+d))
					continue
				}
				want = append(want, c)
			}
		}
		slices.SortFunc(want, byDay)
		for _, limit := range []int{1, 2, 7, len(want) - 1, len(want), len(want) + 1, timesheet.MaxBoard} {
			got := k.newest(monday, monday+5, limit)
			slices.SortFunc(got, byDay)
			if !slices.Equal(got, want) {
				k.Errorf("pages of %d make %d corrections, want %d", limit, len(got), len(want))
			}
		}
	}},
	{"what is there all the time comes exactly once", correctedRace},
	{"bad pages are Invalid", func(k *kit) {
		for _, id := range spread(k.s.Partitions(), 4, "page-") {
			k.correct(correction(id, monday, "first"))
			k.correct(correction(id, monday+1, "first"))
		}
		for _, limit := range []int{0, -1, timesheet.MaxBoard + 1} {
			_, _, err := k.s.Corrected(k.ctx, monday, monday+1, "", limit)
			k.code(err, timesheet.Invalid, fmt.Sprintf("limit %d", limit))
		}
		_, next, err := k.s.Corrected(k.ctx, monday, monday+1, "", 1)
		k.must(err, "corrected")
		for _, bad := range badCursors() {
			_, _, err := k.s.Corrected(k.ctx, monday, monday+1, bad, 1)
			k.code(err, timesheet.Invalid, fmt.Sprintf("cursor %q", bad))
		}
		_, _, err = k.s.Corrected(k.ctx, monday, monday+2, next, 1)
		k.code(err, timesheet.Invalid, "the cursor of another range")
	}},
}

// corrected says which corrections must count from day to day, on all handles.
func (k *kit) corrected(from, to timesheet.Day, want ...timesheet.Correction) {
	k.Helper()
	want = slices.SortedFunc(slices.Values(want), byDay)
	for _, s := range k.handles() {
		c := *k
		c.s = s
		got := c.newest(from, to, timesheet.MaxBoard)
		slices.SortFunc(got, byDay)
		if !slices.Equal(got, want) {
			k.Fatalf("from %v to %v count\n%+v, want\n%+v", from, to, got, want)
		}
	}
}

// newest reads all pages of the corrections that count.
func (k *kit) newest(from, to timesheet.Day, limit int) (all []timesheet.Correction) {
	k.Helper()
	for cursor, n := "", 0; ; n++ {
		page, next, err := k.s.Corrected(k.ctx, from, to, cursor, limit)
		k.must(err, "corrected")
		if len(page) > limit {
			k.Fatalf("a page of at most %d has %d", limit, len(page))
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		if next == cursor || n > 10_000 {
			k.Fatalf("the pages don't end: after %d of them the cursor is %q", n, next)
		}
		cursor = next
	}
}

// correctedRace reads pages while others correct, withdraw and correct again around
// those that stay.
func correctedRace(k *kit) {
	stores := k.handles()
	stay := make(map[Key]bool)
	for n := range 40 {
		id := timesheet.EmployeeID(fmt.Sprintf("stay-%d", n))
		k.correct(correction(id, monday+timesheet.Day(n%3), "first"))
		stay[Key{id, monday + timesheet.Day(n%3)}] = true
	}
	done := make(chan struct{})
	err := together(3, func(i int) error {
		if i == 2 {
			defer close(done)
			for round := range 6 {
				seen := make(map[Key]int)
				for _, c := range k.newest(monday, monday+2, 3+round) {
					seen[Key{c.Employee, c.Day}]++
				}
				for key := range stay {
					if seen[key] != 1 {
						return fmt.Errorf("in round %d %v came %d times", round, key, seen[key])
					}
				}
			}
			return nil
		}
		s := stores[i%len(stores)]
		for n := range 500 { // bounded, that readers who are slow needn't read more and more
			select {
			case <-done:
				return nil
			default:
			}
			d := monday + timesheet.Day(n%3)
			others := []timesheet.Correction{
				correction(timesheet.EmployeeID(fmt.Sprintf("comes-%d-%d", i, n)), d, "new"),
				correction(timesheet.EmployeeID(fmt.Sprintf("goes-%d-%d", i, n/4)), monday, "goes"),
				withdrawal(timesheet.EmployeeID(fmt.Sprintf("goes-%d-%d", i, n/4)), monday),
				correction(timesheet.EmployeeID(fmt.Sprintf("stay-%d", n%39/3*3+n%3)), d, fmt.Sprint("newer ", n)),
			}
			if _, err := s.Correct(k.ctx, others[n%4], timesheet.AnySeq); err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "read and correct at once")
}
