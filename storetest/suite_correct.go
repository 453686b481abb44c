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
					kept := k.correct(c)
					if c.Seq = uint64(n + 1); kept != c {
						k.Errorf("kept is %+v, want %+v", kept, c)
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
