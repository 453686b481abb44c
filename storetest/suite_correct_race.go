package storetest

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"timesheet"
)

// correctRaceTests are about corrections of one day at once, and about any of them.
var correctRaceTests = []test{
	{"of many at once all are in the history, each with a number of its own", allInHistory},
	{"of many that expect the same one wins", oneCorrects},
	{"one key sent many times at once is kept once", oneKey},
	{"any corrections equal the model", func(k *kit) { k.check(anyCorrections) }},
}

// allInHistory corrects one day from all handles at once: what was answered is what
// everybody reads.
func allInHistory(k *kit) {
	stores := k.handles()
	const writers, each = 6, 20
	var mu sync.Mutex
	kept := make(map[uint64]timesheet.Correction)
	err := together(writers, func(i int) error {
		for n := range each {
			c, err := stores[i%len(stores)].Correct(k.ctx, correction("7", monday, fmt.Sprintf("%d of %d", n, i)), timesheet.AnySeq)
			if err != nil {
				return err
			}
			mu.Lock()
			if other, twice := kept[c.Seq]; twice {
				err = fmt.Errorf("the number %d was given to %+v and %+v", c.Seq, other, c)
			}
			kept[c.Seq] = c
			mu.Unlock()
			if err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "correct at once")
	want := make([]timesheet.Correction, writers*each)
	for i := range want {
		c, ok := kept[uint64(i+1)]
		if !ok {
			k.Fatalf("nobody got the number %d", i+1)
		}
		want[i] = c
	}
	k.history("7", want...)
	k.corrected(monday, monday, want[len(want)-1])
}

// oneCorrects corrects from all handles at once, expecting the same number.
func oneCorrects(k *kit) {
	stores := k.handles()
	var want []timesheet.Correction
	for round := range uint64(5) {
		var wins atomic.Int32
		var won atomic.Pointer[timesheet.Correction]
		err := together(4, func(i int) error {
			c, err := stores[i%len(stores)].Correct(k.ctx, correction("7", monday, fmt.Sprintf("%d of round %d", i, round)), round)
			if err == nil {
				wins.Add(1)
				won.Store(&c)
			}
			return ignore(err, timesheet.Conflict)
		})
		k.must(err, "correct at once")
		if wins.Load() != 1 {
			k.Fatalf("expecting %d, %d of 4 won", round, wins.Load())
		}
		want = append(want, *won.Load())
		k.history("7", want...)
	}
}

// oneKey sends under one key from all handles at once: first the same by all, then
// another by each.
func oneKey(k *kit) {
	stores := k.handles()
	for round := range 5 {
		c := correction("7", monday+timesheet.Day(round), "the same")
		c.Key = "key"
		var seqs [4]timesheet.Correction
		err := together(4, func(i int) (err error) {
			mine := c
			mine.At = mine.At.Add(1)
			seqs[i], err = stores[i%len(stores)].Correct(k.ctx, mine, 0)
			return err
		})
		k.must(err, "send under one key at once")
		for _, kept := range seqs[1:] {
			if kept != seqs[0] {
				k.Fatalf("kept are %+v and %+v", seqs[0], kept)
			}
		}
		var wins atomic.Int32
		err = together(4, func(i int) error {
			mine := correction("8", monday+timesheet.Day(round), fmt.Sprint(i))
			mine.Key = "key"
			_, err := stores[i%len(stores)].Correct(k.ctx, mine, timesheet.AnySeq)
			if err == nil {
				wins.Add(1)
			}
			return ignore(err, timesheet.Conflict)
		})
		k.must(err, "send others under one key at once")
		got, err := k.s.Corrections(k.ctx, "8", c.Day, c.Day)
		k.must(err, "corrections")
		if wins.Load() != 1 || len(got) != 1 {
			k.Fatalf("of four under one key %d won, and %d are kept", wins.Load(), len(got))
		}
		got, err = k.s.Corrections(k.ctx, "7", c.Day, c.Day)
		k.must(err, "corrections")
		if !slices.Equal(got, seqs[:1]) {
			k.Fatalf("kept are %+v, want %+v", got, seqs[:1])
		}
	}
}
