package http

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/http/contract"
)

// Source is the reader of the clocking view; the poller is. Its errors' texts are told
// to everybody, but for those that are Unavailable or Internal.
type Source interface {
	// Status answers from memory, at once.
	Status() timesheet.SourceStatus
	// Rejected answers the kept rows with an id above after, ascending, at most limit.
	Rejected(ctx context.Context, after timesheet.RowID, limit int) ([]timesheet.Rejected, error)
	// Release reads a rejected row again, takes it in and forgets that it was rejected.
	// NotFound: it isn't kept. Invalid: it still can't be used.
	Release(ctx context.Context, id timesheet.RowID) error
}

var errNoSource = failed(kindNotFound, "this service reads no source; clockings come by HTTP and import; start it with --source", nil)

// sourced is a handler that needs a source; without one there is nothing at its path.
func (s *Server) sourced(h func(*gin.Context, Source)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.o.Source == nil {
			s.fail(c, errNoSource)
			return
		}
		h(c, s.o.Source)
	}
}

// GetSource answers how far the source was read.
func (s contractOperations) GetSource(context.Context, contract.GetSourceRequestObject) (contract.GetSourceResponseObject, error) {
	if s.o.Source == nil {
		return nil, errNoSource
	}
	return s.json(newSourceStatus(s.o.Source.Status(), s.now(), s.formatted))
}

// json answers v, in whole.
func (s *Server) json(v any) (answerFunc, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "encode", err)
	}
	return s.whole(b), nil
}

// whole answers a body of JSON.
func (s *Server) whole(b []byte) answerFunc {
	return func(w http.ResponseWriter) error {
		s.writeTo(w, http.StatusOK, mediaJSON, b)
		return nil
	}
}

// rejectedPage is how many rejected rows a page has unless the caller says.
const rejectedPage = 1000

// GetRejectedRows answers a page of the rejected rows, by id.
func (s contractOperations) GetRejectedRows(ctx context.Context, r contract.GetRejectedRowsRequestObject) (contract.GetRejectedRowsResponseObject, error) {
	if s.o.Source == nil {
		return nil, errNoSource
	}
	after, n := timesheet.RowID(or(r.Params.After, int64(noRow))), int(or(r.Params.Limit, rejectedPage))
	ctx, cancel := s.within(ctx)
	defer cancel()
	// One more tells whether there are more; of the largest page there are none.
	rows, err := s.o.Source.Rejected(ctx, after, min(n+1, timesheet.MaxRejected))
	if err != nil {
		return nil, err
	}
	var next *string
	if len(rows) > n {
		rows = rows[:n]
		last := strconv.FormatInt(int64(rows[n-1].Row), 10)
		next = &last
	}
	page := rejectedRows{Rejected: make([]rejectedRow, len(rows)), Next: next}
	for i, r := range rows {
		page.Rejected[i] = rejectedRow{r.Row, orNull(r.Employee), r.Reason, s.formatted(r.Seen)}
	}
	return s.json(page)
}

// afterRow reads after which row a page begins: without it at the lowest.
func afterRow(q url.Values) (timesheet.RowID, error) {
	if !q.Has("after") {
		return noRow, nil
	}
	return rowID(q, "after")
}

// rowID reads a parameter that is the id of a row and has to be given.
func rowID(q url.Values, name string) (timesheet.RowID, error) {
	id, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil {
		return 0, badParameter(name, "%s is not the id of a row; write a whole number", quoted(q.Get(name)))
	}
	return timesheet.RowID(id), nil
}

// freshness says how fresh an answer is.
type freshness struct {
	json       []byte
	state, err string // of the source
}

// asOf is the freshness of an answer that is read after this call: all that was visible
// in the source at that moment is in it. Its JSON is null without a source.
func (s *Server) asOf() freshness {
	if s.o.Source == nil {
		return freshness{json: []byte("null")}
	}
	w := newSourceStatus(s.o.Source.Status(), s.now(), s.formatted)
	b, err := json.Marshal(asOf{w.LastID, w.Lag, w.State, w.Error})
	if err != nil { // can't be: asOf has no type that fails
		b = []byte("null")
	}
	return freshness{b, w.State, or(w.Error, "")}
}

// moment is the present as the rules see it.
func (s *Server) moment() timesheet.Moment {
	m := timesheet.Moment{Now: s.now(), SettledThrough: timesheet.Forever}
	if s.o.Source != nil {
		m.SettledThrough = s.o.Source.Status().SettledAsOf
	}
	return m
}

func (s *Server) now() timesheet.Instant { return timesheet.InstantOf(s.o.Now()) }

// formatted is i at the offset that the site's default day rule has then; in UTC while
// the rules are not known.
func (s *Server) formatted(i timesheet.Instant) string {
	rules := s.o.Clockings.DayRules()
	if rules == nil {
		return i.Format(time.UTC)
	}
	site := rules.For("")
	return i.Format(site.Location(site.Day(i)))
}
