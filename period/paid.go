package period

import (
	"context"
	"errors"

	"timesheet"
)

// Paid answers one person's closed month as far as a reach goes, from its record alone.
// NotFound: the person has no record of which a day may be shown; other errors are the
// store's.
func (p *Periods) Paid(ctx context.Context, c timesheet.Closing, id timesheet.EmployeeID, reach timesheet.Reach) (timesheet.PaidMonth, error) {
	s, err := p.o.Store.SealedOf(ctx, c.Series, id)
	there := err == nil
	if !reach.All {
		// Somebody's record is read in the place of one that isn't there, so that the time
		// that a refusal takes doesn't tell who was paid.
		some, otherwise := p.o.Store.Sealed(ctx, c.Series, "", 1)
		if timesheet.CodeOf(err) == timesheet.NotFound && otherwise == nil && len(some) > 0 {
			s, err = some[0], nil
		}
	}
	if err != nil {
		return timesheet.PaidMonth{}, wrap(err, "read a record of", c.Month)
	}
	m, ok, err := p.shown(c, s, reach, "")
	if there && (ok || err != nil) {
		return m, err
	}
	return timesheet.PaidMonth{}, timesheet.NewError(timesheet.NotFound, "read a record of "+c.Month.String(), errors.New("there is none of the employee"))
}

// shown is a record as far as a reach goes; ok is false where nothing of it may be shown,
// or nobody of the team is in what may.
func (p *Periods) shown(c timesheet.Closing, s timesheet.Sealed, reach timesheet.Reach, team string) (m timesheet.PaidMonth, ok bool, err error) {
	of, err := p.codec.open(s)
	if err != nil {
		return m, false, err
	}
	seen, before, inTeam := make([]timesheet.PersonDay, 0, len(of.days)), 0, team == ""
	for i := range of.days {
		d := &of.days[i]
		switch {
		case !reach.Sees(d.Person):
			continue
		case d.Work.Day < c.Month.First():
			before++
		case !d.Person.Unlisted || len(seen) == before || m.Person.Unlisted:
			m.Person = d.Person
			inTeam = inTeam || !d.Person.Unlisted && d.Person.Team == team
		}
		seen = append(seen, *d)
	}
	m.Days = seen[before:]
	if len(m.Days) == 0 || !inTeam {
		return m, false, nil
	}
	of.sum(c.Month, seen, &m)
	m.Calendar, err = p.calendars.of(of.record.Places)
	return m, true, err
}

// sum fills in weeks and totals: as they were paid, or of the days that may be shown.
func (of *paid) sum(month timesheet.Month, seen []timesheet.PersonDay, m *timesheet.PaidMonth) {
	whole := len(seen) == len(of.days)
	work := make([]timesheet.Workday, len(seen))
	for i := range seen {
		work[i] = seen[i].Work
	}
	for i := range of.record.Weeks {
		w := &of.record.Weeks[i]
		week := timesheet.PaidWeek{Week: timesheet.Week{Year: w.Year, Number: w.Number}, From: w.To - 6, To: w.To, Totals: timesheet.Totals(w.Totals)}
		if !whole {
			in := between(work, week.From, week.To)
			if n := len(in); n == 0 || in[n-1].Day != w.To {
				continue // what it comes to is known on its last day, as in the month's totals
			}
			week.Totals = timesheet.WeekTotals(in, of.record.terms(w.To))
		}
		m.Weeks = append(m.Weeks, week)
	}
	if m.Totals = timesheet.Totals(of.record.Totals); !whole {
		m.Totals = timesheet.MonthTotals(month, work, of.record.terms)
	}
}

func between(work []timesheet.Workday, from, to timesheet.Day) []timesheet.Workday {
	var in []timesheet.Workday
	for i := range work {
		if from <= work[i].Day && work[i].Day <= to {
			in = append(in, work[i])
		}
	}
	return in
}

// terms are what totals ask of a day: whether a week ends on it, and its limit.
func (r *record) terms(day timesheet.Day) timesheet.Terms {
	for i := range r.Weeks {
		if w := &r.Weeks[i]; w.To == day {
			t := timesheet.Terms{WeekStart: timesheet.WeekdaysOf((day + 1).Weekday()), OvertimeWeekly: w.Limit.length()}
			if w.Limit < 0 {
				t.OvertimeWeekly = timesheet.Off
			}
			return t
		}
	}
	return timesheet.Terms{WeekStart: timesheet.WeekdaysOf(day.Weekday())} // it ends on no other day than the one before
}
