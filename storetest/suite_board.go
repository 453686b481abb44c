package storetest

import (
	"fmt"
	"strings"
	"sync/atomic"

	"timesheet"
)

// boardTests are about pages of a day.
var boardTests = []test{
	{"a day without entries", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		for _, d := range []timesheet.Day{monday - 1, monday + 1, timesheet.FirstDay, timesheet.LastDay} {
			k.must(k.boardEmpty(d), fmt.Sprintf("board of %v", d))
		}
	}},
	{"limits out of range are invalid", func(k *kit) {
		k.merge(entry("7", monday, 8, 9), entry("8", monday, 8, 9))
		for _, limit := range []int{0, -1, timesheet.MaxBoard + 1, 1 << 31} {
			_, _, err := k.s.Board(k.ctx, monday, "", limit)
			k.code(err, timesheet.Invalid, fmt.Sprintf("limit %d", limit))
		}
		for _, limit := range []int{1, timesheet.MaxBoard} {
			es, _, err := k.s.Board(k.ctx, monday, "", limit)
			k.must(err, "board")
			if len(es) > limit {
				k.Errorf("limit %d, %d entries", limit, len(es))
			}
		}
	}},
	{"cursors of nobody are invalid", func(k *kit) {
		k.merge(k.crowd(20)...)
		for _, cursor := range badCursors() {
			_, _, err := k.s.Board(k.ctx, monday, cursor, 10)
			k.code(err, timesheet.Invalid, fmt.Sprintf("cursor %q", cursor))
		}
	}},
	{"a cursor of another day is invalid", func(k *kit) {
		for d := range timesheet.Day(3) {
			for _, e := range k.crowd(20) {
				k.merge(entry(e.Employee, monday+d, 8, 9))
			}
		}
		_, next, err := k.s.Board(k.ctx, monday, "", 3)
		k.must(err, "board")
		if next == "" {
			k.Fatalf("3 of 20 entries, and no cursor")
		}
		for _, d := range []timesheet.Day{monday + 1, monday + 2, monday - 1} {
			_, _, err = k.s.Board(k.ctx, d, next, 3)
			k.code(err, timesheet.Invalid, "the cursor of another day")
		}
	}},
	{"every page size gives every entry once", func(k *kit) {
		want := k.crowd(60)
		for i, id := range oddIDs() {
			want = append(want, flagged(entry(id, monday, 8, 9), timesheet.Flags(i%8)))
		}
		k.merge(want...)
		k.merge(entry("another-day", monday+1, 8, 9))
		for _, limit := range []int{1, 2, 3, 7, 50, len(want) - 1, len(want), len(want) + 1, timesheet.MaxBoard} {
			got := k.pages(limit, func(int) {})
			if len(got) != len(want) {
				k.Errorf("in pages of %d there are %d entries, want %d", limit, len(got), len(want))
			}
			for _, e := range want {
				if got[e.Employee] != e {
					k.Errorf("in pages of %d there is %v, want %v", limit, got[e.Employee], e)
				}
			}
		}
	}},
	{"a day of more than one largest page", func(k *kit) {
		const n = timesheet.MaxBoard + 1500
		for from := 0; from < n; from += n / 2 {
			es := make([]timesheet.Entry, n/2)
			for i := range es {
				es[i] = entry(timesheet.EmployeeID(fmt.Sprintf("large-%d", from+i)), monday, 8, 9)
			}
			k.merge(es...)
		}
		if got := k.pages(timesheet.MaxBoard, func(int) {}); len(got) != n {
			k.Errorf("there are %d entries, want %d", len(got), n)
		}
	}},
	{"a cursor outlives its entry", func(k *kit) {
		k.merge(k.crowd(12)...)
		seen, next, err := k.s.Board(k.ctx, monday, "", 5)
		k.must(err, "board")
		for _, e := range seen {
			k.replace(e, timesheet.Entry{})
		}
		total := len(seen)
		for next != "" {
			seen, next, err = k.s.Board(k.ctx, monday, next, 5)
			k.must(err, "board after removing what was read")
			total += len(seen)
		}
		if total != 12 {
			k.Errorf("%d entries, want 12", total)
		}
	}},
	{"what stays comes once, however much is merged", boardRace},
}

// crowd are n entries of monday, of as many partitions as there are.
func (k *kit) crowd(n int) []timesheet.Entry {
	es := make([]timesheet.Entry, n)
	for i := range es {
		es[i] = entry(timesheet.EmployeeID(fmt.Sprintf("crowd-%d", i*7919%1000)), monday, 8, 9)
	}
	return es
}

// pages reads the board of monday, calling between after each page, and answers it
// all. Nobody may come twice.
func (k *kit) pages(limit int, between func(page int)) map[timesheet.EmployeeID]timesheet.Entry {
	k.Helper()
	all := make(map[timesheet.EmployeeID]timesheet.Entry)
	cursors := make(map[string]bool)
	for page, cursor := 0, ""; ; page++ {
		es, next, err := k.s.Board(k.ctx, monday, cursor, limit)
		k.must(err, "board")
		if len(es) > limit {
			k.Fatalf("a page of %d has %d entries", limit, len(es))
		}
		for _, e := range es {
			if _, ok := all[e.Employee]; ok || e.Day != monday {
				k.Fatalf("%v came twice, or is of another day", e)
			}
			all[e.Employee] = e
		}
		if next == "" {
			return all
		}
		if cursors[next] {
			k.Fatalf("the cursor %q came twice", next)
		}
		cursors[next] = true
		between(page)
		cursor = next
	}
}

// boardRace reads pages while entries are widened, new employees come, and others
// are removed.
func boardRace(k *kit) {
	stay := k.crowd(150)
	k.merge(stay...)
	var stop atomic.Bool
	stores := k.handles()
	done := make(chan error, 1)
	go func() {
		done <- together(2, func(i int) error {
			for n := 0; !stop.Load() && n < 2000; n++ {
				e := stay[(n*31+i)%len(stay)]
				fresh := entry(timesheet.EmployeeID(fmt.Sprintf("new-%d-%d", i, n*7919%300)), monday, 8, 9)
				e.Latest += timesheet.Instant(n)
				if _, err := mergeAll(k.ctx, stores[i%len(stores)], e, fresh); err != nil {
					return err
				}
			}
			return nil
		})
	}()
	defer func() { // also where a page ended the test
		stop.Store(true)
		k.must(<-done, "merge meanwhile")
	}()
	for _, limit := range []int{3, 8, 40} {
		got := k.pages(limit, func(page int) {
			if page%4 == 0 {
				k.merge(entry(timesheet.EmployeeID(fmt.Sprintf("page-%d-%d", limit, page)), monday, 8, 9))
			}
		})
		for _, e := range stay {
			if _, ok := got[e.Employee]; !ok {
				k.Errorf("in pages of %d %q is missing", limit, e.Employee)
			}
		}
	}
}

// badCursors are none of any store.
func badCursors() []string {
	return []string{
		"x", "!", "%%%", "0", "-1", "a:b", "garbage", "\x00", "\xff\xfe", "null", "{}", "AAAA", " ",
		strings.Repeat("A", 1000), monday.String(), "2026-11-23:0:0",
	}
}
