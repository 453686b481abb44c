package http

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// CheckOrigin tells whether Options.AllowOrigins can have an origin. Its errors are Invalid.
func CheckOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Scheme+"://"+u.Host != origin {
		return timesheet.NewError(timesheet.Invalid, "allowed origin", errors.New(quoted(origin)+" is none; write scheme and host alone, as in https://hr.example.org"))
	}
	return nil
}

// trustOrigins lets pages of AllowOrigins send. One that is none is left out: the
// configuration was checked by CheckOrigin.
func (s *Server) trustOrigins() {
	if own := s.publicOrigin(); own != "" { // behind a proxy the Host can be another
		if err := s.origins.AddTrustedOrigin(own); err != nil {
			s.o.Logger.Error("the public URL is no origin", "error", err)
		}
	}
	s.o.AllowOrigins = slices.DeleteFunc(slices.Clone(s.o.AllowOrigins), func(origin string) bool {
		err := cmp.Or(CheckOrigin(origin), s.origins.AddTrustedOrigin(origin))
		if err != nil {
			s.o.Logger.Error("an allowed origin is left out", "error", err)
		}
		return err != nil
	})
}

// publicOrigin is that of Options.PublicURL; "" for none.
func (s *Server) publicOrigin() string {
	u, err := url.Parse(s.o.PublicURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// foreign tells whether a page of another site that is allowed to sends r.
func (s *Server) foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || origin == s.publicOrigin() || !slices.Contains(s.o.AllowOrigins, origin) {
		return false
	}
	_, host, _ := strings.Cut(origin, "://")
	return host != r.Host
}

// Names of CORS, in their canonical form. What pages of other sites may send and read is
// what the contract has; cookies are never meant.
var (
	corsMethods = []string{"GET, HEAD, POST, DELETE"}
	corsHeaders = []string{"Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID"}
	corsExposed = []string{"ETag, Retry-After, Content-Disposition, X-Request-Id"}
	corsMaxAge  = []string{"600"} // seconds
)

// guard refuses what pages of other sites make browsers send, and answers what browsers
// ask before they let an allowed one send (CORS). It tells whether the request goes on.
func (s *Server) guard(c *gin.Context) bool {
	if err := s.host(c.Request); err != nil {
		s.fail(c, err)
		return false
	}
	h := c.Writer.Header()
	if len(s.o.AllowOrigins) > 0 {
		h.Add("Vary", "Origin")
	}
	if s.foreign(c.Request) {
		h["Access-Control-Allow-Origin"] = []string{c.Request.Header.Get("Origin")}
		h["Access-Control-Expose-Headers"] = corsExposed
		if c.Request.Method == http.MethodOptions && c.Request.Header.Get("Access-Control-Request-Method") != "" {
			h["Access-Control-Allow-Methods"], h["Access-Control-Allow-Headers"], h["Access-Control-Max-Age"] = corsMethods, corsHeaders, corsMaxAge
			c.Writer.WriteHeader(http.StatusNoContent)
			return false
		}
	}
	if err := s.origins.Check(c.Request); err != nil {
		s.fail(c, failed(kindForbidden, "the request comes from a page of another site; send it from this service's page or without a browser", err))
		return false
	}
	return true
}

// host refuses requests to another name than this machine's own where loopback is all
// that keeps others out: a page whose name was turned to 127.0.0.1 is of the same origin
// for its browser, and would read everything.
func (s *Server) host(r *http.Request) error {
	if !s.o.LoopbackOnly || s.o.Access != nil || r.Host == "" { // browsers always say it
		return nil
	}
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return nil
	}
	return failed(kindHost, "without authentication this service answers on this machine's loopback alone, and "+quoted(r.Host)+
		" is no name of that: ask for http://127.0.0.1 or http://localhost and the port, or give the service tokens", nil)
}
