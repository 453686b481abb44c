package pebble

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// storedRules are the day rules as they are stored.
type storedRules struct {
	Version     uint64             `json:"version"`
	Assignments []storedAssignment `json:"assignments"`
}

type storedAssignment struct {
	Employee timesheet.EmployeeID `json:"employee,omitempty"`
	From     int32                `json:"from"` // days since 1970-01-01
	Zone     string               `json:"zone"`
	Boundary time.Duration        `json:"boundary"` // nanoseconds
}

// DayRules answers the assignments in force.
func (s *Store) DayRules(ctx context.Context) (uint64, []timesheet.Assignment, error) {
	const op = "read day rules"
	if err := s.begin(ctx, op); err != nil {
		return 0, nil, err
	}
	defer s.end()
	r, err := s.rules()
	if err != nil {
		return 0, nil, readError(op, err)
	}
	var as []timesheet.Assignment
	for _, a := range r.Assignments {
		as = append(as, timesheet.Assignment{
			Employee: a.Employee, From: timesheet.Day(a.From),
			Rule: timesheet.DayRule{Zone: a.Zone, Boundary: a.Boundary},
		})
	}
	return r.Version, as, nil
}

func (s *Store) rules() (r storedRules, err error) {
	value, err := s.get([]byte{kindRules})
	if err != nil || value == nil {
		return r, err
	}
	if err := json.Unmarshal(value, &r); err != nil {
		return r, timesheet.NewError(timesheet.Internal, "stored day rules", fmt.Errorf("damaged: %w", err))
	}
	return r, nil
}

// SetDayRules sets the rules and all new epochs in one commit. Whoever meets a new
// epoch finds the new rules: both become visible before the next merge is checked.
func (s *Store) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (uint64, error) {
	const op = "set day rules"
	r := storedRules{Version: expected + 1}
	for _, a := range assignments {
		r.Assignments = append(r.Assignments, storedAssignment{
			Employee: a.Employee, From: int32(a.From), Zone: a.Rule.Zone, Boundary: a.Rule.Boundary,
		})
	}
	value, err := json.Marshal(r)
	if err != nil {
		return 0, timesheet.NewError(timesheet.Internal, op, err)
	}
	err = s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		now, err := s.rules()
		if err != nil {
			return nil, readError(op, err)
		}
		if now.Version != expected {
			return nil, conflict(op, "version %d is in force, not %d", now.Version, expected)
		}
		publish, err := s.mint(b, s.allPartitions())
		return publish, errors.Join(err, b.Set([]byte{kindRules}, value, nil))
	})
	if err != nil {
		return 0, err
	}
	return r.Version, nil
}
