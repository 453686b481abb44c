package http

import (
	"context"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// Ledger is what checking the entries against the source, and mending them, needs of
// the store.
type Ledger interface {
	timesheet.Quarantine
	Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error)
	Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error)
	Replace(ctx context.Context, rs []timesheet.Replacement) []error
	Floor(ctx context.Context) (timesheet.Day, error)
	Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error)
}

// checkpoint is the internal JSON of a timesheet.Checkpoint; its state is in base64.
type checkpoint struct {
	Generation uint64          `json:"generation"`
	Settled    timesheet.RowID `json:"settled"`
	State      []byte          `json:"state"`
	Reason     string          `json:"reason"`
}

// rewind asks for a new generation, of which the checkpoint is the begin.
type rewind struct {
	Source     string `json:"source"`
	checkpoint        // Generation is the one that is expected to be in force
}

// floor and erased are internal answers.
type (
	floor struct {
		Floor timesheet.Day `json:"floor"`
	}
	erased struct {
		Erased bool `json:"erased"`
	}
)

// adminCheckpoint answers how far a source was read.
func (s *Server) adminCheckpoint(c *gin.Context) {
	q, err := query(c, "source")
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		at, err := s.o.Store.Checkpoint(ctx, q.Get("source"))
		return checkpoint(at), err
	})
}

// adminRewind sets a checkpoint back if its generation is still the expected one, and
// answers the new one.
func (s *Server) adminRewind(c *gin.Context) {
	var to rewind
	if err := s.readJSON(c, "rewind", &to); err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		at, err := s.o.Store.Rewind(ctx, to.Source, to.Generation, to.Settled, to.State, to.Reason)
		return checkpoint(at), err
	})
}

// adminFloor answers the first day that is kept.
func (s *Server) adminFloor(c *gin.Context) {
	if _, err := query(c); err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		d, err := s.o.Store.Floor(ctx)
		return floor{d}, err
	})
}

// adminErased answers whether an employee was erased.
func (s *Server) adminErased(c *gin.Context) {
	q, err := query(c, "employee")
	if err != nil {
		s.fail(c, err)
		return
	}
	e, err := timesheet.ParseEmployeeID(q.Get("employee"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, func(ctx context.Context) (any, error) {
		yes, err := s.o.Store.Erased(ctx, e)
		return erased{yes}, err
	})
}
