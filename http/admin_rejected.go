package http

import (
	"context"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// rejection is the internal JSON of a timesheet.Rejected.
type rejection struct {
	Row      timesheet.RowID   `json:"row"`
	Employee string            `json:"employee"`
	Reason   string            `json:"reason"`
	Seen     timesheet.Instant `json:"seen"` // milliseconds since 1970
}

// rejectedCount is the internal JSON of a timesheet.RejectedCount.
type rejectedCount struct {
	Kept    int    `json:"kept"`
	Dropped uint64 `json:"dropped"`
}

// adminRejected answers rejected rows of a source.
func (s *Server) adminRejected(c *gin.Context) {
	q, err := query(c, "source", "after", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	after, err := afterRow(q)
	if err != nil {
		s.fail(c, err)
		return
	}
	n, err := limit(q, rejectedPage, timesheet.MaxRejected)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		rows, err := s.o.Store.Rejected(ctx, q.Get("source"), after, n)
		return convert(rows, func(r timesheet.Rejected) rejection { return rejection(r) }), err
	})
}

// adminReject keeps rows of a source aside.
func (s *Server) adminReject(c *gin.Context) {
	q, err := query(c, "source")
	if err != nil {
		s.fail(c, err)
		return
	}
	rows, err := readList[rejection](s, c, "rejected rows", timesheet.MaxRejected)
	if err != nil {
		s.fail(c, err)
		return
	}
	rejected := convert(rows, func(r rejection) timesheet.Rejected { return timesheet.Rejected(r) })
	s.tell(c, func(ctx context.Context) (any, error) {
		return struct{}{}, s.o.Store.Reject(ctx, q.Get("source"), rejected)
	})
}

// adminCountRejected answers how many rejected rows of a source there are.
func (s *Server) adminCountRejected(c *gin.Context) {
	q, err := query(c, "source")
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		n, err := s.o.Store.CountRejected(ctx, q.Get("source"))
		return rejectedCount(n), err
	})
}

// adminReadmit forgets that a row was rejected.
func (s *Server) adminReadmit(c *gin.Context) {
	q, err := query(c, "source", "row")
	if err != nil {
		s.fail(c, err)
		return
	}
	row, err := rowID(q, "row")
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		return struct{}{}, s.o.Store.Readmit(ctx, q.Get("source"), row)
	})
}

// convert is each of from in another form; never nil.
func convert[A, B any](from []A, to func(A) B) []B {
	list := make([]B, len(from))
	for i, a := range from {
		list[i] = to(a)
	}
	return list
}
