package http

import (
	"context"

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
