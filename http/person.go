package http

import (
	"cmp"
	"context"
	"slices"

	"timesheet"
)

// inForce is everything by which an answer is made, read once for it.
type inForce struct {
	Rules
	days *timesheet.DayRules
}

func (s *Server) inForce() (inForce, error) {
	days := s.o.Clockings.DayRules()
	if days == nil {
		return inForce{}, errRulesUnread
	}
	return inForce{s.o.Rules(), days}, nil
}

// defaultRules are RULES' defaults, without a directory.
func defaultRules() func() Rules {
	work, err := timesheet.NewWorkRules("", nil, nil, nil)
	if err != nil {
		panic("http: the default rules: " + err.Error()) // they are constant
	}
	return func() Rules { return Rules{Work: work} }
}

// row is a person's day. The entry is that of all badges, zero for no clocking; c the
// newest correction, nil for none.
func (r inForce) row(id timesheet.EmployeeID, day timesheet.Day, e timesheet.Entry, c *timesheet.Correction, m timesheet.Moment) BoardRow {
	p, _ := r.Directory.Person(id, day)
	return BoardRow{Person: p, Entry: e, Correction: c, Work: r.Work.Evaluate(e, c, p, day, r.days.For(id), m)}
}

// terms are those of a person's schedule on a day.
func (r inForce) terms(id timesheet.EmployeeID, day timesheet.Day) timesheet.Terms {
	p, _ := r.Directory.Person(id, day)
	return r.Work.Terms(p.Schedule, day)
}

// entries are a person's entries of all badges from from to to, joined, by day.
func (s *Server) entries(ctx context.Context, r inForce, id timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	var all []timesheet.Entry
	for _, b := range r.Directory.Badges(id, from, to) {
		es, err := s.o.Store.Range(ctx, b.ID, b.From, b.To)
		if err != nil {
			return nil, err
		}
		all = append(all, es...)
	}
	slices.SortStableFunc(all, func(a, b timesheet.Entry) int { return cmp.Compare(a.Day, b.Day) })
	joined := all[:0]
	for _, e := range all {
		e.Employee = id
		if n := len(joined); n > 0 && joined[n-1].Day == e.Day {
			joined[n-1] = timesheet.Join(joined[n-1], e)
		} else {
			joined = append(joined, e)
		}
	}
	return joined, nil
}

// corrections are the histories of a person's days from from to to, by day and Seq; none
// where no corrections are kept.
func (s *Server) corrections(ctx context.Context, id timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	if s.o.Corrections == nil {
		return nil, nil
	}
	return s.o.Corrections.Corrections(ctx, id, from, to)
}

// newest is the last of a history of one day; nil for none.
func newest(history []timesheet.Correction) *timesheet.Correction {
	if len(history) == 0 {
		return nil
	}
	return &history[len(history)-1]
}

// rows are a person's days from from to to: all of them, or those with a clocking or a
// correction that counts; none of those that are no longer kept.
func (s *Server) rows(ctx context.Context, r inForce, id timesheet.EmployeeID, from, to timesheet.Day, empty bool) ([]BoardRow, error) {
	floor, err := s.firstKept(ctx, to)
	if err != nil {
		return nil, err
	}
	from = max(from, floor)
	m := s.moment() // before the entries: what they show later is no later than they are
	entries, err := s.entries(ctx, r, id, from, to)
	if err != nil {
		return nil, err
	}
	corrections, err := s.corrections(ctx, id, from, to)
	if err != nil {
		return nil, err
	}
	var rows []BoardRow
	for day := from; day <= to; day++ {
		var e timesheet.Entry
		if len(entries) > 0 && entries[0].Day == day {
			e, entries = entries[0], entries[1:]
		}
		n := 0
		for n < len(corrections) && corrections[n].Day == day {
			n++
		}
		c := newest(corrections[:n])
		corrections = corrections[n:]
		if !empty && e.IsZero() && !c.Counts() {
			continue
		}
		rows = append(rows, r.row(id, day, e, c, m))
	}
	return rows, nil
}
