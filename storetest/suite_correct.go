package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"timesheet"
)

// correctTests are about corrections, one after another.
var correctTests = []test{
	{"what is said is kept, whatever it is", saidIsKept},
	{"each day of each employee counts from 1", func(k *kit) {
		ids := append(ofPartition(0, k.s.Partitions(), 2, "count-"), oddIDs()...)
		for n := range uint64(3) {
			for _, id := range ids {
				for _, d := range []timesheet.Day{monday, monday + 1} {
					if got := k.correct(correction(id, d, fmt.Sprint(n))); got.Seq != n+1 {
						k.Errorf("correction %d of %q on %v has the number %d", n+1, id, d, got.Seq)
					}
				}
			}
		}
	}},
	{"another expected number is a conflict and changes nothing", func(k *kit) {
		var want []timesheet.Correction
		for n := range uint64(3) {
			for _, wrong := range []uint64{0, n - 1, n + 1, n + 2, 1 << 63, timesheet.AnySeq - 1} {
				if wrong == n || wrong == timesheet.AnySeq {
					continue
				}
				_, err := k.s.Correct(k.ctx, correction("7", monday, "wrong"), wrong)
				k.code(err, timesheet.Conflict, fmt.Sprintf("correct expecting %d where %d is the newest", wrong, n))
			}
			c := correction("7", monday, fmt.Sprint(n))
			kept, err := k.s.Correct(k.ctx, c, n)
			k.must(err, fmt.Sprintf("correct expecting %d", n))
			c.Seq = n + 1
			if want = append(want, c); kept != c {
				k.Errorf("kept is %+v, want %+v", kept, c)
			}
			k.history("7", want...)
		}
	}},
	{"the number given is ignored", func(k *kit) {
		c := correction("7", monday, "numbered")
		c.Seq = 77
		kept := k.correct(c)
		c.Seq = 1
		k.history("7", c)
		if kept != c {
			k.Errorf("kept is %+v, want %+v", kept, c)
		}
	}},
	{"a key makes sending again harmless", keyTwice},
	{"keys are those of one employee and day", func(k *kit) {
		keys := []string{"", "a", "ab", "A", "a ", " a", "ä", "a:b", "{a}", strings.Repeat("k", timesheet.MaxKey)}
		for _, id := range []timesheet.EmployeeID{"7", "07", "a", "a:"} {
			for d := range timesheet.Day(2) {
				for n, key := range keys {
					c := correction(id, monday+d, fmt.Sprintf("%s of %q", key, id))
					c.Key = key
					if kept := k.correct(c); kept.Seq != uint64(n+1) {
						k.Errorf("key %q of %q on %v: number %d, want %d", key, id, monday+d, kept.Seq, n+1)
					}
				}
			}
		}
	}},
	{"the withdrawn counts no more, until the next", func(k *kit) {
		first := k.correct(correction("7", monday, "first"))
		k.corrected(monday, monday, first)
		gone := withdrawal("7", monday)
		gone.Seq = 2
		if kept := k.correct(withdrawal("7", monday)); kept != gone {
			k.Errorf("kept is %+v, want %+v", kept, gone)
		}
		k.corrected(monday, monday)
		k.history("7", first, gone)
		third := k.correct(correction("7", monday, "third"))
		k.corrected(monday, monday, third)
		k.history("7", first, gone, third)
	}},
	{"a history has an end", fullHistory},
	{"what can't be kept is Invalid and changes nothing", func(k *kit) {
		for name, c := range uncorrectable() {
			_, err := k.s.Correct(k.ctx, c, timesheet.AnySeq)
			k.code(err, timesheet.Invalid, name)
		}
		for _, id := range badIDs() {
			_, err := k.s.Correct(k.ctx, correction(id, monday, "bad id"), timesheet.AnySeq)
			k.code(err, timesheet.Invalid, fmt.Sprintf("correct %q", id))
			_, err = k.s.Corrections(k.ctx, id, monday, monday)
			k.code(err, timesheet.Invalid, fmt.Sprintf("corrections of %q", id))
		}
		k.corrected(timesheet.FirstDay, timesheet.LastDay)
	}},
	{"entries and epochs stay as they are", func(k *kit) {
		e := entry("7", monday, 8, 9)
		k.merge(e)
		before := k.probe("7")
		k.correct(correction("7", monday, "of an entry"))
		k.correct(correction("7", monday+1, "of a day without clockings"))
		k.correct(withdrawal("7", monday))
		if after := k.probe("7"); after != before {
			k.Errorf("a correction made the token %+v of %+v", after, before)
		}
		if m := k.under(before.Epoch, e); m.Err != nil {
			k.Errorf("merge after corrections: %v", m.Err)
		}
		k.holds(e)
		k.days(monday)
	}},
	{"replacing and removing an entry leaves its corrections", func(k *kit) {
		e := entry("7", monday, 8, 9)
		k.merge(e)
		c := k.correct(correction("7", monday, "kept"))
		k.replace(e, entry("7", monday, 10, 11))
		k.replace(entry("7", monday, 10, 11), timesheet.Entry{})
		k.holds()
		k.history("7", c)
		k.corrected(monday, monday, c)
	}},
}

// correction is one of a day; text makes it another.
func correction(e timesheet.EmployeeID, d timesheet.Day, text string) timesheet.Correction {
	return timesheet.Correction{
		Employee: e, Day: d, ClockIn: at(d, 8*time.Hour), ClockOut: at(d, 17*time.Hour), Remark: "remark " + text,
		Reason: "reason " + text, Actor: "hr", At: at(d+1, 9*time.Hour), SeenEarliest: at(d, 8*time.Hour), SeenLatest: at(d, 8*time.Hour),
	}
}

func withdrawal(e timesheet.EmployeeID, d timesheet.Day) timesheet.Correction {
	return timesheet.Correction{Employee: e, Day: d, Withdrawn: true, Reason: "it was right", Actor: "hr", At: at(d+2, 0)}
}

// correct keeps c whatever was said before, and answers it as it is kept.
func (k *kit) correct(c timesheet.Correction) timesheet.Correction {
	k.Helper()
	kept, err := k.s.Correct(k.ctx, c, timesheet.AnySeq)
	k.must(err, fmt.Sprintf("correct %q on %v", c.Employee, c.Day))
	c.Seq = kept.Seq
	if kept.Seq == 0 || c.Key == "" && kept != c {
		k.Fatalf("kept is %+v, want %+v", kept, c)
	}
	return kept
}

// history says that exactly these corrections must be there of e.
func (k *kit) history(e timesheet.EmployeeID, want ...timesheet.Correction) {
	k.Helper()
	for _, s := range k.handles() {
		got, err := s.Corrections(k.ctx, e, timesheet.FirstDay, timesheet.LastDay)
		k.must(err, "corrections")
		if !slices.Equal(got, want) {
			k.Fatalf("of %q there are\n%+v, want\n%+v", e, got, want)
		}
	}
}

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
		{Remark: "r", Key: "\u0085 ü"[len("\u0085"):]},
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
