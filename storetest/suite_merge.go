package storetest

import (
	"slices"
	"time"

	"timesheet"
)

// mergeTests are about what entries become.
var mergeTests = []test{
	{"an empty store is empty", func(k *kit) {
		k.must(k.s.Ping(k.ctx), "ping")
		k.holds()
		floor, err := k.s.Floor(k.ctx)
		k.must(err, "floor")
		if floor != timesheet.FirstDay {
			k.Errorf("floor %v, want %v", floor, timesheet.FirstDay)
		}
	}},
	{"an entry is read as it was merged", func(k *kit) {
		want := edges("7")
		k.merge(want...)
		k.has(want...)
		k.holds(want...)
	}},
	{"ids are bytes", func(k *kit) {
		var want []timesheet.Entry
		for i, id := range oddIDs() {
			e := entry(id, monday, 0, 1)
			e.Latest += timesheet.Instant(i)
			want = append(want, flagged(e, timesheet.Flags(i%8)))
		}
		k.merge(want...)
		k.holds(want...)
		for _, e := range want {
			k.has(e)
		}
	}},
	{"earliest and latest widen, flags add up", widens},
	{"a narrower entry changes nothing", func(k *kit) {
		wide := flagged(entry("7", monday, 6, 20), timesheet.Direct)
		k.merge(wide)
		k.merge(entry("7", monday, 8, 12), entry("7", monday, 6, 6), entry("7", monday, 20, 20))
		k.has(wide)
	}},
	{"one key many times in a delta", func(k *kit) {
		var es []timesheet.Entry
		for i := range 50 {
			h := 1 + (i*7)%20 // neither ascending nor descending
			es = append(es, flagged(entry("7", monday, h, h), timesheet.Flags(i%3)))
		}
		k.merge(es...)
		k.has(flagged(entry("7", monday, 1, 20), 3))
	}},
	{"before 00 UTC sorts before after it", func(k *kit) {
		e := timesheet.Entry{Employee: "7", Day: monday}
		for _, h := range []time.Duration{-1, 1, -30, 40, 0} {
			e.Earliest, e.Latest = at(monday, h*time.Hour), at(monday, h*time.Hour)
			k.merge(e)
		}
		k.has(entry("7", monday, -30, 40))
	}},
	{"days are kept apart", func(k *kit) {
		var want []timesheet.Entry
		for d := range timesheet.Day(40) {
			want = append(want, entry("7", monday+d*9, 8, 8+int(d)%9))
		}
		slices.Reverse(want)
		k.merge(want...)
		k.has(want...)
		k.holds(want...)
	}},
	{"a large delta", func(k *kit) {
		var want []timesheet.Entry
		for i, id := range ofPartition(1, k.s.Partitions(), 200, "large-") {
			for d := range timesheet.Day(15) {
				want = append(want, flagged(entry(id, monday+d, i%12, 12+i%12), timesheet.Flags(i%5)))
			}
		}
		k.merge(want...)
		k.holds(want...)
		k.merge(want[1000:]...)
		k.holds(want...)
	}},
	{"the caller keeps its slices", func(k *kit) {
		want := []timesheet.Entry{entry("7", monday, 8, 16), entry("7", monday+1, 8, 16)}
		sent := slices.Clone(want)
		deltas := []timesheet.Delta{{Partition: k.part("7"), Epoch: k.probe("7").Epoch, Entries: sent}}
		k.must(k.s.Merge(k.ctx, deltas)[0].Err, "merge")
		if !slices.Equal(sent, want) {
			k.Errorf("Merge changed the entries of its caller to %v", sent)
		}
		for i := range sent {
			sent[i] = entry("8", monday, 0, 1)
		}
		k.has(want...)
		got, err := k.s.Range(k.ctx, "7", monday, monday+1)
		k.must(err, "range")
		for i := range got {
			got[i] = timesheet.Entry{}
		}
		k.has(want...)
	}},
}

func widens(k *kit) {
	for _, step := range []struct{ merge, want timesheet.Entry }{
		{entry("7", monday, 9, 9), entry("7", monday, 9, 9)},
		{entry("7", monday, 12, 12), entry("7", monday, 9, 12)},
		{flagged(entry("7", monday, 10, 11), timesheet.Direct), flagged(entry("7", monday, 9, 12), 1)},
		{entry("7", monday, 8, 10), flagged(entry("7", monday, 8, 12), 1)},
		{flagged(entry("7", monday, 13, 13), timesheet.NonexistentTime), flagged(entry("7", monday, 8, 13), 5)},
		{flagged(entry("7", monday, 9, 9), timesheet.AmbiguousTime), flagged(entry("7", monday, 8, 13), 7)},
		{entry("7", monday, -90, 90), flagged(entry("7", monday, -90, 90), 7)},
	} {
		k.merge(step.merge)
		k.has(step.want)
	}
}
