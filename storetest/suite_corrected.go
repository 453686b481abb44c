package storetest

import (
	"errors"
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

// newest reads all pages of the corrections that count, and does between after each.
func (k *kit) newest(from, to timesheet.Day, limit int, between ...func()) (all []timesheet.Correction) {
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
		for _, do := range between {
			do()
		}
	}
}

// correctedRace reads pages while others correct, withdraw and correct again around
// those that stay, some after each page.
func correctedRace(k *kit) {
	stores := k.handles()
	stay := make(map[Key]bool)
	for n := range 40 {
		id := timesheet.EmployeeID(fmt.Sprintf("stay-%d", n))
		k.correct(correction(id, monday+timesheet.Day(n%3), "first"))
		stay[Key{id, monday + timesheet.Day(n%3)}] = true
	}
	ticks, done := make(chan struct{}), make(chan struct{})
	err := together(3, func(i int) (failed error) {
		if i == 2 {
			defer close(done)
			for round := range 6 {
				seen := make(map[Key]int)
				for _, c := range k.newest(monday, monday+2, 3+round, func() { ticks <- struct{}{} }) {
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
		for n := 0; ; n++ {
			if n%4 == 0 {
				select {
				case <-ticks:
				case <-done:
					return failed
				}
			}
			_, err := stores[i%len(stores)].Correct(k.ctx, aroundThem(i, n), timesheet.AnySeq)
			failed = errors.Join(failed, err)
		}
	})
	k.must(err, "read and correct at once")
}

// aroundThem is the n-th correction of a writer beside those that stay: one that comes,
// one that goes again, and another of one that stays.
func aroundThem(writer, n int) timesheet.Correction {
	goes := timesheet.EmployeeID(fmt.Sprintf("goes-%d-%d", writer, n/4))
	switch d := monday + timesheet.Day(n%3); n % 4 {
	case 0:
		return correction(timesheet.EmployeeID(fmt.Sprintf("comes-%d-%d", writer, n)), d, "new")
	case 1:
		return correction(goes, monday, "goes")
	case 2:
		return withdrawal(goes, monday)
	default:
		return correction(timesheet.EmployeeID(fmt.Sprintf("stay-%d", n%39/3*3+n%3)), d, fmt.Sprint("newer ", n))
	}
}
