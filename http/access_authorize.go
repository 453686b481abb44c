package http

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// authorize lets those in who may, says to handlers who asks, and sees that it is audited.
func (s *Server) authorize(c *gin.Context) {
	if s.o.Access == nil {
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callerKey{}, anonymous))
		return
	}
	need, named := needs(c)
	who, err := s.ask(c, need, named)
	var w *auditWriter
	if need != 0 && who.ID != "" {
		w = s.audited(c, who)
	}
	if w != nil {
		c.Writer = w
		if err == nil {
			err = w.begin()
		}
	}
	if err != nil {
		s.refuse(c, err)
	} else {
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callerKey{}, who))
		c.Next()
	}
	if w != nil { // an answer without a body is still to be settled; after a panic, that to it
		w.settle()
		c.Writer = w.ResponseWriter
	}
}

func (s *Server) refuse(c *gin.Context, err error) {
	if timesheet.CodeOf(err) == timesheet.Unauthenticated {
		c.Writer.Header()["Www-Authenticate"] = []string{"Bearer"}
	}
	s.fail(c, err)
	c.Abort()
}

// ask finds out who asks, and whether they may: an error says that they mayn't, and the
// caller is the zero one where it isn't known who it is.
func (s *Server) ask(c *gin.Context, need timesheet.Scopes, named bool) (*caller, error) {
	if need == 0 && !named {
		return &caller{}, nil
	}
	who, err := s.known(c)
	switch {
	case err != nil && need == 0 && timesheet.CodeOf(err) == timesheet.Unauthenticated:
		return &caller{}, nil
	case err != nil || need == 0:
		return who, err
	}
	allowed := who.Scopes.Any(need)
	if err := s.allow(who.Caller, allowed && bulk(c.FullPath())); err != nil {
		return who, err
	}
	if !allowed { // counted as well: each has a line in the audit log
		return who, failed(kindDenied, "this needs one of the scopes "+strings.Join(namesOf(need), ", ")+"; ask those who gave you the token", nil)
	}
	return who, nil
}

// allow counts a request of who.
func (s *Server) allow(who timesheet.Caller, bulk bool) error {
	if err := s.o.Access.Allow(who, bulk); err != nil {
		return failed(kindTooMany, "your token's requests come faster than it may; wait before the next one", err)
	}
	return nil
}

// known is who brought a token or, without one, a session.
func (s *Server) known(c *gin.Context) (*caller, error) {
	ctx := c.Request.Context()
	if token, brought, err := bearer(c.Request); brought {
		if err != nil {
			return &caller{}, err
		}
		who, err := s.o.Access.Token(ctx, token, c.RemoteIP())
		if err != nil {
			return &caller{}, wrong(err)
		}
		return &caller{Caller: who, token: token}, nil
	}
	session := s.session(c.Request)
	if session == "" {
		return &caller{}, failed(kindUnknown, "bring a token (Authorization: Bearer …), or log in", nil)
	}
	who, err := s.o.Access.Session(ctx, session)
	if err != nil {
		return &caller{}, wrong(err)
	}
	return &caller{Caller: who, session: session}, nil
}

// wrong is what is told of a token or a session that nobody has: nothing but that.
func wrong(err error) error {
	switch timesheet.CodeOf(err) {
	case timesheet.Unauthenticated:
		return failed(kindUnknown, "the token or the session isn't known, or no longer; ask for another token, or log in again", err)
	case timesheet.Overloaded:
		return failed(kindGuessed, "too many wrong tokens came from this address; wait before the next one", err)
	}
	return err
}

var errBearer = failed(kindUnknown, "Authorization has to be Bearer and a token", nil)

// bearer is the token of a request; brought tells whether there is any Authorization.
func bearer(r *http.Request) (token string, brought bool, err error) {
	given := r.Header.Values("Authorization")
	if len(given) == 0 {
		return "", false, nil
	}
	scheme, token, found := strings.Cut(given[0], " ")
	token = strings.TrimSpace(token)
	if len(given) > 1 || !found || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", true, errBearer
	}
	return token, true, nil
}

// sessionCookie is the cookie's name. A browser takes __Host- only over https from this
// very host, so that nothing beside it can plant one.
func (s *Server) sessionCookie() string {
	if s.secure() {
		return "__Host-timesheet_session"
	}
	return "timesheet_session"
}

func (s *Server) secure() bool { return strings.HasPrefix(s.o.PublicURL, "https://") }

// session is the value of a request's session cookie. Pages of other sites have to bring
// a token, also those of Options.AllowOrigins.
func (s *Server) session(r *http.Request) string {
	if s.foreign(r) {
		return ""
	}
	cookie, err := r.Cookie(s.sessionCookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// still tells whether a caller who was let in would be now, with the same rights. That it
// can't be known for a moment is no reason to send somebody away.
func (s *Server) still(ctx context.Context, who *caller, from string) bool {
	var now timesheet.Caller
	var err error
	switch {
	case s.o.Access == nil:
		return true
	case who.token != "":
		now, err = s.o.Access.Token(ctx, who.token, from)
	default:
		now, err = s.o.Access.Session(ctx, who.session)
	}
	if err != nil {
		return errors.Is(err, timesheet.Unavailable)
	}
	return sameRights(now.Principal, who.Principal)
}
