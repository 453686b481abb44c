package http

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/http/contract"
)

// pingTimeout is how long the store may take to show that it is there.
const pingTimeout = 2 * time.Second

// GetHealth says that the process lives, whatever it waits for.
func (s contractOperations) GetHealth(context.Context, contract.GetHealthRequestObject) (contract.GetHealthResponseObject, error) {
	b := []byte(`{"status":"ok"`)
	if s.o.Version != "" {
		b = appendString(append(b, `,"version":`...), s.o.Version)
	}
	return s.whole(append(b, '}')), nil
}

// GetReadiness says whether clockings can be taken now, and if not, why in plain words. The
// source is none of its conditions: while that can't be read, posts and boards work as
// ever, and a load balancer that took the instance away would only add to the trouble.
// How fresh the entries are is said with them, by /v1/source and by the metrics.
// What Options.Notes tells comes with the answer and makes nobody unready; with
// authentication only those learn it who may see everything, since a note may name people.
func (s contractOperations) GetReadiness(ctx context.Context, _ contract.GetReadinessRequestObject) (contract.GetReadinessResponseObject, error) {
	if err := s.ready(request(ctx).Context()); err != nil {
		return nil, failed(kindUnavailable, err.Error(), nil)
	}
	answer := struct {
		Status string   `json:"status"`
		Detail []string `json:"detail,omitempty"`
	}{Status: "ok"}
	if s.o.Notes != nil && principal(ctx).Scopes.Any(timesheet.ScopeAdmin|timesheet.ScopeReadAll) {
		answer.Detail = s.o.Notes()
	}
	return s.json(answer)
}

func (s *Server) ready(ctx context.Context) error {
	if s.draining.Load() {
		return errors.New("the service is stopping")
	}
	if s.o.Ready != nil {
		if err := s.o.Ready(); err != nil {
			return err
		}
	}
	if s.o.Clockings.DayRules() == nil {
		return errors.New("the day rules were not read yet")
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := s.o.Store.Ping(ctx); err != nil {
		s.o.Logger.LogAttrs(ctx, slog.LevelDebug, "store doesn't answer", slog.Any("error", err)) // may name hosts
		return errors.New("the store doesn't answer")
	}
	return nil
}
