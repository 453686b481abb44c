package storetest

import (
	"errors"
	"fmt"

	"timesheet"
)

// replaceTests are about Replace as compare-and-set.
var replaceTests = []test{
	{"nothing to replace", func(k *kit) {
		if errs := k.s.Replace(k.ctx, nil); len(errs) != 0 {
			k.Errorf("Replace of nothing answered %v", errs)
		}
	}},
	{"creates, widens, narrows, moves, removes", func(k *kit) {
		steps := []timesheet.Entry{
			{}, entry("7", monday, 8, 16), flagged(entry("7", monday, 1, 23), 7), entry("7", monday, 9, 9),
			entry("7", monday, 20, 21), flagged(entry("7", monday, -96, 96), timesheet.Direct), {}, entry("7", monday, 8, 16),
		}
		for i := 1; i < len(steps); i++ {
			k.replace(steps[i-1], steps[i])
			if steps[i].IsZero() {
				k.holds()
			} else {
				k.holds(steps[i])
			}
		}
	}},
	{"another old is a conflict and changes nothing", wrongOld},
	{"what is merged meanwhile is a conflict", func(k *kit) {
		read := entry("7", monday, 8, 12)
		k.merge(read)
		k.merge(entry("7", monday, 16, 16))
		k.code(k.swap(read, timesheet.Entry{}), timesheet.Conflict, "remove what was read before the merge")
		k.holds(entry("7", monday, 8, 16))
	}},
	{"shapes that can't work are invalid, the others are applied", invalidShapes},
	{"several partitions in a call", severalPartitions},
	{"one call is applied in order", func(k *kit) {
		a, b, c := entry("7", monday, 8, 9), entry("7", monday, 8, 10), entry("7", monday, 8, 11)
		k.merge(a)
		errs := k.s.Replace(k.ctx, []timesheet.Replacement{{Old: a, New: b}, {Old: a, New: c}, {Old: b, New: c}, {Old: c}, {New: b}})
		if len(errs) != 5 {
			k.Fatalf("5 replacements, %d answers", len(errs))
		}
		k.must(errs[0], "a by b")
		k.code(errs[1], timesheet.Conflict, "a by c, when it is b")
		k.must(errs[2], "b by c")
		k.must(errs[3], "c by none")
		k.must(errs[4], "none by b")
		k.holds(b)
	}},
	{"a refusal keeps the epoch", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		before := k.probe("7")
		k.code(k.swap(entry("7", monday, 8, 10), timesheet.Entry{}), timesheet.Conflict, "replace")
		k.code(k.swap(timesheet.Entry{}, timesheet.Entry{}), timesheet.Invalid, "nothing by nothing")
		if after := k.probe("7"); after != before {
			k.Errorf("the token went from %+v to %+v", before, after)
		}
	}},
	{"new below the floor or under a tombstone is dropped", func(k *kit) {
		_, err := k.s.Purge(k.ctx, monday)
		k.must(err, "purge")
		_, err = k.s.Erase(k.ctx, "7")
		k.must(err, "erase")
		k.replace(timesheet.Entry{}, entry("8", monday-1, 8, 9))
		k.replace(timesheet.Entry{}, entry("7", monday, 8, 9))
		k.replace(timesheet.Entry{}, entry("8", monday, 8, 9))
		k.holds(entry("8", monday, 8, 9))
	}},
	{"of many at once each step succeeds once", countUp},
}

func wrongOld(k *kit) {
	kept := flagged(entry("7", monday, 8, 16), timesheet.Direct)
	k.merge(kept)
	wrong := map[string]timesheet.Entry{
		"none":             {},
		"another earliest": flagged(entry("7", monday, 7, 16), timesheet.Direct),
		"another latest":   flagged(entry("7", monday, 8, 17), timesheet.Direct),
		"a millisecond":    kept,
		"no flags":         entry("7", monday, 8, 16),
		"other flags":      flagged(entry("7", monday, 8, 16), timesheet.AmbiguousTime),
		"more flags":       flagged(entry("7", monday, 8, 16), timesheet.Direct|timesheet.AmbiguousTime),
	}
	off := wrong["a millisecond"]
	off.Latest++
	wrong["a millisecond"] = off
	for name, before := range wrong {
		k.code(k.swap(before, entry("7", monday, 1, 2)), timesheet.Conflict, name)
		if !before.IsZero() {
			k.code(k.swap(before, timesheet.Entry{}), timesheet.Conflict, name+", remove")
		}
	}
	k.code(k.swap(entry("7", monday+1, 8, 16), timesheet.Entry{}), timesheet.Conflict, "remove on a day without entry")
	k.code(k.swap(entry("8", monday, 8, 16), entry("8", monday, 8, 9)), timesheet.Conflict, "change of an employee without entry")
	k.holds(kept)
}

func invalidShapes(k *kit) {
	old := entry("7", monday, 8, 16)
	k.merge(old)
	rs := []timesheet.Replacement{
		{},
		{Old: old, New: entry("8", monday, 8, 9)},
		{Old: old, New: entry("7", monday+1, 8, 9)},
	}
	for name, bad := range unstorable(old) {
		if name != "zero" {
			rs = append(rs, timesheet.Replacement{New: bad})
		}
	}
	for _, id := range badIDs() {
		rs = append(rs, timesheet.Replacement{New: entry(id, monday, 8, 9)})
	}
	far := old
	far.Flags = 0x40
	rs = append(rs, timesheet.Replacement{Old: old, New: far})
	good := len(rs)
	rs = append(rs, timesheet.Replacement{Old: old, New: entry("7", monday, 9, 10)})
	errs := k.s.Replace(k.ctx, rs)
	if len(errs) != len(rs) {
		k.Fatalf("%d replacements, %d answers", len(rs), len(errs))
	}
	for i, err := range errs[:good] {
		k.code(err, timesheet.Invalid, fmt.Sprintf("replace %+v", rs[i]))
	}
	k.must(errs[good], "the good one")
	k.holds(entry("7", monday, 9, 10))
}

func severalPartitions(k *kit) {
	ids := spread(k.s.Partitions(), 4, "several-")
	var es []timesheet.Entry
	for _, id := range ids {
		es = append(es, entry(id, monday, 8, 16))
	}
	k.merge(es...)
	rs := []timesheet.Replacement{
		{Old: es[3], New: entry(ids[3], monday, 9, 10)},
		{Old: entry(ids[2], monday, 1, 2), New: entry(ids[2], monday, 9, 10)},
		{New: entry(ids[1], monday+1, 5, 6)},
		{Old: es[0]},
		{Old: es[1]},
	}
	errs := k.s.Replace(k.ctx, rs)
	if len(errs) != len(rs) {
		k.Fatalf("%d replacements, %d answers", len(rs), len(errs))
	}
	for i, err := range errs {
		if i == 1 {
			k.code(err, timesheet.Conflict, "the one with another old")
			continue
		}
		k.must(err, fmt.Sprintf("replacement %d", i))
	}
	k.holds(entry(ids[3], monday, 9, 10), es[2], entry(ids[1], monday+1, 5, 6))
}

// countUp has goroutines count with Latest: every success is one more.
func countUp(k *kit) {
	stores := k.handles()
	start := entry("7", monday, 8, 8)
	k.merge(start)
	const workers, each = 3, 12
	err := together(workers, func(i int) error {
		s := stores[i%len(stores)]
		for done := 0; done < each; {
			e, err := theOne(k.ctx, s, "7")
			if err != nil {
				return err
			}
			next := e
			next.Latest++
			err = s.Replace(k.ctx, []timesheet.Replacement{{Old: e, New: next}})[0]
			switch {
			case err == nil:
				done++
			case !errors.Is(err, timesheet.Conflict):
				return err
			}
		}
		return nil
	})
	k.must(err, "count")
	start.Latest += workers * each
	k.has(start)
}
