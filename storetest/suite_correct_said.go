package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"timesheet"
)

// saidIsKept keeps corrections of all shapes and reads them.
func saidIsKept(k *kit) {
	plain := correction("7", monday, "plain")
	shapes := []timesheet.Correction{
		plain, withdrawal("7", monday),
		{Remark: "only"}, {ClockIn: at(monday, 1)}, {ClockOut: at(monday, 0)}, {ClockIn: at(monday, -96*time.Hour), ClockOut: at(monday, 96*time.Hour)},
		{Remark: strings.Repeat("ü", timesheet.MaxRemark/2)}, {Remark: "a\nb\tc"}, {Remark: `"quoted" \u0000 {x} 'y' %s`},
		{Remark: "r", SeenEarliest: at(monday, 1), SeenLatest: at(monday, 2)},
		{Remark: "r", At: at(timesheet.LastDay, 24*time.Hour)}, {Remark: "r", At: -1},
		{Remark: "r", Reason: "x", Actor: "y"}, {Remark: "r", Actor: strings.Repeat("😀", timesheet.MaxActor/4)},
		{Remark: "r", Key: strings.Repeat("k", timesheet.MaxKey), Reason: strings.Repeat("r", timesheet.MaxRemark)},
		{Remark: "r", Key: " ü"},
	}
	var want []timesheet.Correction
	for i, c := range shapes {
		c.Employee, c.Day = "7", monday
		if c.Reason == "" {
			c.Reason = "because"
		}
		if c.Actor == "" {
			c.Actor = "hr"
		}
		kept := k.correct(c)
		if c.Seq = uint64(i + 1); kept != c {
			k.Errorf("kept is %+v, want %+v", kept, c)
		}
		want = append(want, c)
	}
	k.history("7", want...)
	for _, id := range oddIDs() {
		for _, d := range []timesheet.Day{timesheet.FirstDay, timesheet.LastDay} {
			k.correct(correction(id, d, "edge"))
		}
	}
	for _, id := range oddIDs() {
		first, last := correction(id, timesheet.FirstDay, "edge"), correction(id, timesheet.LastDay, "edge")
		first.Seq, last.Seq = 1, 1
		if id == "7" {
			k.history(id, slices.Concat([]timesheet.Correction{first}, want, []timesheet.Correction{last})...)
			continue
		}
		k.history(id, first, last)
	}
}

// keyTwice sends corrections of one key again, the same and others.
func keyTwice(k *kit) {
	first := correction("7", monday, "first")
	first.Key = "k1"
	first = k.correct(first)
	second := k.correct(correction("7", monday, "second"))
	again := first
	again.Seq, again.At, again.SeenEarliest, again.SeenLatest = 99, first.At+5, 0, 0
	for _, expected := range []uint64{timesheet.AnySeq, 0, 1, 2, 7} {
		kept, err := k.s.Correct(k.ctx, again, expected)
		k.must(err, fmt.Sprintf("send it again, expecting %d", expected))
		if kept != first {
			k.Errorf("sent again it is %+v, want %+v", kept, first)
		}
		other := again
		other.Remark = "another"
		_, err = k.s.Correct(k.ctx, other, expected)
		k.code(err, timesheet.Conflict, "another one under the same key")
		gone := withdrawal("7", monday)
		gone.Key = first.Key
		_, err = k.s.Correct(k.ctx, gone, expected)
		k.code(err, timesheet.Conflict, "a withdrawal under the same key")
	}
	k.history("7", first, second)
	gone := k.correct(withdrawal("7", monday))
	if kept := k.correct(again); kept != first {
		k.Errorf("sent again after a withdrawal it is %+v, want %+v", kept, first)
	}
	k.history("7", first, second, gone)
	k.corrected(monday, monday)
}

// fullHistory makes as many corrections of a day as there can be, and one more.
func fullHistory(k *kit) {
	stores := k.handles()
	keyed := correction("7", monday, "keyed")
	keyed.Key = "k"
	keyed = k.correct(keyed)
	err := together(4, func(i int) error {
		for n := range timesheet.MaxCorrections {
			if (n+1)%4 != i || n == 0 {
				continue
			}
			if _, err := stores[i%len(stores)].Correct(k.ctx, correction("7", monday, fmt.Sprint(n)), timesheet.AnySeq); err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "correct")
	for _, expected := range []uint64{timesheet.AnySeq, timesheet.MaxCorrections} {
		_, err := k.s.Correct(k.ctx, correction("7", monday, "one more"), expected)
		k.code(err, timesheet.Conflict, "one more than there can be")
	}
	if kept := k.correct(keyed); kept != keyed {
		k.Errorf("a key sent again is %+v, want %+v", kept, keyed)
	}
	k.correct(correction("7", monday+1, "another day"))
	got, err := k.s.Corrections(k.ctx, "7", monday, monday)
	k.must(err, "corrections")
	for i, c := range got {
		if c.Seq != uint64(i+1) {
			k.Fatalf("the one with the number %d is at %d", c.Seq, i)
		}
	}
	if len(got) != timesheet.MaxCorrections {
		k.Errorf("there are %d, want %d", len(got), timesheet.MaxCorrections)
	}
}

// uncorrectable are corrections that Validate refuses.
func uncorrectable() map[string]timesheet.Correction {
	with := func(change func(*timesheet.Correction)) timesheet.Correction {
		c := correction("7", monday, "bad")
		change(&c)
		return c
	}
	return map[string]timesheet.Correction{
		"no reason":           with(func(c *timesheet.Correction) { c.Reason = "" }),
		"no actor":            with(func(c *timesheet.Correction) { c.Actor = "" }),
		"a long remark":       with(func(c *timesheet.Correction) { c.Remark = strings.Repeat("x", timesheet.MaxRemark+1) }),
		"a long actor":        with(func(c *timesheet.Correction) { c.Actor = strings.Repeat("x", timesheet.MaxActor+1) }),
		"a long key":          with(func(c *timesheet.Correction) { c.Key = strings.Repeat("x", timesheet.MaxKey+1) }),
		"no UTF-8":            with(func(c *timesheet.Correction) { c.Reason = "\xff" }),
		"a zero byte":         with(func(c *timesheet.Correction) { c.Remark = "a\x00b" }),
		"far from its day":    with(func(c *timesheet.Correction) { c.ClockOut = at(monday+9, 0) }),
		"a day too early":     with(func(c *timesheet.Correction) { c.Day = timesheet.FirstDay - 1 }),
		"a day too late":      correction("7", timesheet.LastDay+1, "bad"),
		"withdrawn, yet sets": with(func(c *timesheet.Correction) { c.Withdrawn = true }),
		"zero":                {},
	}
}
