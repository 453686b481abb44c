package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"timesheet"

	"pgregory.net/rapid"
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

// anyCorrections makes random corrections and erasures, and compares with histories
// in a map after each.
func anyCorrections(k *kit, rt *rapid.T, n int) {
	model := make(map[Key][]timesheet.Correction)
	erased := make(map[timesheet.EmployeeID]bool)
	for range rapid.IntRange(1, 15).Draw(rt, "steps") {
		c := genCorrection(n).Draw(rt, "correction")
		if rapid.IntRange(0, 19).Draw(rt, "erase") == 0 {
			_, err := k.s.Erase(k.ctx, c.Employee)
			k.must(err, "erase")
			erased[c.Employee] = true
			for d := firstOf(n); d < firstOf(n)+10; d++ {
				delete(model, Key{c.Employee, d})
			}
		} else {
			expected := timesheet.AnySeq
			if rapid.Bool().Draw(rt, "expects") {
				expected = uint64(rapid.IntRange(0, 3).Draw(rt, "expected"))
			}
			want, code := foresee(model, erased, c, expected)
			got, err := k.s.Correct(k.ctx, c, expected)
			if got != want || timesheet.CodeOf(err) != code || (err != nil && !errors.Is(err, code)) {
				k.Fatalf("correct %+v expecting %d: %+v and %v, want %+v and %q", c, expected, got, err, want, code)
			}
		}
		k.sameAs(model, n)
	}
}

// foresee is what becomes of c, and does it to the model.
func foresee(model map[Key][]timesheet.Correction, erased map[timesheet.EmployeeID]bool, c timesheet.Correction, expected uint64) (timesheet.Correction, timesheet.Code) {
	key := Key{c.Employee, c.Day}
	if erased[c.Employee] {
		return timesheet.Correction{}, timesheet.NotFound
	}
	for _, old := range model[key] {
		if c.Key != "" && old.Key == c.Key {
			if !old.Same(c) {
				return timesheet.Correction{}, timesheet.Conflict
			}
			return old, ""
		}
	}
	if expected != timesheet.AnySeq && expected != uint64(len(model[key])) {
		return timesheet.Correction{}, timesheet.Conflict
	}
	c.Seq = uint64(len(model[key]) + 1)
	model[key] = append(model[key], c)
	return c, ""
}

func genCorrection(n int) *rapid.Generator[timesheet.Correction] {
	return rapid.Custom(func(rt *rapid.T) timesheet.Correction {
		e := rapid.SampledFrom(employees(n)).Draw(rt, "employee")
		d := firstOf(n) + timesheet.Day(rapid.IntRange(0, 2).Draw(rt, "day"))
		c := withdrawal(e, d)
		if rapid.IntRange(0, 3).Draw(rt, "withdrawn") > 0 {
			c = correction(e, d, rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "text"))
		}
		c.Key = rapid.SampledFrom([]string{"", "", "k", "k2"}).Draw(rt, "key")
		c.At += timesheet.Instant(rapid.IntRange(0, 5).Draw(rt, "at"))
		return c
	})
}

// sameAs says that the store must have the model's corrections of case n.
func (k *kit) sameAs(model map[Key][]timesheet.Correction, n int) {
	k.Helper()
	from, to := firstOf(n), firstOf(n)+2
	var newest []timesheet.Correction
	for _, e := range employees(n) {
		var want []timesheet.Correction
		for d := from; d <= to; d++ {
			history := model[Key{e, d}]
			want = append(want, history...)
			if len(history) > 0 && !history[len(history)-1].Withdrawn {
				newest = append(newest, history[len(history)-1])
			}
		}
		got, err := k.s.Corrections(k.ctx, e, from, to)
		k.must(err, "corrections")
		if !slices.Equal(got, want) {
			k.Fatalf("of %q there are\n%+v, want\n%+v", e, got, want)
		}
	}
	k.corrected(from, to, newest...)
}
