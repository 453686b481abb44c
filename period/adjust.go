package period

import (
	"cmp"
	"slices"

	"timesheet"
)

// change is what there is to tell of one day: what was paid, and what is known now.
type change struct {
	paid  timesheet.Workday
	entry timesheet.Entry       // by which it was paid
	by    *timesheet.Correction // the newest one when it was paid; nil for none

	now   timesheet.Entry
	later []timesheet.Correction // those after by, in the order of Seq
	// evaluate is what the rules now in force make of a day, settled.
	evaluate func(timesheet.Entry, *timesheet.Correction) timesheet.Workday
}

// adjust is a line for each change, from what was paid to what holds now: first other
// rules, which are told only where they change the day, then other clockings, then each
// later correction, also where the figures stay. It says no more of whom or why.
func (c *change) adjust() []timesheet.Adjustment {
	var lines []timesheet.Adjustment
	last := c.paid
	add := func(cause timesheet.AdjustmentCause, by *timesheet.Correction, after timesheet.Workday) {
		lines = append(lines, timesheet.Adjustment{Day: last.Day, Cause: cause, Correction: by, Before: last, After: after})
		last = after
	}
	if after := c.evaluate(c.entry, c.by); after != c.paid {
		add(timesheet.CauseRules, nil, after)
	}
	if differ(c.entry, c.now) {
		add(timesheet.CauseClockings, nil, c.evaluate(c.now, c.by))
	}
	for i := range c.later {
		add(timesheet.CauseCorrection, &c.later[i], c.evaluate(c.now, &c.later[i]))
	}
	return lines
}

// differ tells whether two entries say that something else was clocked. Which way a
// clocking came doesn't matter.
func differ(a, b timesheet.Entry) bool {
	a.Flags &^= timesheet.Direct
	b.Flags &^= timesheet.Direct
	return a != b
}

// rank is the place of a line among those of its day; it grows, and stays the same
// whatever comes to be told later.
func rank(a *timesheet.Adjustment) uint64 {
	if a.Correction != nil {
		return uint64(timesheet.CauseCorrection) + a.Correction.Seq
	}
	return uint64(a.Cause)
}

// after are the corrections of a day above seq, of histories by day and Seq.
func after(all []timesheet.Correction, day timesheet.Day, seq uint64) []timesheet.Correction {
	from, _ := slices.BinarySearchFunc(all, day, func(c timesheet.Correction, day timesheet.Day) int { return cmp.Compare(c.Day, day) })
	for from < len(all) && all[from].Day == day && all[from].Seq <= seq {
		from++
	}
	to := from
	for to < len(all) && all[to].Day == day {
		to++
	}
	return all[from:to]
}
