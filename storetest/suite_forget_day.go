package storetest

import (
	"errors"
	"fmt"
	"slices"

	"timesheet"
)

// purgeMoreTests are about what a floor does to corrections and sealed months.
var purgeMoreTests = []test{
	{"corrections before the floor are gone", func(k *kit) {
		k.merge(entry("7", monday-1, 8, 9), entry("7", monday, 8, 9))
		var kept []timesheet.Correction
		for d := monday - 3; d < monday+3; d++ {
			for n := range 3 {
				if c := k.correct(correction("7", d, fmt.Sprint(n))); d >= monday {
					kept = append(kept, c)
				}
			}
		}
		k.correct(correction("8", monday-1, "alone"))
		k.purge(monday, 1) // which counts entries
		k.history("7", kept...)
		k.history("8")
		k.corrected(timesheet.FirstDay, timesheet.LastDay, kept[2], kept[5], kept[8])
		for _, d := range []timesheet.Day{monday - 1, timesheet.FirstDay} {
			c := correction("7", d, "0")
			c.Key = "k"
			_, err := k.s.Correct(k.ctx, c, 0)
			k.code(err, timesheet.NotFound, fmt.Sprintf("correct %v below the floor", d))
		}
		if c := k.correct(correction("7", monday, "3")); c.Seq != 4 {
			k.Errorf("at the floor the next number is %d, want 4", c.Seq)
		}
		k.purge(timesheet.LastDay, 1)
		k.corrected(timesheet.FirstDay, timesheet.LastDay)
	}},
	{"sealed months that end before the floor are gone", func(k *kit) {
		before := timesheet.Series{Month: timesheet.MonthOf(november.Month.First() - 1), Closing: 5}
		k.seal(before, sealed("7", "october"))
		k.seal(another(before), sealed("8", "october again"))
		k.seal(november, sealed("7", "november"))
		k.purge(before.Month.Last(), 0)
		k.series(before, another(before), november)
		k.purge(before.Month.Last()+1, 0)
		k.series(november)
		k.sealedAre(before)
		_, err := k.s.SealedOf(k.ctx, before, "7")
		k.code(err, timesheet.NotFound, "a record below the floor")
		k.seal(before, sealed("7", "late"))
		k.series(november)
		k.purge(november.Month.Last(), 0)
		k.seal(november, sealed("8", "still open to some days"))
		k.sealedAre(november, sealed("7", "november"), sealed("8", "still open to some days"))
	}},
	{"corrections and records during a purge end on one side of it", forgetRace},
	{"a purge of corrections alone is told", func(k *kit) {
		k.correct(correction("7", monday-1, "goes"))
		k.correct(correction("8", monday, "stays"))
		m := k.mirror(k.s)
		k.purge(monday, 0)
		k.settles(m)
	}},
}

// eraseMoreTests are about what a tombstone does to corrections and sealed records.
var eraseMoreTests = []test{
	{"corrections of the employee are gone, and no others", func(k *kit) {
		want := make(map[timesheet.EmployeeID]timesheet.Correction)
		for _, id := range oddIDs() {
			for d := range timesheet.Day(2) {
				k.correct(correction(id, monday+d, "first"))
				want[id] = k.correct(correction(id, monday+d, "second"))
			}
		}
		gone := oddIDs()[3:9]
		for _, id := range gone {
			k.erase(id, 0)
			delete(want, id)
		}
		all := k.newest(timesheet.FirstDay, timesheet.LastDay, timesheet.MaxBoard)
		for id, c := range want {
			if !slices.Contains(all, c) {
				k.Errorf("the correction of %q is gone", id)
			}
		}
		if len(all) != 2*len(want) {
			k.Errorf("%d corrections count, want %d", len(all), 2*len(want))
		}
		for _, id := range gone {
			k.history(id)
			c := correction(id, monday, "first")
			c.Key = "k"
			_, err := k.s.Correct(k.ctx, c, timesheet.AnySeq)
			k.code(err, timesheet.NotFound, fmt.Sprintf("correct %q, who is erased", id))
			k.history(id)
		}
	}},
	{"sealed records of the employee are gone from all series", func(k *kit) {
		alone := timesheet.Series{Month: timesheet.Month{Year: 2025, Month: 1}, Closing: 9}
		k.seal(november, sealed("7", "one"), sealed("77", "other"), sealed("a", "other"))
		k.seal(another(november), sealed("7", "two"), sealed("8", "other"))
		k.seal(alone, sealed("7", "alone"))
		k.erase("7", 0)
		k.sealedAre(november, sealed("77", "other"), sealed("a", "other"))
		k.sealedAre(another(november), sealed("8", "other"))
		k.sealedAre(alone)
		got, err := k.s.Series(k.ctx)
		k.must(err, "series")
		if slices.Contains(got, alone) || len(got) != 2 {
			k.Errorf("the series are %v", got)
		}
		k.seal(november, sealed("7", "replayed"), sealed("9", "new"))
		k.sealedAre(november, sealed("77", "other"), sealed("9", "new"), sealed("a", "other"))
		_, err = k.s.SealedOf(k.ctx, november, "7")
		k.code(err, timesheet.NotFound, "a record of the erased")
	}},
	{"nothing of the erased is corrected or sealed meanwhile", forgetSomebodyRace},
	{"an erasure of corrections alone is told", func(k *kit) {
		k.correct(correction("7", monday, "goes"))
		k.correct(correction("8", monday, "stays"))
		m := k.mirror(k.s)
		k.erase("7", 0)
		k.settles(m)
	}},
}

// forgetRace corrects and seals below a floor that rises meanwhile, then above it.
func forgetRace(k *kit) {
	stores := k.handles()
	const writers, days = 3, 12
	floor := november.Month.Last() + 1
	december := timesheet.Series{Month: timesheet.MonthOf(floor), Closing: 3}
	ids := spread(k.s.Partitions(), writers, "forget-")
	begun := make(chan struct{})
	err := together(writers+1, func(i int) error {
		s := stores[i%len(stores)]
		if i == writers {
			select {
			case <-begun:
			case <-k.ctx.Done():
			}
			_, err := s.Purge(k.ctx, floor)
			return err
		}
		for n := range 2 * days {
			if i == 0 && n == 3 {
				close(begun)
			}
			d := floor + timesheet.Day(n-days)
			_, err := s.Correct(k.ctx, correction(ids[i], d, fmt.Sprint(n)), timesheet.AnySeq)
			if d < floor {
				err = ignore(err, timesheet.NotFound)
			}
			err = errors.Join(err,
				s.Seal(k.ctx, november, []timesheet.Sealed{sealed(ids[i], "x")}), s.Seal(k.ctx, december, []timesheet.Sealed{sealed(ids[i], "x")}))
			if err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "correct, seal and purge at once")
	for _, c := range k.newest(timesheet.FirstDay, timesheet.LastDay, timesheet.MaxBoard) {
		if c.Day < floor {
			k.Errorf("%v is there, below the floor %v", c, floor)
		}
	}
	for _, id := range ids {
		got, err := k.s.Corrections(k.ctx, id, timesheet.FirstDay, timesheet.LastDay)
		k.must(err, "corrections")
		if len(got) != days {
			k.Errorf("of %q there are %d corrections, want %d", id, len(got), days)
		}
	}
	k.series(december)
	k.sealedAre(november)
}

// forgetSomebodyRace corrects and seals somebody who is erased meanwhile, beside a
// colleague of the same partition.
func forgetSomebodyRace(k *kit) {
	stores := k.handles()
	const writers, each = 3, 15
	for round := range 3 {
		ids := ofPartition(1, k.s.Partitions(), 2, fmt.Sprintf("somebody-%d-", round))
		begun := make(chan struct{})
		err := together(writers+1, func(i int) error {
			s := stores[i%len(stores)]
			if i == writers {
				select {
				case <-begun:
				case <-k.ctx.Done():
				}
				_, err := s.Erase(k.ctx, ids[0])
				return err
			}
			var failed error
			for n := range each {
				if i == 0 && n == 3 {
					close(begun) // both are running now
				}
				for _, id := range ids {
					_, err := s.Correct(k.ctx, correction(id, monday+timesheet.Day(n%5), fmt.Sprintf("%d of %d", n, i)), timesheet.AnySeq)
					if id == ids[0] {
						err = ignore(err, timesheet.NotFound)
					}
					failed = errors.Join(failed, err)
				}
				failed = errors.Join(failed, s.Seal(k.ctx, november, []timesheet.Sealed{sealed(ids[0], "gone"), sealed(ids[1], "stays")}))
			}
			return failed
		})
		k.must(err, "correct, seal and erase at once")
		k.history(ids[0])
		got, err := k.s.Corrections(k.ctx, ids[1], timesheet.FirstDay, timesheet.LastDay)
		k.must(err, "corrections")
		if len(got) != writers*each {
			k.Errorf("of the colleague there are %d corrections, want %d", len(got), writers*each)
		}
		_, err = k.s.SealedOf(k.ctx, november, ids[0])
		k.code(err, timesheet.NotFound, "a record of the erased")
		k.sealedOf(november, sealed(ids[1], "stays"))
	}
}
