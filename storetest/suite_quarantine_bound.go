package storetest

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"timesheet"
)

// boundTests are about how many rejected rows are kept, and about many callers.
var boundTests = []test{
	{"beyond the bound the lowest are dropped and counted", dropsLowest},
	{"a call may be larger than the bound", func(k *kit) {
		k.reject("clocking", rejectedRow(-5, "7"), rejectedRow(100, "7"))
		rows := manyRejected(1, timesheet.MaxRejected+50)
		rows[99] = rejectedRow(100, "7")
		slices.Reverse(rows)
		k.reject("clocking", rows...)
		slices.Reverse(rows)
		k.counts("clocking", timesheet.RejectedCount{Kept: timesheet.MaxRejected, Dropped: 51})
		k.page("clocking", math.MinInt64, timesheet.MaxRejected, rows[50:])
	}},
	{"the bound is each source's own", func(k *kit) {
		k.reject("a", manyRejected(1, timesheet.MaxRejected)...)
		k.reject("b", rejectedRow(1, "7"))
		k.counts("a", timesheet.RejectedCount{Kept: timesheet.MaxRejected})
		k.rejects("b", rejectedRow(1, "7"))
		k.reject("a", rejectedRow(timesheet.MaxRejected+1, "7"))
		k.counts("a", timesheet.RejectedCount{Kept: timesheet.MaxRejected, Dropped: 1})
		k.rejects("b", rejectedRow(1, "7"))
	}},
	{"what isn't kept takes no room", func(k *kit) {
		k.purge(monday, 0)
		k.erase("gone", 0)
		rows := manyRejected(1, timesheet.MaxRejected)
		k.reject("clocking", rows...)
		old := rejectedRow(timesheet.MaxRejected+1, "7")
		old.Seen = at(monday, 0) - 1
		k.reject("clocking", old, rejectedRow(timesheet.MaxRejected+2, "gone"), rejectedRow(-1, "gone"))
		k.counts("clocking", timesheet.RejectedCount{Kept: timesheet.MaxRejected})
		k.page("clocking", math.MinInt64, 1, rows[:1])
	}},
	{"of many calls at once nothing is lost", func(k *kit) {
		stores := k.handles()
		const writers, each = 4, 60
		err := together(writers, func(i int) error {
			for n := range each {
				own := rejectedRow(timesheet.RowID(n*writers+i), "7")
				if err := stores[i%len(stores)].Reject(k.ctx, "clocking", []timesheet.Rejected{own, rejectedRow(timesheet.RowID(10_000+n), "8")}); err != nil {
					return err
				}
			}
			return nil
		})
		k.must(err, "reject")
		want := make([]timesheet.Rejected, 0, (writers+1)*each)
		for n := range writers * each {
			want = append(want, rejectedRow(timesheet.RowID(n), "7"))
		}
		for n := range each {
			want = append(want, rejectedRow(timesheet.RowID(10_000+n), "8"))
		}
		k.rejects("clocking", want...)
	}},
	{"of many calls at once over the bound the highest stay", func(k *kit) {
		stores := k.handles()
		const writers, each = 4, timesheet.MaxRejected / 10 // in 3 calls of each
		err := together(writers, func(i int) error {
			for n := range 3 {
				rows := manyRejected(timesheet.RowID((n*writers+i)*each), each)
				if err := stores[i%len(stores)].Reject(k.ctx, "clocking", rows); err != nil {
					return err
				}
			}
			return nil
		})
		k.must(err, "reject")
		k.counts("clocking", timesheet.RejectedCount{Kept: timesheet.MaxRejected, Dropped: 2 * each})
		k.page("clocking", math.MinInt64, timesheet.MaxRejected, manyRejected(2*each, timesheet.MaxRejected))
	}},
	{"a call is done as a whole", rejectsWhole},
	{"of many that readmit a row at once one does", func(k *kit) {
		stores := k.handles()
		for range 5 {
			k.reject("clocking", rejectedRow(7, "7"))
			wins := make(chan struct{}, 4)
			err := together(4, func(i int) error {
				err := stores[i%len(stores)].Readmit(k.ctx, "clocking", 7)
				if err == nil {
					wins <- struct{}{}
				}
				return ignore(err, timesheet.NotFound)
			})
			k.must(err, "readmit")
			if len(wins) != 1 {
				k.Fatalf("%d of 4 readmitted the row", len(wins))
			}
		}
		k.rejects("clocking")
	}},
}

func dropsLowest(k *kit) {
	const bound = timesheet.MaxRejected
	rows := manyRejected(1, bound+3)
	k.reject("clocking", rows[:bound]...)
	k.counts("clocking", timesheet.RejectedCount{Kept: bound})
	k.reject("clocking", rows[:bound]...) // kept already
	k.counts("clocking", timesheet.RejectedCount{Kept: bound})
	k.reject("clocking", rows[bound:bound+2]...)
	k.counts("clocking", timesheet.RejectedCount{Kept: bound, Dropped: 2})
	k.page("clocking", math.MinInt64, 1, rows[2:3])
	k.reject("clocking", rejectedRow(-7, "7")) // is the lowest itself
	k.counts("clocking", timesheet.RejectedCount{Kept: bound, Dropped: 3})
	k.page("clocking", math.MinInt64, bound, rows[2:bound+2])
	k.must(k.s.Readmit(k.ctx, "clocking", 50), "readmit")
	k.reject("clocking", rejectedRow(2, "7")) // there is room now
	k.counts("clocking", timesheet.RejectedCount{Kept: bound, Dropped: 3})
	k.page("clocking", math.MinInt64, 2, []timesheet.Rejected{rejectedRow(2, "7"), rows[2]})
	k.code(k.s.Readmit(k.ctx, "clocking", 1), timesheet.NotFound, "readmit a dropped row")
	k.reject("clocking", rows[bound+2], rejectedRow(1, "7"))
	k.counts("clocking", timesheet.RejectedCount{Kept: bound, Dropped: 5})
	k.page("clocking", math.MinInt64, 1, rows[2:3])
}

// rejectsWhole reads while calls of some rows each are made: each is seen in full or
// not at all.
func rejectsWhole(k *kit) {
	stores := k.handles()
	const calls, each = 10, 100
	done := make(chan struct{})
	err := together(2, func(i int) error {
		if i == 0 {
			defer close(done)
			for n := range calls {
				if err := stores[0].Reject(k.ctx, "clocking", manyRejected(timesheet.RowID(n*each), each)); err != nil {
					return err
				}
			}
			return nil
		}
		for {
			n, err := stores[len(stores)-1].CountRejected(k.ctx, "clocking")
			if err == nil && n.Kept%each != 0 {
				err = fmt.Errorf("%d rows are seen of calls of %d", n.Kept, each)
			}
			select {
			case <-done:
				return err
			default:
			}
			if err != nil {
				return err
			}
		}
	})
	k.must(err, "reject and read at once")
	k.rejects("clocking", manyRejected(0, calls*each)...)
}

// manyRejected are n rows from an id on.
func manyRejected(from timesheet.RowID, n int) []timesheet.Rejected {
	rows := make([]timesheet.Rejected, n)
	for i := range rows {
		rows[i] = rejectedRow(from+timesheet.RowID(i), "7")
	}
	return rows
}

// page says what a page of rejected rows must be.
func (k *kit) page(source string, after timesheet.RowID, limit int, want []timesheet.Rejected) {
	k.Helper()
	got, err := k.s.Rejected(k.ctx, source, after, limit)
	k.must(err, "rejected rows")
	if slices.Equal(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			k.Fatalf("rejected rows of %q after %d: %d of them, number %d is\n%+v, want\n%+v", source, after, len(got), i, got[i], want[i])
		}
	}
	k.Fatalf("rejected rows of %q after %d: %d of them, want %d", source, after, len(got), len(want))
}

func byRow(a, b timesheet.Rejected) int { return cmp.Compare(a.Row, b.Row) }
