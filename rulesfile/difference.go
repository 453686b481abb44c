package rulesfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"timesheet"
)

// Difference is the first day on which two versions could make another Workday of the
// same entry, and why.
type Difference struct {
	Day      timesheet.Day
	Employee timesheet.EmployeeID // whose; "" where it isn't one employee's
	What     string               // without employees' ids
}

// String says on which day what differs, and whose it is.
func (d Difference) String() string {
	if d.Employee == "" {
		return fmt.Sprintf("on %v: %s", d.Day, d.What)
	}
	return fmt.Sprintf("on %v: employee %q %s", d.Day, d.Employee, d.What)
}

// FirstDifference finds the first day on which a and b differ in what makes a Workday:
// the terms and holidays of schedules that somebody is on, leave, who is listed and on
// which schedule, and whose an alias is. Names and teams make none. A schedule that
// nobody is on makes none either, the default one aside: whoever isn't listed is on it.
// It takes time in proportion to the rows of both.
func FirstDifference(a, b *Version) (Difference, bool) {
	c := &comparison{a: a, b: b, pairs: make(map[[2]string][]stretch), first: Difference{Day: timesheet.LastDay + 1}}
	if none := len(a.Directory.All()) == 0; none != (len(b.Directory.All()) == 0) {
		text := "there is no directory any more: nobody is unlisted"
		if none {
			text = "there is a directory now: whoever isn't in it is unlisted"
		}
		return Difference{Day: timesheet.FirstDay, What: text}, true
	}
	c.schedules("", a.Rules.Default(), b.Rules.Default(), stretch{timesheet.FirstDay, timesheet.LastDay})
	c.people()
	c.aliases()
	c.leave()
	return c.first, c.first.Day <= timesheet.LastDay
}

// comparison is the search for the first difference.
type comparison struct {
	a, b  *Version
	pairs map[[2]string][]stretch // on which days a schedule of a differs from one of b
	first Difference
}

// stretch is some days, both included.
type stretch struct{ from, to timesheet.Day }

// found keeps what is earlier than all before.
func (c *comparison) found(day timesheet.Day, e timesheet.EmployeeID, what func() string) {
	if day < c.first.Day {
		c.first = Difference{day, e, what()}
	}
}

// schedules compares the schedule of a with that of b which somebody is on.
func (c *comparison) schedules(e timesheet.EmployeeID, a, b string, on stretch) {
	a, b = known(c.a.Rules, a), known(c.b.Rules, b)
	key := [2]string{a, b}
	differs, compared := c.pairs[key]
	if !compared {
		differs = c.compare(a, b)
		c.pairs[key] = differs
	}
	i, _ := slices.BinarySearchFunc(differs, on.from, func(s stretch, day timesheet.Day) int { return cmp.Compare(s.to, day) })
	if i == len(differs) || differs[i].from > on.to {
		return
	}
	day := max(differs[i].from, on.from)
	if a == b {
		e = "" // it is the schedule's, not the employee's
	}
	c.found(day, e, func() string { return c.changed(a, b, day) })
}

// known is the schedule that a name stands for.
func known(r *timesheet.WorkRules, name string) string {
	if r.Has(name) {
		return name
	}
	return r.Default()
}

// changed says how schedule a differs from b on day.
func (c *comparison) changed(a, b string, day timesheet.Day) string {
	what := Changes(c.a.Rules.Terms(a, day), c.b.Rules.Terms(b, day))
	_, had := c.a.Rules.Holiday(a, day)
	h, has := c.b.Rules.Holiday(b, day)
	switch {
	case has && !had:
		what = fmt.Sprintf("holiday %q is new", h.Name)
	case had && !has:
		what = "it is no holiday any more"
	}
	if a != b {
		return fmt.Sprintf("schedule %s → %s: %s", a, b, what)
	}
	return fmt.Sprintf("schedule %s: %s", a, what)
}

// compare finds the days on which schedule a of the one differs from b of the other,
// ascending.
func (c *comparison) compare(a, b string) []stretch {
	begins := []timesheet.Day{timesheet.FirstDay}
	for _, t := range slices.Concat(c.a.Rules.Versions(a), c.b.Rules.Versions(b)) {
		begins = append(begins, t.From)
	}
	slices.Sort(begins)
	begins = slices.Compact(begins)
	var differs []stretch
	for i, day := range begins {
		last := timesheet.LastDay
		if i+1 < len(begins) {
			last = begins[i+1] - 1
		}
		if !c.a.Rules.Terms(a, day).Equal(c.b.Rules.Terms(b, day)) {
			differs = append(differs, stretch{day, last})
		}
	}
	return merged(append(differs, c.holidays(a, b)...))
}

func (c *comparison) holidays(a, b string) []stretch {
	days := make(map[timesheet.Day]bool)
	for _, h := range slices.Concat(c.a.Rules.Holidays(), c.b.Rules.Holidays()) {
		_, had := c.a.Rules.Holiday(a, h.Day)
		_, has := c.b.Rules.Holiday(b, h.Day)
		if had != has {
			days[h.Day] = true
		}
	}
	var differs []stretch
	for _, day := range slices.Sorted(maps.Keys(days)) {
		differs = append(differs, stretch{day, day})
	}
	return differs
}

// merged is the same days as stretches that are ascending and don't touch.
func merged(all []stretch) []stretch {
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	kept := all[:0]
	for _, s := range all {
		if n := len(kept); n > 0 && s.from <= kept[n-1].to+1 {
			kept[n-1].to = max(kept[n-1].to, s.to)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
