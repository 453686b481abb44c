package http

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// pingTimeout is how long the store may take to show that it is there.
const pingTimeout = 2 * time.Second

// healthz says that the process lives, whatever it waits for.
func (s *Server) healthz(c *gin.Context) {
	b := []byte(`{"status":"ok"`)
	if s.o.Version != "" {
		b = appendString(append(b, `,"version":`...), s.o.Version)
	}
	s.write(c, http.StatusOK, mediaJSON, append(b, '}'))
}

// readyz says whether clockings can be taken now, and if not, why in plain words. The
// source is none of its conditions: while that can't be read, posts and boards work as
// ever, and a load balancer that took the instance away would only add to the trouble.
// How fresh the entries are is said with them, by /v1/source and by the metrics.
func (s *Server) readyz(c *gin.Context) {
	if err := s.ready(c.Request.Context()); err != nil {
		s.fail(c, failed(kindUnavailable, err.Error(), nil))
		return
	}
	s.write(c, http.StatusOK, mediaJSON, []byte(`{"status":"ok"}`))
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
