package storetest

import (
	"timesheet"
)

// againMoreTests are about what another handle finds of corrections, sealed records
// and tombstones of other stores.
var againMoreTests = []test{
	{"corrections", func(k *kit) {
		first := correction("7", monday, "first")
		first.Key = "k"
		first = k.correct(first)
		second := k.correct(withdrawal("7", monday))
		other := k.correct(correction("ü", timesheet.LastDay, "other"))
		for range 2 {
			k.another()
			k.history("7", first, second)
			k.corrected(timesheet.FirstDay, timesheet.LastDay, other)
			if kept := k.correct(first); kept != first {
				k.Errorf("a key sent again is %+v, want %+v", kept, first)
			}
			_, err := k.s.Correct(k.ctx, correction("7", monday, "third"), 1)
			k.code(err, timesheet.Conflict, "correct expecting 1")
		}
		third := k.correct(correction("7", monday, "third"))
		k.another()
		k.history("7", first, second, third)
		k.erase("7", 0)
		k.purge(timesheet.LastDay, 0)
		k.another()
		k.history("7")
		k.corrected(timesheet.FirstDay, timesheet.LastDay, other)
	}},
	{"sealed records", func(k *kit) {
		k.seal(november, sealed("7", "one"), sealed("8", "two"))
		k.seal(another(november), sealed("7", "three"))
		k.must(k.s.Unseal(k.ctx, another(november)), "unseal")
		for range 2 {
			k.another()
			k.series(november)
			k.sealedAre(november, sealed("7", "one"), sealed("8", "two"))
		}
		k.erase("7", 0)
		k.another()
		k.sealedAre(november, sealed("8", "two"))
		k.purge(november.Month.Last()+1, 0)
		k.another()
		k.series()
	}},
	{"tombstones of another store", func(k *kit) {
		g := foreign(k, "7", "8")
		k.bury(g)
		k.erase("9", 0)
		want := k.graves()
		for range 2 {
			k.another()
			k.sameGraves(k.graves(), want)
			for id, gone := range map[timesheet.EmployeeID]bool{"7": true, "8": true, "9": true, "10": false} {
				k.erased(id, gone)
			}
			if expired := k.merge(entry("7", monday, 8, 9), entry("10", monday, 8, 9)); expired != 1 {
				k.Errorf("%d entries were expired, want 1", expired)
			}
		}
	}},
}

// sharedMoreTests are about two handles at once. Most tests of corrections and sealed
// records use both as well.
var sharedMoreTests = []test{
	{"each sees the other's corrections in its feed", func(k *kit) {
		one, two := k.pair()
		first, second := one.mirror(one.s), two.mirror(two.s)
		one.correct(correction("7", monday, "of one"))
		two.correct(correction("7", monday, "of two"))
		two.correct(correction("8", monday, "of two"))
		one.correct(withdrawal("8", monday))
		two.correct(correction("9", monday-1, "goes"))
		one.purge(monday, 0)
		two.correct(correction("10", monday, "goes"))
		two.erase("10", 0)
		one.settles(second)
		two.settles(first)
	}},
}
