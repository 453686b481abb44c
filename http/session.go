package http

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// sessionAnswer is the contract's Session.
type sessionAnswer struct {
	Authentication bool     `json:"authentication"`
	LoggedIn       bool     `json:"logged_in"`
	Name           *string  `json:"name"`
	Scopes         []string `json:"scopes"`
	Employee       *string  `json:"employee_id"`
	Teams          []string `json:"teams"`
	Expires        *string  `json:"expires_at"`
	OIDC           bool     `json:"oidc"`
	Zone           *string  `json:"zone"`
	Today          *string  `json:"today"`
}

// getSession answers who asks.
func (s *Server) getSession(c *gin.Context) { s.tellSession(c, callerOf(c)) }

// tellSession answers what a page needs to know of its user: to whom nobody is, nothing
// of the site.
func (s *Server) tellSession(c *gin.Context, who *caller) {
	a := sessionAnswer{Authentication: s.o.Access != nil, Scopes: []string{}, Teams: []string{}}
	if a.Authentication {
		a.OIDC, a.LoggedIn = s.o.Access.OIDC(), who.ID != ""
	}
	if a.LoggedIn {
		a.Name, a.Employee = orNull(who.Name), orNull(string(who.Employee))
		a.Teams = append(a.Teams, who.Teams...)
		if who.Expires != 0 {
			a.Expires = orNull(s.formatted(who.Expires))
		}
	}
	a.Scopes = append(a.Scopes, namesOf(who.Scopes)...)
	if rules := s.o.Clockings.DayRules(); rules != nil && (a.LoggedIn || !a.Authentication) {
		site := rules.For("")
		today := site.Day(s.now())
		a.Zone, a.Today = orNull(site.Rule(today).Zone), orNull(today.String())
	}
	s.writeJSON(c, a)
}

// maxLogin bounds the body of a login, in bytes.
const maxLogin = 4096

// login begins a session by a token.
func (s *Server) login(c *gin.Context) {
	if s.o.Access == nil {
		s.fail(c, errNoLogin)
		return
	}
	if err := operationAt(http.MethodPost, sessionPath).check(c); err != nil {
		s.fail(c, err)
		return
	}
	token, err := readLogin(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	who, err := s.o.Access.Token(c.Request.Context(), token, c.RemoteIP())
	if err != nil {
		s.refuse(c, wrong(err))
		return
	}
	if err := s.allow(who, false); err != nil { // each login is a write
		s.fail(c, err)
		return
	}
	session, who, err := s.o.Access.Login(c.Request.Context(), token, c.RemoteIP())
	if err != nil {
		s.refuse(c, wrong(err))
		return
	}
	s.begun(c, session)
	s.tellSession(c, &caller{Caller: who})
}

var errNoLogin = failed(kindNotFound, "this service has no authentication: everybody may everything, and there is no login", nil)

// readLogin reads the token of a login. What a decoder says of a body isn't told: it may
// be a part of a token.
func readLogin(c *gin.Context) (token string, err error) {
	if media, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type")); err != nil || media != mediaJSON {
		return "", failed(kindUnsupported, `send application/json, as in {"token":"ts_…"}`, nil)
	}
	var given struct {
		Token *string `json:"token"`
	}
	dec := json.NewDecoder(http.MaxBytesReader(c.Writer, c.Request.Body, maxLogin))
	dec.DisallowUnknownFields()
	err = dec.Decode(&given)
	if _, end := dec.Token(); err != nil || given.Token == nil || *given.Token == "" || !errors.Is(end, io.EOF) {
		return "", badBody(`the body isn't a login; send {"token":"ts_…"} and nothing else`, nil)
	}
	return *given.Token, nil
}

// begun gives the browser a new session, in the place of one that it may have.
func (s *Server) begun(c *gin.Context, session string) {
	if old := s.session(c.Request); old != "" {
		if err := s.o.Access.Logout(c.Request.Context(), old); err != nil {
			s.log.failed(c, kindUnavailable, err) // it ends by itself
		}
	}
	s.setCookie(c, &http.Cookie{Name: s.sessionCookie(), Value: session, SameSite: http.SameSiteStrictMode, MaxAge: int(sessionAge / time.Second)})
}

// sessionAge is how long browsers keep the cookie; how long the session lasts is for
// Access to say.
const sessionAge = 12 * time.Hour

// setCookie sets a cookie of this host that scripts can't read; one without a value ends it.
func (s *Server) setCookie(c *gin.Context, cookie *http.Cookie) {
	cookie.Path, cookie.HttpOnly, cookie.Secure = "/", true, s.secure()
	if cookie.Value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}

// logout ends the session that the browser has, everywhere.
func (s *Server) logout(c *gin.Context) {
	if err := operationAt(http.MethodDelete, sessionPath).check(c); err != nil {
		s.fail(c, err)
		return
	}
	if session := s.session(c.Request); session != "" && s.o.Access != nil {
		if err := s.o.Access.Logout(c.Request.Context(), session); err != nil {
			s.fail(c, timesheet.NewError(timesheet.Unavailable, "log out", err))
			return
		}
		s.setCookie(c, &http.Cookie{Name: s.sessionCookie(), SameSite: http.SameSiteStrictMode})
	}
	c.Writer.WriteHeader(http.StatusNoContent)
}
