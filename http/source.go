package http

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
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

// source answers how far the source was read.
func (s *Server) source(c *gin.Context, src Source) {
	if _, err := query(c); err != nil {
		s.fail(c, err)
		return
	}
	s.writeJSON(c, newSourceStatus(src.Status(), s.now(), s.formatted))
}

// rejectedPage is how many rejected rows a page has unless the caller says.
const rejectedPage = 1000

// sourceRejected answers a page of the rejected rows, by id.
func (s *Server) sourceRejected(c *gin.Context, src Source) {
	after, n, err := rejectedQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	// One more tells whether there are more; of the largest page there are none.
	rows, err := src.Rejected(ctx, after, min(n+1, timesheet.MaxRejected))
	if err != nil {
		s.fail(c, err)
		return
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
	s.writeJSON(c, page)
}

func rejectedQuery(c *gin.Context) (after timesheet.RowID, n int, err error) {
	q, err := query(c, "after", "limit")
	if err != nil {
		return 0, 0, err
	}
	if after, err = afterRow(q); err != nil {
		return 0, 0, err
	}
	n, err = limit(q, rejectedPage, timesheet.MaxRejected)
	return after, n, err
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
		return 0, timesheet.NewError(timesheet.Invalid, name, fmt.Errorf("%s is not the id of a row; write a whole number", quoted(q.Get(name))))
	}
	return timesheet.RowID(id), nil
}

// asOf says in JSON how fresh an answer is whose entries are read after this call: all
// that was visible at that moment is in it. null without a source.
func (s *Server) asOf() []byte {
	if s.o.Source == nil {
		return []byte("null")
	}
	w := newSourceStatus(s.o.Source.Status(), s.now(), s.formatted)
	b, err := json.Marshal(asOf{w.LastID, w.Lag, w.State, w.Error})
	if err != nil { // can't be: asOf has no type that fails
		return []byte("null")
	}
	return b
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
