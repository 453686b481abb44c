package storetest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"timesheet"
)

// quarantineTests are about rejected rows, except for what is dropped or forgotten.
var quarantineTests = []test{
	{"a new source has none", func(k *kit) {
		k.rejects("clocking")
		k.code(k.s.Readmit(k.ctx, "clocking", 1), timesheet.NotFound, "readmit")
		k.rejects("clocking")
	}},
	{"keeps rows as they are given", keepsRows},
	{"the first reason stays", func(k *kit) {
		first := rejectedRow(7, "7")
		again := timesheet.Rejected{Row: 7, Employee: "8", Reason: "another", Seen: first.Seen + 1}
		k.reject("clocking", first, again)
		k.rejects("clocking", first)
		k.reject("clocking", again, rejectedRow(6, "6"))
		k.rejects("clocking", rejectedRow(6, "6"), first)
		k.reject("clocking", first, first)
		k.rejects("clocking", rejectedRow(6, "6"), first)
	}},
	{"comes by id, page by page", pagesRows},
	{"readmitting", func(k *kit) {
		k.reject("clocking", rejectedRow(-3, "7"), rejectedRow(1<<53, "8"), rejectedRow(1<<53+2, "8"))
		k.must(k.s.Readmit(k.ctx, "clocking", -3), "readmit")
		k.rejects("clocking", rejectedRow(1<<53, "8"), rejectedRow(1<<53+2, "8"))
		for _, row := range []timesheet.RowID{-3, 3, 0, 1<<53 + 1, math.MinInt64, math.MaxInt64} {
			k.code(k.s.Readmit(k.ctx, "clocking", row), timesheet.NotFound, fmt.Sprintf("readmit %d", row))
		}
		again := timesheet.Rejected{Row: -3, Employee: "9", Reason: "once more", Seen: at(monday, time.Hour)}
		k.reject("clocking", again)
		k.rejects("clocking", again, rejectedRow(1<<53, "8"), rejectedRow(1<<53+2, "8"))
	}},
	{"sources are independent", func(k *kit) {
		names := []string{"clocking", "clocking2", "a{b}", "{a}b", "ü", "a:b", "a", "A", "%s", "*", "a\xff", "a\x00"}
		for i, name := range names {
			k.reject(name, rejectedRow(7, timesheet.EmployeeID(fmt.Sprint(i))), rejectedRow(timesheet.RowID(i), "x"))
		}
		k.must(k.s.Readmit(k.ctx, "a", 7), "readmit")
		for i, name := range names {
			want := []timesheet.Rejected{rejectedRow(7, timesheet.EmployeeID(fmt.Sprint(i))), rejectedRow(timesheet.RowID(i), "x")}
			if i == 7 {
				want = want[:1] // row 7 was given twice
			}
			if name == "a" {
				want = want[1:]
			}
			k.rejects(name, want...)
		}
	}},
	{"arguments that can't work are invalid and change nothing", refusesRows},
	{"the checkpoint and the rows leave one another alone", func(k *kit) {
		token := k.probe("7")
		k.reject("clocking", rejectedRow(7, "7"))
		k.at("clocking", timesheet.Checkpoint{})
		k.lease("clocking", "n1")
		to := timesheet.Checkpoint{Settled: 9, State: []byte("gaps")}
		k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance")
		k.reject("clocking", rejectedRow(8, "7"))
		k.at("clocking", to)
		k.rewind("clocking", 0, 0, nil, "from the start")
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release")
		k.rejects("clocking", rejectedRow(7, "7"), rejectedRow(8, "7"))
		k.must(k.s.Readmit(k.ctx, "clocking", 8), "readmit")
		k.at("clocking", timesheet.Checkpoint{Generation: 1, Reason: "from the start"})
		if now := k.probe("7"); now != token {
			k.Errorf("the token went from %+v to %+v", token, now)
		}
	}},
	{"any history", rejectedLaw},
}

// rejectedRow is a row of an employee, first seen on monday.
func rejectedRow(row timesheet.RowID, e timesheet.EmployeeID) timesheet.Rejected {
	return timesheet.Rejected{Row: row, Employee: string(e), Reason: fmt.Sprintf("row %d has no time", row), Seen: at(monday, 8*time.Hour)}
}

func keepsRows(k *kit) {
	employees := []string{"", " ", " 7 ", "a\x00b", "\n", "\x7f"}
	for _, id := range oddIDs() {
		employees = append(employees, string(id))
	}
	reasons := []string{".", " ", "ü{%}\x00\xff", strings.Repeat("x", timesheet.MaxReason)}
	seen := []timesheet.Instant{at(monday, 0), 0, -1, at(monday, 0) + 1, math.MinInt64, math.MaxInt64, at(timesheet.FirstDay, 0) - 1}
	var rows []timesheet.Rejected
	for i, e := range employees {
		rows = append(rows, timesheet.Rejected{
			Row: timesheet.RowID(i - 20), Employee: e, Reason: reasons[i%len(reasons)], Seen: seen[i%len(seen)],
		})
	}
	for _, id := range []timesheet.RowID{math.MinInt64 + 1, math.MaxInt64, 1 << 53, 1<<53 + 1, -1<<53 - 1, 255, 256, -256, -257} {
		rows = append(rows, rejectedRow(id, "7"))
	}
	k.reject("clocking", rows...)
	k.rejects("clocking", rows...)
}

func pagesRows(k *kit) {
	ids := []timesheet.RowID{-300, -256, -2, -1, 0, 1, 9, 10, 99, 100, 255, 256, 65_536, 1 << 40}
	var rows []timesheet.Rejected
	for _, id := range slices.Backward(ids) {
		rows = append(rows, rejectedRow(id, "7"))
	}
	k.reject("clocking", rows...)
	slices.Reverse(rows)
	for limit := 1; limit <= len(ids)+1; limit++ {
		for from := range len(ids) + 1 {
			after := timesheet.RowID(math.MinInt64)
			if from > 0 {
				after = ids[from-1]
			}
			k.page("clocking", after, limit, rows[from:min(from+limit, len(rows))])
		}
	}
	k.page("clocking", 11, 2, rows[8:10]) // of a row that isn't there
	k.page("clocking", -3, 2, rows[2:4])
	k.page("clocking", 1<<40-1, 10, rows[13:])
	k.page("clocking", math.MaxInt64, 10, nil)
}

func refusesRows(k *kit) {
	kept := rejectedRow(1, "7")
	k.reject("clocking", kept)
	bad := map[string]timesheet.Rejected{
		"no reason":            {Row: 3, Seen: kept.Seen},
		"a long reason":        {Row: 3, Reason: strings.Repeat("x", timesheet.MaxReason+1)},
		"a long employee":      {Row: 3, Reason: "x", Employee: strings.Repeat("x", timesheet.MaxEmployeeID+1)},
		"invalid UTF-8":        {Row: 3, Reason: "x", Employee: "a\xff"},
		"a cut character":      {Row: 3, Reason: "x", Employee: "ü"[:1]},
		"bad though it's kept": {Row: 1},
	}
	for name, r := range bad {
		k.code(k.s.Reject(k.ctx, "clocking", []timesheet.Rejected{rejectedRow(2, "7"), r, rejectedRow(4, "7")}), timesheet.Invalid, name)
	}
	for _, limit := range []int{0, -1, timesheet.MaxRejected + 1} {
		_, err := k.s.Rejected(k.ctx, "clocking", 0, limit)
		k.code(err, timesheet.Invalid, fmt.Sprintf("limit %d", limit))
	}
	k.must(k.s.Reject(k.ctx, "clocking", nil), "reject nothing")
	k.rejects("clocking", kept)
}

// reject rejects rows, which must succeed.
func (k *kit) reject(source string, rows ...timesheet.Rejected) {
	k.Helper()
	k.must(k.s.Reject(k.ctx, source, rows), fmt.Sprintf("reject %d rows of %q", len(rows), source))
}

// rejects says that exactly these rows must be kept of a source, and none dropped.
func (k *kit) rejects(source string, want ...timesheet.Rejected) {
	k.Helper()
	k.counts(source, timesheet.RejectedCount{Kept: len(want)})
	k.page(source, math.MinInt64, timesheet.MaxRejected, slices.SortedFunc(slices.Values(want), byRow))
}

// counts says how many rows must be kept, and dropped.
func (k *kit) counts(source string, want timesheet.RejectedCount) {
	k.Helper()
	n, err := k.s.CountRejected(k.ctx, source)
	k.must(err, "count rejected rows")
	if n != want {
		k.Fatalf("of %q there are %+v, want %+v", source, n, want)
	}
}
