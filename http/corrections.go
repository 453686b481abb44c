package http

import (
	"context"
	"net/http"

	"timesheet"
	"timesheet/http/contract"
)

// errNoCorrections is of a service whose store keeps none.
var errNoCorrections = failed(kindNotFound, "this service keeps no corrections", nil)

// GetCorrections answers the history of an employee's day. Its ETag is what If-Match of a
// correction takes.
func (s contractOperations) GetCorrections(ctx context.Context, r contract.GetCorrectionsRequestObject) (contract.GetCorrectionsResponseObject, error) {
	if s.o.Corrections == nil {
		return nil, errNoCorrections
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	day, err := parsed("day", r.Day, timesheet.ParseDay)
	if err != nil {
		return nil, err
	}
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	if err := rules.reachesEmployee(ctx, id, day, day); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(ctx)
	defer cancel()
	d, err := s.correctedDay(ctx, rules, id, day)
	if err != nil {
		return nil, err
	}
	return answerFunc(func(w http.ResponseWriter) error {
		setTag(w, d.tag())
		a, e := s.answer(w, mediaJSON), newRowEncoder(d.rules)
		e.face.in(d.calendar().Location(day))
		a.b = appendString(append(a.b, `{"employee_id":`...), string(id))
		a.b = appendDay(append(a.b, `,"day":"`...), day)
		a.b = append(a.b, `","corrections":[`...)
		for i := range d.history {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.b = e.correction(a.b, &d.history[i], d.entry)
			if !a.flushFull() {
				a.release()
				return timesheet.NewError(timesheet.Unavailable, "write corrections", a.err)
			}
		}
		a.b = append(a.b, "]}"...)
		a.end()
		return nil
	}), nil
}

// VisitGetCorrectionsResponse writes the answer.
func (f answerFunc) VisitGetCorrectionsResponse(w http.ResponseWriter) error { return f(w) }

// correctedDay is what is known of an employee's day, read once.
type correctedDay struct {
	rules   inForce
	id      timesheet.EmployeeID
	day     timesheet.Day
	entry   timesheet.Entry // what the clockings say; zero for none
	history []timesheet.Correction
}

func (s *Server) correctedDay(ctx context.Context, rules inForce, id timesheet.EmployeeID, day timesheet.Day) (d correctedDay, err error) {
	d = correctedDay{rules: rules, id: id, day: day}
	entries, err := s.entries(ctx, d.rules, id, day, day)
	if err != nil {
		return d, err
	}
	if len(entries) > 0 {
		d.entry = entries[0]
	}
	d.history, err = s.corrections(ctx, id, day, day)
	return d, err
}

func (d *correctedDay) calendar() timesheet.Calendar { return d.rules.days.For(d.id) }

// kept is the correction of a key; nil for none.
func (d *correctedDay) kept(key string) *timesheet.Correction {
	for i := range d.history {
		if key != "" && d.history[i].Key == key {
			return &d.history[i]
		}
	}
	return nil
}
