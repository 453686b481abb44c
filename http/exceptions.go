package http

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"timesheet"
	"timesheet/http/contract"
)

// exceptionKinds are the kinds of exceptions and the marks that make them; overtime
// has none.
var exceptionKinds = []struct {
	name string
	mark timesheet.Marks
}{
	{"late", timesheet.MarkLate},
	{"early_leave", timesheet.MarkEarlyLeave},
	{"missing_out", timesheet.MarkMissingOut},
	{"long_span", timesheet.MarkLongSpan},
	{kindOvertime, 0},
	{"unknown_employee", timesheet.MarkUnlisted},
}

const kindOvertime = "overtime"

// kindsOf are the kinds of exceptions that a day is.
func kindsOf(w *timesheet.Workday) (kinds []string) {
	for _, k := range exceptionKinds {
		if k.mark != 0 && w.Marks.Has(k.mark) || k.name == kindOvertime && w.Overtime > 0 {
			kinds = append(kinds, k.name)
		}
	}
	return kinds
}

// GetExceptions answers a page of the days that somebody should look at.
func (s contractOperations) GetExceptions(c context.Context, r contract.GetExceptionsRequestObject) (contract.GetExceptionsResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	from, err := parsed("from", r.Params.From, timesheet.ParseDay)
	if err != nil {
		return nil, err
	}
	to, err := parsed("to", r.Params.To, timesheet.ParseDay)
	if err != nil {
		return nil, err
	}
	if err := inRange(from, to); err != nil {
		return nil, err
	}
	if err := reachesTeam(c, r.Params.Team); err != nil {
		return nil, err
	}
	begin, after, err := parsedPlace(r.Params.Cursor, from, to)
	if err != nil {
		return nil, err
	}
	ctx, cancel := s.within(c)
	defer cancel()
	floor, err := s.firstKept(ctx, to)
	if err != nil {
		return nil, err
	}
	if begin < floor {
		begin, after = floor, ""
	}
	if f := form(c); f != "" {
		return s.table(f, "exceptions-"+from.String()+"-"+to.String(), s.exceptionsTable(c, rules, r.Params, begin, to, after)), nil
	}
	fresh := s.asOf()
	found, next, err := s.exceptions(ctx, reach(c), r.Params, begin, to, after)
	if err != nil {
		return nil, err
	}
	return answerFunc(func(w http.ResponseWriter) error {
		a, e := s.answer(w, mediaJSON), newRowEncoder(rules)
		a.b = appendDay(append(a.b, `{"from":"`...), from)
		a.b = appendDay(append(a.b, `","to":"`...), to)
		a.b = append(a.b, `","exceptions":[`...)
		for i := range found {
			if i > 0 {
				a.b = append(a.b, ',')
			}
			a.b = append(a.b, `{"kinds":["`...)
			a.b = append(a.b, strings.Join(kindsOf(&found[i].Work), `","`)...)
			a.b = e.append(append(a.b, `"],"entry":`...), &found[i])
			a.b = append(a.b, '}')
			if !a.flushFull() {
				a.release()
				return timesheet.NewError(timesheet.Unavailable, "write exceptions", a.err)
			}
		}
		a.b = appendNext(append(a.b, `],"next":`...), next)
		a.asOf(fresh)
		return nil
	}), nil
}

// exceptions are a page of those that are wanted, and the cursor of the rest. A page
// ends early when half of the time for it is gone: who wants few of many days goes on
// from where it ended, and not in vain.
func (s *Server) exceptions(ctx context.Context, all timesheet.Reach, p contract.GetExceptionsParams, from, to timesheet.Day, after timesheet.EmployeeID) (found []BoardRow, next string, err error) {
	n, enough := int(or(p.Limit, boardPage)), time.Now().Add(s.o.Timeout/2)
	for row, err := range s.o.Boards.Exceptions(ctx, from, to, after, all, s.moment()) {
		if err != nil {
			return nil, "", err
		}
		wanted := wantedException(&row, kindsOf(&row.Work), p)
		if wanted && len(found) == n {
			return found, placeOf(&found[n-1].Work), nil
		}
		if wanted {
			found = append(found, row)
		}
		if time.Now().After(enough) {
			return found, placeOf(&row.Work), nil
		}
	}
	return found, "", nil
}

// placeOf is the cursor of what comes after a row.
func placeOf(w *timesheet.Workday) string { return w.Day.String() + string(w.Employee) }

// wantedException tells whether a row of those kinds is asked for.
func wantedException(row *BoardRow, kinds []string, p contract.GetExceptionsParams) bool {
	return len(kinds) > 0 && (p.Team == nil || row.Person.Team == *p.Team) && (p.Kind == nil || slices.Contains(kinds, string(*p.Kind)))
}

// parsedPlace reads a cursor of exceptions: the day and the employee of the last one.
// Without it all from from on are wanted.
func parsedPlace(given *string, from, to timesheet.Day) (timesheet.Day, timesheet.EmployeeID, error) {
	text, err := parsedCursor(given)
	if err != nil || text == "" {
		return from, "", err
	}
	const date = len("2006-01-02")
	day, errDay := timesheet.ParseDay(text[:min(date, len(text))])
	id, errID := timesheet.ParseEmployeeID(text[min(date, len(text)):])
	if err := cmp.Or(errDay, errID); err != nil || day < from || day > to {
		return 0, "", badParameter("cursor", "%s", badCursor(*given))
	}
	return day, id, nil
}
