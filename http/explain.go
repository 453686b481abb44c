package http

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"timesheet"
	"timesheet/http/contract"
)

// ExplainDay answers how an employee's day came about: the steps, and the source's own
// rows where they can be read on demand. That the source is away makes no failure of
// what this service knows itself.
func (s contractOperations) ExplainDay(ctx context.Context, r contract.ExplainDayRequestObject) (contract.ExplainDayResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	day, err := parsed("day", r.Day, timesheet.ParseDay)
	if err != nil {
		return nil, err
	}
	if err := rules.reachesEmployee(ctx, id, day, day); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(ctx)
	defer cancel()
	if _, err := s.firstKept(ctx, day); err != nil {
		return nil, err
	}
	fresh, moment := s.asOf(), s.moment()
	entries, err := s.entries(ctx, rules, id, day, day)
	if err != nil {
		return nil, err
	}
	history, err := s.corrections(ctx, id, day, day)
	if err != nil {
		return nil, err
	}
	row := BoardRow{Correction: newest(history)}
	if len(entries) > 0 {
		row.Entry = entries[0]
	}
	row.Person, _ = rules.Directory.Person(id, day)
	var steps []timesheet.Step
	row.Work, steps = rules.Work.Explain(row.Entry, row.Correction, row.Person, day, rules.days.For(id), moment)
	read, truncated, missing := s.sourceRows(ctx, rules, id, day)
	return answerFunc(func(w http.ResponseWriter) error {
		a, e := s.answer(w, mediaJSON), newRowEncoder(rules)
		a.b = e.append(append(a.b, `{"entry":`...), &row)
		a.b = append(a.b, `,"steps":[`...)
		for i := range steps {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.b = appendStep(a.b, &steps[i], row.Work.Complete())
		}
		a.b = append(a.b, `],"rows":`...)
		if missing != "" {
			a.b = appendString(append(a.b, `null,"rows_error":`...), missing)
		} else {
			a.b = append(appendSourceRows(a.b, e, read), `,"rows_error":null`...)
		}
		a.b = strconv.AppendBool(append(a.b, `,"rows_truncated":`...), truncated)
		a.asOf(fresh)
		return nil
	}), nil
}

func appendStep(b []byte, s *timesheet.Step, worked bool) []byte {
	b = appendString(append(b, `{"rule":`...), s.Rule)
	b = appendString(append(b, `,"key":`...), s.Key)
	b = appendString(append(b, `,"text":`...), s.Text)
	b = append(b, `,"values":[`...)
	for i, v := range s.Values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"name":`...), v.Name)
		b = appendString(append(b, `,"kind":`...), string(v.Kind))
		b = append(appendString(append(b, `,"text":`...), v.Text), '}')
	}
	b = appendSeconds(append(b, `],"before_seconds":`...), s.Before, worked)
	b = appendSeconds(append(b, `,"after_seconds":`...), s.After, worked)
	return append(b, '}')
}

// sourceRow is a row of the source that belongs to the day.
type sourceRow struct {
	timesheet.Row
	at timesheet.Instant // 0: it has no time that can be used
}

// sourceRows are the source's rows of a person's day, by id, or why there are none. Each
// badge has days of its own.
func (s *Server) sourceRows(ctx context.Context, r inForce, id timesheet.EmployeeID, day timesheet.Day) (rows []sourceRow, truncated bool, missing string) {
	if s.o.SourceRows == nil {
		return nil, false, "this service reads no source whose rows could be asked for"
	}
	var badges []timesheet.EmployeeID
	from, to := timesheet.Forever, timesheet.Instant(0)
	for _, b := range r.Directory.Badges(id, day, day) {
		badges = append(badges, b.ID)
		from, to = min(from, r.days.For(b.ID).Begin(day)), max(to, r.days.For(b.ID).Begin(day+1))
	}
	if len(badges) == 0 {
		return nil, false, "" // a mere alias: its rows are another's
	}
	read, truncated, err := s.o.SourceRows.Rows(ctx, badges, from, to)
	if err != nil {
		_, detail := told(sourceFailure(err))
		return nil, false, "the source can't be asked now: " + detail
	}
	for _, row := range read {
		of := r.days.For(row.Clocking.Employee)
		at, _ := of.Instant(row.Clocking.At)
		switch {
		case row.Fault != "":
			rows = append(rows, sourceRow{Row: row})
		case of.Day(at) == day:
			rows = append(rows, sourceRow{Row: row, at: at})
		}
	}
	slices.SortFunc(rows, func(a, b sourceRow) int { return cmp.Compare(a.ID, b.ID) })
	return rows, truncated, ""
}

func appendSourceRows(b []byte, e *rowEncoder, rows []sourceRow) []byte {
	b = append(b, '[')
	for i, r := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"id":`...), int64(r.ID), 10)
		b = appendString(append(b, `,"employee_id":`...), string(r.Clocking.Employee))
		b = e.instant(append(b, `,"clocked_at":`...), r.at)
		b = appendStringOrNull(append(b, `,"fault":`...), r.Fault)
		b = append(b, '}')
	}
	return append(b, ']')
}
