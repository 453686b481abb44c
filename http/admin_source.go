package http

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// adminRelease takes in a rejected row that can be used by now.
func (s *Server) adminRelease(c *gin.Context, src Source) {
	q, err := query(c, "id")
	if err != nil {
		s.fail(c, err)
		return
	}
	id, err := rowID(q, "id")
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) { return struct{}{}, sourceFailure(src.Release(ctx, id)) })
}

// adminRescan makes the source be read again from an id on.
func (s *Server) adminRescan(c *gin.Context, src Source) {
	q, err := query(c, "from", "reason")
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := rowID(q, "from")
	if err != nil {
		s.fail(c, err)
		return
	}
	why, err := reason(q)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) { return struct{}{}, sourceFailure(src.Rescan(ctx, from, why)) })
}

// reason reads why something is done, which is kept with the checkpoint.
func reason(q url.Values) (string, error) {
	why := q.Get("reason")
	switch {
	case why == "":
		return "", timesheet.NewError(timesheet.Invalid, "reason", errors.New("it is empty; say why, for those who read the log later"))
	case len(why) > timesheet.MaxReason || !utf8.ValidString(why):
		return "", timesheet.NewError(timesheet.Invalid, "reason", fmt.Errorf("%s is not UTF-8 of at most %d bytes; shorten it", quoted(why), timesheet.MaxReason))
	}
	return why, nil
}

// sourceFailure says that not only the store may be out of reach.
func sourceFailure(err error) error {
	if timesheet.CodeOf(err) == timesheet.Unavailable {
		return failed(kindUnavailable, "the source or the store can't be reached; it may have been done all the same, and asking again is harmless; /v1/source says what the source lacks", err)
	}
	return err
}

// tell answers what do answers, as JSON.
func (s *Server) tell(c *gin.Context, do func(context.Context) (any, error)) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	v, err := do(ctx)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.writeJSON(c, v)
}
