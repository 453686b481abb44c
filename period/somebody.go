package period

import (
	"context"

	"timesheet"
)

// somebody is one person of whom changes are told.
type somebody struct {
	id       timesheet.EmployeeID
	sealed   *timesheet.Sealed     // nil: nothing was paid
	now      []timesheet.PersonDay // the month's days; none: nobody is there any more
	calendar timesheet.Calendar    // in force
}

// telling is one answer's view of what changed in a month.
type telling struct {
	p     *Periods
	c     timesheet.Closing
	q     Query
	rules Rules
	floor timesheet.Day
}

// settled is when a closed month is looked at: what isn't known for sure any more, since
// the source is away, was known when it was closed.
func settled() timesheet.Moment {
	return timesheet.Moment{Now: timesheet.Forever, SettledThrough: timesheet.Forever}
}

// lines are a person's, by day. Of days that are no longer kept there are none, nor of
// those who were erased.
func (t *telling) lines(ctx context.Context, s *somebody) ([]timesheet.Adjustment, error) {
	of := (*paid)(nil)
	if s.sealed == nil {
		if erased, err := t.p.o.Store.Erased(ctx, s.id); err != nil || erased {
			return nil, err
		}
	} else {
		var err error
		if of, err = t.p.codec.open(*s.sealed); err != nil {
			return nil, err
		}
	}
	first, last := max(t.c.Month.First(), t.floor), t.c.Month.Last()
	if first > last {
		return nil, nil
	}
	corrections, err := t.p.o.Store.Corrections(ctx, s.id, first, last)
	if err != nil {
		return nil, err
	}
	s.calendar = t.rules.Days.For(s.id)
	var lines []timesheet.Adjustment
	for day := first; day <= last; day++ {
		lines = append(lines, t.day(s, of.dayOr(day), day, corrections)...)
	}
	return lines, nil
}

// dayOr is the day, nil where nothing was paid.
func (p *paid) dayOr(day timesheet.Day) *timesheet.PersonDay {
	if p == nil {
		return nil
	}
	return p.on(day)
}

// day is a day's lines, as far as they may be shown: to those who see both what was and
// what is.
func (t *telling) day(s *somebody, was *timesheet.PersonDay, day timesheet.Day, corrections []timesheet.Correction) []timesheet.Adjustment {
	is, listed := t.rules.Directory.Person(s.id, day)
	if !t.q.Reach.Sees(is) || was != nil && !t.q.Reach.Sees(was.Person) {
		return nil
	}
	c := change{evaluate: func(e timesheet.Entry, by *timesheet.Correction) timesheet.Workday {
		w := t.rules.Work.Evaluate(e, by, is, day, s.calendar, settled())
		w.Next = 0
		return w
	}}
	if i := int(day - t.c.Month.First()); i < len(s.now) {
		c.now = s.now[i].Entry
	}
	before := timesheet.Person{Employee: s.id, Unlisted: is.Unlisted || listed}
	if was != nil {
		before, c.paid, c.entry, c.by = was.Person, was.Work, was.Entry, was.Correction
	} else {
		c.paid = t.rules.Work.Evaluate(timesheet.Entry{}, nil, before, day, s.calendar, settled())
		c.paid.Next = 0
	}
	c.later = after(corrections, day, seqOf(c.by))
	lines := c.adjust()
	if len(lines) == 0 {
		return nil
	}
	is.Schedule = t.scheduleOf(is)
	shown := is
	if is.Unlisted {
		shown = before
	}
	if t.q.Team != "" && shown.Team != t.q.Team {
		return nil
	}
	for i := range lines {
		lines[i].Person = shown
		lines[i].Detail = s.detail(&lines[i], &c, before, is)
	}
	return lines
}

func seqOf(c *timesheet.Correction) uint64 {
	if c == nil {
		return 0
	}
	return c.Seq
}

func (t *telling) scheduleOf(p timesheet.Person) string {
	if t.rules.Work.Has(p.Schedule) {
		return p.Schedule
	}
	return t.rules.Work.Default()
}
