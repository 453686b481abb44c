package http

import (
	"context"
	"fmt"

	"timesheet"
)

// firstKept is the first day that the store keeps. Where retention has removed all up to
// last, the error is NotFound: days that are gone aren't days on which nobody came.
func (s *Server) firstKept(ctx context.Context, last timesheet.Day) (timesheet.Day, error) {
	floor, err := s.o.Store.Floor(ctx)
	if err != nil {
		return 0, err
	}
	if last < floor {
		return 0, timesheet.NewError(timesheet.NotFound, "", fmt.Errorf("days before %v are no longer kept", floor))
	}
	return floor, nil
}
