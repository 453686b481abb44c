package http

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"timesheet"
	"timesheet/http/contract"
)

// boardPage and timesheetPage are how much a page has unless the caller says. Source:
// the contract, which a test holds them to.
const (
	boardPage     = 1000
	timesheetPage = 100
)

// GetDay answers a page of a day's board.
func (s contractOperations) GetDay(ctx context.Context, r contract.GetDayRequestObject) (contract.GetDayResponseObject, error) {
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	day, err := parsed("day", r.Day, timesheet.ParseDay)
	if err != nil {
		return nil, err
	}
	q, err := newBoardQuery(ctx, r.Params)
	if err != nil {
		return nil, err
	}
	c, form := ctx, form(ctx)
	ctx, cancel := s.within(ctx)
	defer cancel()
	if _, err := s.firstKept(ctx, day); err != nil {
		return nil, err
	}
	fresh, moment := s.asOf(), s.moment()
	if given := or(r.Params.IfNoneMatch, ""); given != "" || form != "" {
		one, err := s.o.Boards.Page(ctx, day, BoardQuery{Reach: q.Reach, Sort: "employee", Limit: 1}, moment) // for its version
		if err != nil {
			return nil, err
		}
		tag := s.etag(&one, fresh, form, q.Reach)
		if matches(given, tag) {
			return answerFunc(func(w http.ResponseWriter) error {
				setTag(w, tag)
				w.WriteHeader(http.StatusNotModified)
				return nil
			}), nil
		}
		if form != "" {
			table := s.table(form, "day-"+day.String(), s.boardTable(c, rules, day, q, r.Params, moment))
			return answerFunc(func(w http.ResponseWriter) error {
				setTag(w, tag)
				return table(w)
			}), nil
		}
	}
	page, err := s.o.Boards.Page(ctx, day, q, moment)
	if err != nil {
		return nil, cursorFailure(err, or(r.Params.Cursor, ""))
	}
	return answerFunc(func(w http.ResponseWriter) error {
		setTag(w, s.etag(&page, fresh, form, q.Reach))
		return s.writeBoard(w, rules, day, &page, fresh)
	}), nil
}

func newBoardQuery(ctx context.Context, p contract.GetDayParams) (q BoardQuery, err error) {
	if err := reachesTeam(ctx, p.Team); err != nil {
		return q, err
	}
	q = BoardQuery{Reach: reach(ctx), Team: or(p.Team, ""), Q: or(p.Q, ""), Limit: int(or(p.Limit, boardPage))}
	if p.Status != nil {
		if q.Status, err = parsed("status", string(*p.Status), timesheet.ParseStatus); err != nil {
			return q, err
		}
	}
	if p.Show != nil {
		if q.Show, err = parsed("show", string(*p.Show), timesheet.ParseGroup); err != nil {
			return q, err
		}
	}
	if p.Mark != nil {
		if q.Marks, err = parsed("mark", string(*p.Mark), timesheet.ParseMark); err != nil {
			return q, err
		}
	}
	q.Sort, q.Descending = strings.CutPrefix(cmp.Or(string(or(p.Sort, "")), "employee"), "-")
	q.Cursor, err = parsedCursor(p.Cursor)
	return q, err
}

// parsedCursor is a cursor as it was before it travelled.
func parsedCursor(given *string) (string, error) {
	b, err := cursors.DecodeString(or(given, ""))
	if err != nil {
		return "", badParameter("cursor", "%s", badCursor(*given))
	}
	return string(b), nil
}

// cursorFailure says of an Invalid that it is the cursor's: all else was checked.
func cursorFailure(err error, given string) error {
	if timesheet.CodeOf(err) == timesheet.Invalid && given != "" {
		return badParameter("cursor", "%s", badCursor(given))
	}
	return err
}

func (s *Server) writeBoard(w http.ResponseWriter, rules inForce, day timesheet.Day, page *BoardPage, fresh freshness) error {
	a := s.answer(w, mediaJSON)
	a.b = append(a.b, `{"entries":[`...)
	if err := a.rows(newRowEncoder(rules), page.Rows); err != nil {
		return err
	}
	a.b = appendNext(append(a.b, `],"next":`...), page.Next)
	a.b = append(append(a.b, `,"as_of":`...), fresh.json...)
	a.b = appendDay(append(a.b, `,"day":"`...), day)
	a.b = appendDayTotals(append(a.b, `","totals":`...), &page.Totals)
	a.b = s.appendMoment(append(a.b, `,"stale_since":`...), page.Stale)
	a.b = append(s.appendMoment(append(a.b, `,"changes_at":`...), page.Until), '}')
	a.end()
	return nil
}

// appendMoment appends i as the service's clock writes it; null for 0.
func (s *Server) appendMoment(b []byte, i timesheet.Instant) []byte {
	if i == 0 {
		return append(b, "null"...)
	}
	return appendString(b, s.formatted(i))
}

// rows appends rows, separated by commas. After an error nothing more is written.
func (a *answer) rows(e *rowEncoder, rows []BoardRow) error {
	for i := range rows {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = e.append(a.b, &rows[i])
		if !a.flushFull() {
			a.release()
			return timesheet.NewError(timesheet.Unavailable, "write rows", a.err)
		}
	}
	return nil
}

func appendNext(b []byte, next string) []byte {
	if next == "" {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = cursors.AppendEncode(b, []byte(next))
	return append(b, '"')
}

func appendDayTotals(b []byte, t *DayTotals) []byte {
	present := t.Open + t.MissingOut + t.Complete
	sep := byte('{')
	for _, field := range [...]struct {
		name string
		n    int
	}{
		{"employees", t.Rows}, {"present", present}, {"open", t.Open}, {"missing_out", t.MissingOut}, {"complete", t.Complete},
		{"expected", t.Expected}, {"absent", t.Absent}, {"on_leave", t.OnLeave}, {"holiday", t.Holiday}, {"day_off", t.DayOff},
		{"late", t.Late}, {"early_leave", t.EarlyLeave}, {"half_day", t.HalfDay}, {"below_absent", t.BelowAbsent},
		{"long_span", t.LongSpan}, {"presumed_present", t.PresumedPresent}, {"unlisted", t.Unlisted}, {"provisional", t.Provisional},
	} {
		b = appendString(append(b, sep), field.name)
		b = strconv.AppendInt(append(b, ':'), int64(field.n), 10)
		sep = ','
	}
	b = appendSeconds(append(b, `,"worked_seconds":`...), t.Worked, true)
	b = appendSeconds(append(b, `,"overtime_seconds":`...), t.Overtime, true)
	b = appendSeconds(append(b, `,"holiday_worked_seconds":`...), t.HolidayWorked, true)
	return append(b, '}')
}
