package storetest

import (
	"timesheet"
)

// sharedTests are about two handles at once. Most other tests with goroutines use
// both handles as well.
var sharedTests = []test{
	{"both handles have the same partitions and tokens", func(k *kit) {
		one, two := k.pair()
		if one.s.Partitions() != two.s.Partitions() {
			k.Fatalf("%d and %d partitions", one.s.Partitions(), two.s.Partitions())
		}
		for _, id := range spread(k.s.Partitions(), k.s.Partitions(), "pair-") {
			if a, b := one.probe(id), two.probe(id); a != b {
				k.Errorf("tokens %+v and %+v of the partition of %q", a, b, id)
			}
		}
	}},
	{"what one does the other sees", func(k *kit) {
		one, two := k.pair()
		one.merge(entry("7", monday-1, 8, 9), entry("7", monday, 8, 9), entry("8", monday, 8, 9))
		two.holds(entry("7", monday-1, 8, 9), entry("7", monday, 8, 9), entry("8", monday, 8, 9))
		two.replace(entry("7", monday, 8, 9), entry("7", monday, 10, 10))
		one.has(entry("7", monday-1, 8, 9), entry("7", monday, 10, 10))
		one.purge(monday, 1)
		two.floor(monday)
		if expired := two.merge(entry("7", monday-1, 8, 9)); expired != 1 {
			k.Errorf("below the floor of the other handle %d were expired, want 1", expired)
		}
		two.erase("8", 1)
		one.erased("8", true)
		if expired := one.merge(entry("8", monday, 8, 9)); expired != 1 {
			k.Errorf("under the tombstone of the other handle %d were expired, want 1", expired)
		}
		one.rules(two.setRules(0, someRules()...), someRules()...)
		version := one.setDocument("rules", 0, someText)
		two.document("rules", version, someText)
		one.document("rules", two.setDocument("rules", version, "another"), "another")
		one.lease("clocking", "n1")
		two.acquires("clocking", "n2", "n1", hour)
		k.must(one.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 3}), "advance")
		two.at("clocking", timesheet.Checkpoint{Settled: 3})
		one.reject("clocking", rejectedRow(1, "7"), rejectedRow(2, "8"), rejectedRow(3, "9"))
		two.rejects("clocking", rejectedRow(1, "7"), rejectedRow(3, "9")) // 8 is erased
		k.must(two.s.Readmit(k.ctx, "clocking", 1), "readmit")
		one.rejects("clocking", rejectedRow(3, "9"))
		two.erase("9", 0)
		one.rejects("clocking")
	}},
	{"what one fences is fenced for the other", func(k *kit) {
		one, two := k.pair()
		old := entry("7", monday, 8, 16)
		one.merge(old)
		epoch := two.probe("7").Epoch
		one.replace(old, timesheet.Entry{})
		k.code(two.under(epoch, old).Err, timesheet.Stale, "merge through the other handle")
		epoch = one.probe("7").Epoch
		two.setRules(0, someRules()...)
		k.code(one.under(epoch, old).Err, timesheet.Stale, "merge through the first handle")
		k.holds()
	}},
	{"each sees the other's changes in its feed", func(k *kit) {
		one, two := k.pair()
		first, second := one.mirror(one.s), two.mirror(two.s)
		one.merge(entry("7", monday, 8, 9))
		two.merge(entry("8", monday, 8, 9))
		two.replace(entry("7", monday, 8, 9), timesheet.Entry{})
		one.erase("8", 1)
		one.settles(second)
		two.settles(first)
	}},
	{"closing one leaves the other", func(k *kit) {
		one, two := k.pair()
		m := two.mirror(two.s)
		one.merge(entry("7", monday, 8, 9))
		k.must(one.s.Close(), "close")
		two.merge(entry("7", monday, 8, 10))
		two.holds(entry("7", monday, 8, 10))
		two.settles(m)
	}},
}

// pair is k with each of its two handles.
func (k *kit) pair() (one, two *kit) {
	k.Helper()
	stores := k.handles()
	a, b := *k, *k
	a.s, b.s = stores[0], stores[1]
	return &a, &b
}
