package http

import (
	"net/http"
	"slices"
)

// foreign tells whether a page of another site that is allowed to sends r.
func (s *Server) foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && slices.Contains(s.o.AllowOrigins, origin)
}
