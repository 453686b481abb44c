package period

import (
	"context"

	"timesheet"
)

// frozen is what a closing made of somebody.
type frozen struct {
	sealed    timesheet.Sealed
	unsettled int           // days that aren't
	example   timesheet.Day // one of them
}

// freezing is one closing's view of everything but the people.
type freezing struct {
	p     *Periods
	rules Rules
	month timesheet.Month
	first timesheet.Day // of the month, or of the weeks that end in it
	at    timesheet.Moment
}

func (p *Periods) freezing(rules Rules, month timesheet.Month, at timesheet.Moment) freezing {
	first, _ := timesheet.WeeksOf(month)
	return freezing{p: p, rules: rules, month: month, first: max(first, timesheet.FirstDay), at: at}
}

// freeze makes the record of somebody with those days of the month.
func (f *freezing) freeze(ctx context.Context, month []timesheet.PersonDay) (frozen, error) {
	id := month[0].Person.Employee
	days, err := f.read(ctx, id, month)
	if err != nil {
		return frozen{}, err
	}
	result, work := frozen{}, make([]timesheet.Workday, len(days))
	for i := range days {
		d := &days[i]
		day := f.first + timesheet.Day(i)
		d.Person, _ = f.rules.Directory.Person(id, day)
		d.Work = f.rules.Work.Evaluate(d.Entry, d.Correction, d.Person, day, f.rules.Days.For(id), f.at)
		d.Work.Next = 0
		if work[i] = d.Work; d.Work.Provisional {
			result.unsettled++
			result.example = day
		}
	}
	if result.unsettled > 0 {
		return result, nil
	}
	result.sealed, err = f.p.codec.pack(id, f.record(id, days, work))
	return result, err
}

// read gathers entries and corrections of the days from f.first on: those of the month
// are known, of the days before it the store is asked.
func (f *freezing) read(ctx context.Context, id timesheet.EmployeeID, month []timesheet.PersonDay) ([]timesheet.PersonDay, error) {
	days := make([]timesheet.PersonDay, f.month.Last()-f.first+1)
	for i := range month {
		days[month[i].Work.Day-f.first].Entry = month[i].Entry
	}
	for _, b := range f.rules.Directory.Badges(id, f.first, f.month.First()-1) {
		entries, err := f.p.o.Store.Range(ctx, b.ID, b.From, b.To)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			e.Employee = id
			if d := &days[e.Day-f.first]; d.Entry.IsZero() {
				d.Entry = e
			} else {
				d.Entry = timesheet.Join(d.Entry, e)
			}
		}
	}
	corrections, err := f.p.o.Store.Corrections(ctx, id, f.first, f.month.Last())
	if err != nil {
		return nil, err
	}
	for i := range corrections { // by Seq: the newest stays
		days[corrections[i].Day-f.first].Correction = &corrections[i]
	}
	return days, nil
}

// record puts it all into the form that is sealed.
func (f *freezing) record(id timesheet.EmployeeID, days []timesheet.PersonDay, work []timesheet.Workday) *record {
	r := &record{First: f.first, Days: make([]dayForm, len(days))}
	calendar := f.rules.Days.For(id)
	for i := range days {
		d := &days[i]
		day := f.first + timesheet.Day(i)
		r.Days[i] = formOf(d)
		rule := calendar.Rule(day)
		if n := len(r.Places); n == 0 || r.Places[n-1].Zone != rule.Zone || r.Places[n-1].Boundary != written(rule.Boundary) {
			r.Places = append(r.Places, placeForm{From: day, Zone: rule.Zone, Boundary: written(rule.Boundary)})
		}
		who := whoForm{Name: d.Person.Name, Team: d.Person.Team, Schedule: f.schedule(d.Person), Unlisted: d.Person.Unlisted}
		if n := len(r.Who); n > 0 {
			who.From = r.Who[n-1].From
		}
		if n := len(r.Who); n == 0 || r.Who[n-1] != who {
			who.From = day
			r.Who = append(r.Who, who)
		}
	}
	terms := func(day timesheet.Day) timesheet.Terms {
		return f.rules.Work.Terms(days[day-f.first].Person.Schedule, day)
	}
	r.Totals = totalsForm(timesheet.MonthTotals(f.month, work, terms))
	r.Weeks = f.weeks(work, terms)
	return r
}

// schedule is the name of the one that somebody has.
func (f *freezing) schedule(p timesheet.Person) string {
	if f.rules.Work.Has(p.Schedule) {
		return p.Schedule
	}
	return f.rules.Work.Default()
}

// weeks are those that end in the month, as MonthTotals finds them.
func (f *freezing) weeks(work []timesheet.Workday, terms func(timesheet.Day) timesheet.Terms) []weekForm {
	var weeks []weekForm
	for i := range work {
		day := work[i].Day
		if day < f.month.First() {
			continue
		}
		t := terms(day)
		week := timesheet.WeekOf(day, t.StartOfWeek())
		if _, to := week.Days(t.StartOfWeek()); to != day {
			continue
		}
		weeks = append(weeks, weekForm{
			Year: week.Year, Number: week.Number, To: day, Limit: limitOf(t), Totals: totalsForm(timesheet.WeekTotals(work[max(0, i-6):i+1], t)),
		})
	}
	return weeks
}

// limitOf is the weekly limit of terms, below 0 for none.
func limitOf(t timesheet.Terms) duration {
	if limit := t.WithDefaults().OvertimeWeekly; limit != timesheet.Off {
		return written(limit)
	}
	return -1
}
