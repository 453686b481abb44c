package http

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// dayRules is the internal JSON of all assignments.
type dayRules struct {
	Version     uint64       `json:"version"`
	Assignments []assignment `json:"assignments"`
}

type assignment struct {
	Employee timesheet.EmployeeID `json:"employee_id"` // "" for the default
	From     timesheet.Day        `json:"from"`
	Zone     string               `json:"zone"`
	Boundary int                  `json:"boundary_minutes"`
}

func newDayRules(version uint64, as []timesheet.Assignment) dayRules {
	d := dayRules{Version: version, Assignments: make([]assignment, len(as))}
	for i, a := range as {
		d.Assignments[i] = assignment{a.Employee, a.From, a.Rule.Zone, int(a.Rule.Boundary / time.Minute)}
	}
	return d
}

func (d dayRules) assignments() []timesheet.Assignment {
	as := make([]timesheet.Assignment, len(d.Assignments))
	for i, a := range d.Assignments {
		rule := timesheet.DayRule{Zone: a.Zone, Boundary: time.Duration(a.Boundary) * time.Minute}
		as[i] = timesheet.Assignment{Employee: a.Employee, From: a.From, Rule: rule}
	}
	return as
}

// adminDayRules answers the rules as the store has them, which may be newer than
// those that the actors know.
func (s *Server) adminDayRules(c *gin.Context) {
	version, as, err := s.o.Store.DayRules(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	s.writeJSON(c, newDayRules(version, as))
}

// adminSetDayRules sets all rules if the version in force is the one in the body,
// and answers them with the new version.
func (s *Server) adminSetDayRules(c *gin.Context) {
	var d dayRules
	err := s.readJSON(c, "day rules", &d)
	if err != nil {
		s.fail(c, err)
		return
	}
	as := d.assignments()
	if _, err := timesheet.NewDayRules(0, as, time.LoadLocation); err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	if d.Version, err = s.o.Store.SetDayRules(ctx, d.Version, as); err != nil {
		s.fail(c, err)
		return
	}
	if err := s.o.Clockings.Reload(ctx); err != nil { // they are set: the actors read them later by themselves
		s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "day rules were set but not read again", slog.Any("error", err))
	}
	s.writeJSON(c, d)
}

func (s *Server) writeJSON(c *gin.Context, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.fail(c, timesheet.NewError(timesheet.Internal, "encode", err))
		return
	}
	s.write(c, http.StatusOK, mediaJSON, b)
}

// adminBatch takes entries that the sender made under the rules of a version.
func (s *Server) adminBatch(c *gin.Context) {
	if !s.enter() {
		s.fail(c, timesheet.NewError(timesheet.Overloaded, "post batch", nil))
		return
	}
	defer s.leave()
	b, err := s.body(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	defer b.done()
	batch, err := readBatch(c, b)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	receipt, err := s.o.Clockings.Submit(ctx, batch)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.write(c, http.StatusOK, mediaJSON, appendReceipt(nil, receipt))
}

func readBatch(c *gin.Context, b *body) (batch timesheet.Batch, err error) {
	q, err := query(c, "rules")
	if err != nil {
		return batch, err
	}
	if batch.RulesVersion, err = strconv.ParseUint(q.Get("rules"), 10, 64); err != nil {
		return batch, badParameter("rules", "%s is not the version of the day rules; write a whole number", quoted(q.Get("rules")))
	}
	for stream := newEntryStream(b); ; {
		e, err := stream.next()
		if errors.Is(err, io.EOF) {
			return batch, nil
		}
		if err == nil {
			err = e.Validate()
		}
		switch {
		case b.err != nil:
			return batch, b.err
		case err != nil:
			return batch, timesheet.NewError(timesheet.Invalid, "read batch", err)
		}
		batch.Entries = append(batch.Entries, e)
	}
}
