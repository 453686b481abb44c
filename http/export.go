package http

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// adminExport streams all entries from one day to another, day by day in the store's
// order. When it fails on the way the connection is cut, so that the rest can't be
// taken for none.
func (s *Server) adminExport(c *gin.Context) {
	q, err := query(c, "from", "to")
	if err != nil {
		s.fail(c, err)
		return
	}
	from, to, err := days(q, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx := c.Request.Context()
	stored, err := s.o.Store.Days(ctx)
	if err != nil {
		s.fail(c, err)
		return
	}
	a, count := s.answer(c.Writer, mediaEntries), 0
	for _, d := range stored {
		if d < from || d > to {
			continue
		}
		n, err := s.exportDay(ctx, a, d)
		if err != nil {
			a.release()
			s.cutShort(c, a, err)
			return
		}
		count += n
	}
	a.b = appendStreamEnd(a.b, count)
	a.end()
}

func (s *Server) exportDay(ctx context.Context, a *answer, d timesheet.Day) (count int, err error) {
	for after := ""; ; {
		var entries []timesheet.Entry
		if entries, after, err = s.o.Store.Board(ctx, d, after, timesheet.MaxBoard); err != nil {
			return count, err
		}
		for _, e := range entries {
			if a.b, err = appendStreamEntry(a.b, e); err != nil {
				return count, timesheet.NewError(timesheet.Internal, "export entry", err)
			}
			if !a.flushFull() {
				return count, timesheet.NewError(timesheet.Unavailable, "export", a.err)
			}
		}
		if count += len(entries); after == "" {
			return count, nil
		}
	}
}

// cutShort ends an answer that can't be finished: with a problem while nothing of it
// went out, else by cutting the connection.
func (s *Server) cutShort(c *gin.Context, a *answer, err error) {
	if !a.begun {
		s.fail(c, err)
		return
	}
	s.log.failed(c, kindUnavailable, err)
	panic(http.ErrAbortHandler)
}
