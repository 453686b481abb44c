package http

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// corrections is the internal JSON of a page of the newest corrections.
type corrections struct {
	Corrections []timesheet.Correction `json:"corrections"`
	Next        string                 `json:"next"` // in the form of all cursors
}

// adminCorrections answers the newest correction of each employee and day, by pages.
func (s *Server) adminCorrections(c *gin.Context) {
	q, err := query(c, "from", "to", "after", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := parsed("from", q.Get("from"), timesheet.ParseDay)
	if err != nil {
		s.fail(c, err)
		return
	}
	to, err := parsed("to", q.Get("to"), timesheet.ParseDay)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := parsed("limit", q.Get("limit"), strconv.Atoi)
	if err != nil {
		s.fail(c, err)
		return
	}
	given := q.Get("after")
	after, err := parsedCursor(&given)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		if s.o.Corrections == nil {
			return corrections{}, nil
		}
		page, next, err := s.o.Corrections.Corrected(ctx, from, to, after, limit)
		return corrections{page, cursors.EncodeToString([]byte(next))}, err
	})
}

// Corrected answers the newest corrections, as timesheet.Corrector says.
func (r *Remote) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
	var page corrections
	path := pathWith("/v1/admin/corrections", "from", from.String(), "to", to.String(),
		"after", cursors.EncodeToString([]byte(after)), "limit", strconv.Itoa(limit))
	if err := r.call(ctx, http.MethodGet, path, nil, "", &page); err != nil {
		return nil, "", err
	}
	next, err := cursors.DecodeString(page.Next)
	if err != nil {
		return nil, "", timesheet.NewError(timesheet.Internal, "answer of "+r.base, err)
	}
	return page.Corrections, string(next), nil
}
