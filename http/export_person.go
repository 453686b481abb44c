package http

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"timesheet"
	"timesheet/http/contract"
)

// personal is all that is kept of a person.
type personal struct {
	rules       inForce
	id          timesheet.EmployeeID
	directory   []timesheet.DirectoryRow
	leave       []timesheet.Leave
	entries     []badgeEntries
	corrections []timesheet.Correction
	paid        []paidMonth
	rejected    []timesheet.Rejected
}

// badgeEntries are the entries that a badge has on a person's days, by day.
type badgeEntries struct {
	timesheet.Badge
	entries []timesheet.Entry
}

// paidMonth is a closed month of a person.
type paidMonth struct {
	closing timesheet.Closing
	sheet   timesheet.PaidMonth
}

func (p *personal) isEmpty() bool {
	return len(p.directory) == 0 && len(p.leave) == 0 && len(p.corrections) == 0 && len(p.paid) == 0 && len(p.rejected) == 0 &&
		!slices.ContainsFunc(p.entries, func(b badgeEntries) bool { return len(b.entries) > 0 })
}

// personal gathers what there is of id.
func (s *Server) personal(ctx context.Context, rules inForce, id timesheet.EmployeeID) (*personal, error) {
	p := &personal{rules: rules, id: id}
	for _, row := range rules.Directory.All() {
		if row.Employee == id {
			p.directory = append(p.directory, row)
		}
	}
	for _, l := range rules.Work.Leaves() {
		if l.Employee == id {
			p.leave = append(p.leave, l)
		}
	}
	days, err := s.o.Store.Days(ctx)
	if err != nil {
		return nil, err
	}
	if len(days) > 0 {
		for _, b := range rules.Directory.Badges(id, days[0], days[len(days)-1]) {
			entries, err := s.o.Store.Range(ctx, b.ID, b.From, b.To)
			if err != nil {
				return nil, err
			}
			p.entries = append(p.entries, badgeEntries{b, entries})
		}
	}
	if p.corrections, err = s.corrections(ctx, id, timesheet.FirstDay, timesheet.LastDay); err != nil {
		return nil, err
	}
	if p.paid, err = s.paidTo(ctx, id); err != nil {
		return nil, err
	}
	p.rejected, err = s.rejectedOf(ctx, rules, id)
	return p, err
}

// paidTo are a person's closed months, the newest first.
func (s *Server) paidTo(ctx context.Context, id timesheet.EmployeeID) (all []paidMonth, err error) {
	if s.o.Periods == nil {
		return nil, nil
	}
	closings, err := s.o.Periods.Closings(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range closings {
		sheet, err := s.o.Periods.Paid(ctx, c, id, timesheet.Everybody())
		switch {
		case err == nil:
			all = append(all, paidMonth{c, sheet})
		case !errors.Is(err, timesheet.NotFound):
			return nil, err
		}
	}
	return all, nil
}

// rejectedOf are the source's rejected rows that name one of the person's badges at the
// time when they were seen.
func (s *Server) rejectedOf(ctx context.Context, rules inForce, id timesheet.EmployeeID) (all []timesheet.Rejected, err error) {
	if s.o.Source == nil {
		return nil, nil
	}
	for after := noRow; ; {
		rows, err := s.o.Source.Rejected(ctx, after, timesheet.MaxRejected)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			badge := timesheet.EmployeeID(r.Employee)
			if r.Employee != "" && rules.Directory.Canonical(badge, rules.days.For(badge).Day(r.Seen)) == id {
				all = append(all, r)
			}
		}
		if len(rows) < timesheet.MaxRejected {
			return all, nil
		}
		after = rows[len(rows)-1].Row
	}
}

// ExportEmployee answers all that is kept of a person, to the person or to one who may
// read everybody. That somebody is in one's team is not enough.
func (s contractOperations) ExportEmployee(c context.Context, r contract.ExportEmployeeRequestObject) (contract.ExportEmployeeResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	if all := reach(c); !all.All && all.Employee != id {
		return nil, errBeyondReach
	}
	if err := s.aPerson(rules, id); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	p, err := s.personal(ctx, rules, id)
	if err != nil {
		return nil, err
	}
	if p.isEmpty() {
		return nil, nothingOf(id)
	}
	return answerFunc(func(w http.ResponseWriter) error { return s.writePersonal(w, p) }), nil
}

// VisitExportEmployeeResponse writes the answer.
func (f answerFunc) VisitExportEmployeeResponse(w http.ResponseWriter) error { return f(w) }

// aPerson refuses a mere badge of somebody, as of today.
func (s *Server) aPerson(rules inForce, id timesheet.EmployeeID) error {
	if listed(rules.Directory, id) {
		return nil
	}
	if of := rules.Directory.Canonical(id, rules.days.For(id).Day(s.now())); of != id {
		return badParameter("id", "%s is a badge of %s; ask for %s", quoted(string(id)), quoted(string(of)), quoted(string(of)))
	}
	return nil
}

func nothingOf(id timesheet.EmployeeID) error {
	return failed(kindNotFound, "nothing is kept of "+quoted(string(id))+": it is in no directory and has no entries; look whether the id is right", nil)
}

// joined is what the clockings of all badges say of a day.
func (p *personal) joined(day timesheet.Day) (e timesheet.Entry) {
	for _, b := range p.entries {
		at, ok := slices.BinarySearchFunc(b.entries, day, func(e timesheet.Entry, d timesheet.Day) int { return cmp.Compare(e.Day, d) })
		if !ok {
			continue
		}
		one := b.entries[at]
		if one.Employee = p.id; !e.IsZero() {
			one = timesheet.Join(e, one)
		}
		e = one
	}
	return e
}
