package http

import (
	"context"

	"timesheet"
)

// Routes are the methods and paths that s knows, such as "GET /v1/days/:day".
func (s *Server) Routes() []string {
	var all []string
	for _, r := range s.engine.Routes() {
		all = append(all, r.Method+" "+r.Path)
	}
	return all
}

// PrincipalOf is who asks, as handlers see it.
func PrincipalOf(ctx context.Context) timesheet.Principal { return principal(ctx) }
