package storetest

import (
	"fmt"
	"slices"

	"timesheet"

	"pgregory.net/rapid"
)

// lawTests are properties of all histories, tried on random ones.
var lawTests = []test{
	{"any order, repetition and grouping gives the join", func(k *kit) {
		k.check(anyDelivery)
	}},
	{"two writers that know nothing of each other lose nothing", twoWriters},
	{"any history equals the model", func(k *kit) { k.check(anyHistory) }},
	{"any history with purges equals the model", func(k *kit) { k.check(anyPurge) }},
}

// anyDelivery merges random entries, some repeatedly, in random groups, from several
// goroutines at once, through all handles.
func anyDelivery(k *kit, rt *rapid.T, n int) {
	drawn := rapid.SliceOfN(genEntry(n), 1, 40).Draw(rt, "entries")
	repeated := rapid.SliceOfN(rapid.SampledFrom(drawn), 0, 15).Draw(rt, "repeated")
	sent := rapid.Permutation(append(slices.Clone(drawn), repeated...)).Draw(rt, "sent")
	writers := rapid.IntRange(1, 4).Draw(rt, "writers")
	var groups [][]timesheet.Entry
	for len(sent) > 0 {
		size := rapid.IntRange(1, min(len(sent), 12)).Draw(rt, "size")
		groups = append(groups, sent[:size])
		sent = sent[size:]
	}
	stores := k.handles()
	err := together(writers, func(i int) error {
		for g := i; g < len(groups); g += writers {
			if _, err := mergeAll(k.ctx, stores[g%len(stores)], groups[g]...); err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "merge")
	want := joined(drawn)
	for _, e := range employees(n) {
		k.hasOnly(e, ofEmployee(want, e)...)
	}
	k.boards(n, want)
}

// twoWriters widen one entry each to its side, blindly, at once.
func twoWriters(k *kit) {
	stores := k.handles()
	epoch := k.probe("7").Epoch
	const steps = 150
	err := together(4, func(i int) error {
		for n := 1; n <= steps; n++ {
			e := entry("7", monday, 12, 12)
			switch step := timesheet.Instant(n); i {
			case 0:
				e.Earliest -= step
			case 1:
				e.Latest += step
			case 2:
				e.Flags = timesheet.Flags(n % 4)
			case 3:
				e = entry("7", monday+timesheet.Day(n), 12, 12)
			}
			d := timesheet.Delta{Partition: k.part("7"), Epoch: epoch, Entries: []timesheet.Entry{e}}
			if err := stores[i%len(stores)].Merge(k.ctx, []timesheet.Delta{d})[0].Err; err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "merge")
	e := flagged(entry("7", monday, 12, 12), 3)
	e.Earliest, e.Latest = e.Earliest-steps, e.Latest+steps
	want := []timesheet.Entry{e}
	for d := range timesheet.Day(steps) {
		want = append(want, entry("7", monday+1+d, 12, 12))
	}
	k.has(want...)
}

// employees are those of case n of a law: two that can share a partition or not,
// and an odd one.
func employees(n int) []timesheet.EmployeeID {
	odd := oddIDs()
	return []timesheet.EmployeeID{
		timesheet.EmployeeID(fmt.Sprintf("law-%d-a", n)),
		timesheet.EmployeeID(fmt.Sprintf("law-%d-b", n)),
		timesheet.EmployeeID(fmt.Sprintf("%s %d", clipTo(odd[n%len(odd)], 50), n)),
	}
}

func clipTo(e timesheet.EmployeeID, n int) string {
	for i := range string(e) { // at the begin of a rune
		if i >= n {
			return string(e[:i])
		}
	}
	return string(e)
}

// firstOf is the first day of the days that case n of a law has for itself.
func firstOf(n int) timesheet.Day { return monday + timesheet.Day(n%10_000)*10 }

// genEntry makes entries of case n: few employees and days, so that they meet.
func genEntry(n int) *rapid.Generator[timesheet.Entry] {
	return rapid.Custom(func(rt *rapid.T) timesheet.Entry {
		day := firstOf(n) + timesheet.Day(rapid.IntRange(0, 4).Draw(rt, "day"))
		from := rapid.IntRange(-90, 90).Draw(rt, "from")
		to := from
		if rapid.Bool().Draw(rt, "wide") {
			to = rapid.IntRange(from, 90).Draw(rt, "to")
		}
		e := entry(rapid.SampledFrom(employees(n)).Draw(rt, "employee"), day, from, to)
		e.Flags = timesheet.Flags(max(0, rapid.IntRange(-7, 7).Draw(rt, "flags")))
		if rapid.Bool().Draw(rt, "millis") {
			e.Latest += timesheet.Instant(rapid.IntRange(0, 999).Draw(rt, "ms"))
		}
		return e
	})
}

// joined is what entries make together.
func joined(es []timesheet.Entry) map[Key]timesheet.Entry {
	all := make(map[Key]timesheet.Entry)
	for _, e := range es {
		join(all, e)
	}
	return all
}

func join(all map[Key]timesheet.Entry, e timesheet.Entry) {
	if old, ok := all[KeyOf(e)]; ok {
		e = timesheet.Join(old, e)
	}
	all[KeyOf(e)] = e
}

func ofEmployee(all map[Key]timesheet.Entry, e timesheet.EmployeeID) []timesheet.Entry {
	var es []timesheet.Entry
	for key, entry := range all {
		if key.Employee == e {
			es = append(es, entry)
		}
	}
	return es
}

// boards says that the boards of the days of case n must hold exactly all.
func (k *kit) boards(n int, all map[Key]timesheet.Entry) {
	k.Helper()
	left := len(all)
	for d := firstOf(n); d < firstOf(n)+5; d++ {
		got, _, err := k.s.Board(k.ctx, d, "", timesheet.MaxBoard)
		k.must(err, "board")
		for _, e := range got {
			if all[KeyOf(e)] != e {
				k.Fatalf("the board of %v has %v, want %v", d, e, all[KeyOf(e)])
			}
		}
		left -= len(got)
	}
	if left != 0 {
		k.Fatalf("%d entries are missing from the boards, or come more than once", left)
	}
}
