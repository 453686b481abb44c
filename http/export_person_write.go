package http

import (
	"encoding/json"
	"net/http"

	"timesheet"
)

// writePersonal writes all of p as one document.
func (s *Server) writePersonal(w http.ResponseWriter, p *personal) error {
	a, e := s.answer(w, mediaJSON), newRowEncoder(p.rules)
	a.b = appendString(append(a.b, `{"employee_id":`...), string(p.id))
	a.b = appendString(append(a.b, `,"exported_at":`...), s.formatted(s.now()))
	a.b = append(a.b, `,"directory":`...)
	parts := []func() error{
		func() error {
			return list(a, p.directory, func(b []byte, r *timesheet.DirectoryRow) []byte { return appendDirectoryRow(b, r, p.rules) })
		},
		func() error { a.b = append(a.b, `,"leave":`...); return list(a, p.leave, appendLeave) },
		func() error { a.b = append(a.b, `,"entries":`...); return p.writeEntries(a, e) },
		func() error { a.b = append(a.b, `,"corrections":`...); return p.writeCorrections(a, e) },
		func() error { a.b = append(a.b, `,"closed_months":`...); return s.writePaid(a, p) },
		func() error {
			a.b = append(a.b, `,"rejected_rows":`...)
			return list(a, p.rejected, func(b []byte, r *timesheet.Rejected) []byte {
				row, err := json.Marshal(rejectedRow{r.Row, orNull(r.Employee), r.Reason, s.formatted(r.Seen)})
				if err != nil { // can't be: it has no type that fails
					return append(b, "null"...)
				}
				return append(b, row...)
			})
		},
	}
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	a.b = append(a.b, '}')
	a.end()
	return nil
}

// list appends a JSON array. After an error nothing more is written.
func list[T any](a *answer, all []T, write func([]byte, *T) []byte) error {
	a.b = append(a.b, '[')
	for i := range all {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = write(a.b, &all[i])
		if !a.flushFull() {
			a.release()
			return timesheet.NewError(timesheet.Unavailable, "write an export", a.err)
		}
	}
	a.b = append(a.b, ']')
	return nil
}

func appendDirectoryRow(b []byte, r *timesheet.DirectoryRow, rules inForce) []byte {
	b = appendDayOrNull(append(b, `{"from":`...), r.From, 0)
	b = appendDayOrNull(append(b, `,"until":`...), r.Until, timesheet.LastDay)
	b = appendString(append(b, `,"name":`...), r.Name)
	b = appendString(append(b, `,"team":`...), r.Team)
	schedule := r.Schedule
	if !rules.Work.Has(schedule) {
		schedule = rules.Work.Default()
	}
	b = appendString(append(b, `,"schedule":`...), schedule)
	b = append(b, `,"aliases":[`...)
	for i, alias := range r.Aliases {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, string(alias))
	}
	return append(b, "]}"...)
}

// appendDayOrNull appends d in quotes; null where it is the one that says none.
func appendDayOrNull(b []byte, d, none timesheet.Day) []byte {
	if d == none {
		return append(b, "null"...)
	}
	return append(appendDay(append(b, '"'), d), '"')
}

func appendLeave(b []byte, l *timesheet.Leave) []byte {
	b = appendDay(append(b, `{"from":"`...), l.From)
	b = appendDay(append(b, `","to":"`...), l.To)
	return append(appendString(append(b, `","name":`...), l.Name), '}')
}

// writeEntries writes the entries of each badge, as the clockings made them.
func (p *personal) writeEntries(a *answer, e *rowEncoder) error {
	var all []timesheet.Entry
	for _, b := range p.entries {
		all = append(all, b.entries...)
	}
	return list(a, all, func(b []byte, entry *timesheet.Entry) []byte {
		e.face.in(p.rules.days.For(entry.Employee).Location(entry.Day))
		b = appendString(append(b, `{"badge":`...), string(entry.Employee))
		b = appendDay(append(b, `,"day":"`...), entry.Day)
		b = e.instant(append(b, `","earliest":`...), entry.Earliest)
		b = e.instant(append(b, `,"latest":`...), entry.Latest)
		return append(b, '}')
	})
}

func (p *personal) writeCorrections(a *answer, e *rowEncoder) error {
	return list(a, p.corrections, func(b []byte, c *timesheet.Correction) []byte {
		e.face.in(p.rules.days.For(p.id).Location(c.Day))
		b = appendDay(append(b, `{"day":"`...), c.Day)
		return append(e.correction(append(b, `","correction":`...), c, p.joined(c.Day)), '}')
	})
}

// writePaid writes the closed months, each by its own calendar.
func (s *Server) writePaid(a *answer, p *personal) error {
	a.b = append(a.b, '[')
	for i := range p.paid {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		c, sheet := &p.paid[i].closing, &p.paid[i].sheet
		a.b = append(append(append(a.b, `{"month":"`...), c.Month.String()...), `","closed":{"at":`...)
		a.b = appendString(a.b, s.formatted(c.At))
		a.b = appendString(append(a.b, `,"by":`...), c.By)
		a.b = append(a.b, `},"sheet":`...)
		e := newRowEncoder(inForce{p.rules.Rules, sheet.Calendar})
		if err := a.timesheet(e, &MonthRow{sheet.Person, sheet.Days, sheet.Totals}); err != nil {
			return err
		}
		a.b = append(a.b, '}')
	}
	a.b = append(a.b, ']')
	return nil
}
