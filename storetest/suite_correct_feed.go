package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"timesheet"
)

// correctFeedTests are about corrections in feeds.
var correctFeedTests = []test{
	{"the newest is told", func(k *kit) {
		k.correct(correction("7", monday, "before"))
		f := k.watch(k.s)
		for n := range 3 {
			k.seesCorrection(f, k.correct(correction("7", monday, fmt.Sprint(n))))
		}
		k.seesCorrection(f, k.correct(withdrawal("7", monday)))
		k.seesCorrection(f, k.correct(correction("8", monday+1, "of another")))
	}},
	{"what changes nothing isn't told", func(k *kit) {
		c := correction("7", monday, "first")
		c.Key = "k"
		c = k.correct(c)
		f := k.watch(k.s)
		k.correct(c)
		_, err := k.s.Correct(k.ctx, correction("7", monday, "wrong"), 0)
		k.code(err, timesheet.Conflict, "correct expecting 0")
		k.merge(entry("7", monday, 8, 9)) // of the same partition
		for _, told := range k.next(f) {
			if told.Kind == timesheet.Corrected {
				k.Errorf("%v was told", told.Correction)
			}
		}
	}},
	{"an entry and its correction are told apart", func(k *kit) {
		m := k.mirror(k.s)
		for n := range 5 {
			k.merge(entry("7", monday, 8, 9+n))
			k.correct(correction("7", monday, fmt.Sprint(n)))
			k.correct(correction("8", monday, fmt.Sprint(n)))
		}
		k.merge(entry("9", monday, 8, 9))
		k.correct(correction("9", monday, "stays"))
		k.replace(entry("9", monday, 8, 9), timesheet.Entry{})
		k.settles(m)
	}},
	{"odd ids are told", func(k *kit) {
		m := k.mirror(k.s)
		for i, id := range oddIDs() {
			k.correct(correction(id, monday+timesheet.Day(i%2), "odd"))
			if i%3 == 0 {
				k.correct(withdrawal(id, monday+timesheet.Day(i%2)))
			}
		}
		k.settles(m)
	}},
	{"what is told is durable, and in order", toldInOrder},
	{"Sync waits for corrections", func(k *kit) {
		f := k.follow()
		for n, s := range slices.Concat(k.handles(), k.handles()) {
			c, err := s.Correct(k.ctx, correction("7", monday, fmt.Sprint(n)), timesheet.AnySeq)
			k.must(err, "correct")
			k.synced(f.m.feed, "somebody reads")
			if got := f.correction(c); got != c {
				k.Errorf("the reader has %+v, want %+v", got, c)
			}
		}
	}},
}

// next is what f tells next.
func (k *kit) next(f timesheet.Feed) []timesheet.Change {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	changes, err := f.Next(ctx)
	k.must(err, "next changes")
	return changes
}

// seesCorrection reads f until it tells c; resets don't do.
func (k *kit) seesCorrection(f timesheet.Feed, c timesheet.Correction) {
	k.Helper()
	var seen []timesheet.Change
	for {
		changes := k.next(f)
		for _, told := range changes {
			if told.Correction != nil && *told.Correction == c {
				want := timesheet.Change{
					Kind: timesheet.Corrected, Partition: k.part(c.Employee),
					Entry: timesheet.Entry{Employee: c.Employee, Day: c.Day}, Correction: told.Correction,
				}
				if told != want {
					k.Errorf("it was told as %+v, want %+v", told, want)
				}
				return
			}
		}
		if seen = append(seen, changes...); len(seen) > 100 {
			k.Fatalf("%v was not told, but %+v", c, seen)
		}
	}
}

// toldInOrder corrects one day from all handles at once, beside a reader who finds
// what he is told, and never an older one after a newer.
func toldInOrder(k *kit) {
	stores := k.handles()
	const writers, each = 4, 20
	f := k.watch(k.s)
	var work sync.WaitGroup
	work.Go(func() {
		err := together(writers, func(i int) error {
			for n := range each {
				_, err := stores[i%len(stores)].Correct(k.ctx, correction("7", monday, fmt.Sprintf("%d of %d", n, i)), timesheet.AnySeq)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			k.Errorf("correct: %v", err)
		}
	})
	defer work.Wait()
	for newest := uint64(0); newest < writers*each; {
		for _, told := range k.next(f) {
			if told.Kind != timesheet.Corrected {
				continue
			}
			c := *told.Correction
			if c.Seq < newest {
				k.Fatalf("%d was told after %d", c.Seq, newest)
			}
			newest = c.Seq
			got, err := k.s.Corrections(k.ctx, "7", monday, monday)
			k.must(err, "corrections")
			if !slices.Contains(got, c) {
				k.Fatalf("%+v was told, and isn't there", c)
			}
		}
	}
}

func (f *follower) correction(c timesheet.Correction) timesheet.Correction {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.m.corrected[Key{c.Employee, c.Day}]
}
