package http

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// postClockings takes clockings in. It answers after all that it accepted is durable.
func (s *Server) postClockings(c *gin.Context) {
	if !s.enter() {
		s.fail(c, timesheet.NewError(timesheet.Overloaded, "post clockings", nil))
		return
	}
	defer s.leave()
	in := intakes.Get().(*intake)
	defer in.free()
	if err := s.read(c, in); err != nil {
		s.fail(c, err)
		return
	}
	s.bound(c)
	receipt, err := s.submit(c.Request.Context(), in)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.metrics.accepted.Add(float64(receipt.Accepted))
	if in.rejected > 0 {
		s.metrics.rejected.Add(float64(in.rejected))
		s.answerRejected(c, in, receipt)
		return
	}
	s.write(c, http.StatusOK, mediaJSON, appendReceipt(make([]byte, 0, 48), receipt))
}

func (s *Server) answerRejected(c *gin.Context, in *intake, r timesheet.Receipt) {
	p := kindRejected.problem(strconv.Itoa(in.rejected) + " of " + strconv.Itoa(in.rejected+r.Accepted) +
		" rows can't be used; correct those and send them, or all of it, again")
	p.Accepted, p.Expired = &r.Accepted, r.Expired
	p.Rejected, p.Errors = in.rejected, in.rowErrors()
	s.answerProblem(c, kindRejected, p)
}

func appendReceipt(b []byte, r timesheet.Receipt) []byte {
	b = append(b, `{"accepted":`...)
	b = strconv.AppendInt(b, int64(r.Accepted), 10)
	if r.Expired > 0 {
		b = append(b, `,"expired":`...)
		b = strconv.AppendInt(b, int64(r.Expired), 10)
	}
	return append(b, '}')
}

// enter takes one of the places for posts, which leave gives back.
func (s *Server) enter() bool {
	if s.posts.Add(1) > int64(s.o.MaxRequests) {
		s.posts.Add(-1)
		return false
	}
	return true
}

func (s *Server) leave() { s.posts.Add(-1) }

// maxReassign bounds how often one post follows a change of the day rules.
const maxReassign = 5

// submit hands over what in holds under the rules in force, and follows when they
// change meanwhile.
func (s *Server) submit(ctx context.Context, in *intake) (timesheet.Receipt, error) {
	for range maxReassign {
		rules := s.o.Clockings.DayRules()
		if rules == nil {
			return timesheet.Receipt{}, errRulesUnread
		}
		entries := in.assign(rules, timesheet.InstantOf(s.o.Now()))
		if len(entries) == 0 {
			return timesheet.Receipt{}, nil
		}
		receipt, err := s.o.Clockings.Submit(ctx, timesheet.Batch{RulesVersion: rules.Version(), Entries: entries})
		if timesheet.CodeOf(err) != timesheet.Stale {
			return receipt, err
		}
		if err := s.o.Clockings.Reload(ctx); err != nil {
			return timesheet.Receipt{}, timesheet.NewError(timesheet.Unavailable, "reload day rules", err)
		}
	}
	return timesheet.Receipt{}, timesheet.NewError(timesheet.Unavailable, "submit clockings", errRulesMoving)
}
