package http

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// loginAge is how long the browser keeps what a login at the provider began with, in seconds.
const loginAge = 600

// loginCookie is the cookie of a login that is at the provider.
func (s *Server) loginCookie() string {
	if s.secure() {
		return "__Host-timesheet_login"
	}
	return "timesheet_login"
}

// beginLogin sends the browser to the provider.
func (s *Server) beginLogin(c *gin.Context) {
	if s.o.Access == nil {
		s.fail(c, errNoLogin)
		return
	}
	back := c.Request.URL.Query().Get("return")
	if back == "" {
		back = "/"
	}
	if !local(back) {
		s.fail(c, badParameter("return", "%s is not a path of this service; write it as /…, without a host", quoted(back)))
		return
	}
	location, state, err := s.o.Access.BeginLogin(c.Request.Context(), back)
	if err != nil {
		s.fail(c, providerFailure(err))
		return
	}
	// Lax: the provider's redirect is the first request of another site that brings it back.
	s.setCookie(c, &http.Cookie{Name: s.loginCookie(), Value: state, SameSite: http.SameSiteLaxMode, MaxAge: loginAge})
	redirect(c, location)
}

// endLogin begins the session of whom the provider sent back.
func (s *Server) endLogin(c *gin.Context) {
	if s.o.Access == nil {
		s.fail(c, errNoLogin)
		return
	}
	state := ""
	if cookie, err := c.Request.Cookie(s.loginCookie()); err == nil {
		state = cookie.Value
	}
	s.setCookie(c, &http.Cookie{Name: s.loginCookie(), SameSite: http.SameSiteLaxMode})
	session, back, _, err := s.o.Access.EndLogin(c.Request.Context(), state, c.Request.URL.Query())
	if err != nil {
		s.fail(c, providerFailure(err))
		return
	}
	s.begun(c, session)
	if !local(back) { // the browser kept it, and who knows who wrote it there
		back = "/"
	}
	redirect(c, back)
}

func redirect(c *gin.Context, location string) {
	c.Writer.Header()["Location"] = []string{location}
	c.Writer.Header()["Referrer-Policy"] = headerReferrer // the address has a code in it
	c.Writer.WriteHeader(http.StatusFound)
}

// local tells whether a browser that is sent there stays at this service. It reads a
// backslash as a slash, and leaves out tabs and line ends.
func local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

// providerFailure says that not only the store may be out of reach.
func providerFailure(err error) error {
	if timesheet.CodeOf(err) == timesheet.Unavailable {
		return failed(kindUnavailable, "the OpenID provider, or the store, can't be reached; try again, or log in by a token", err)
	}
	return err
}
