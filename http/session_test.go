package http_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/internal/locked"
)

type sessionAnswer struct {
	Authentication bool
	LoggedIn       bool `json:"logged_in"`
	Name           *string
	Scopes, Teams  []string
	Employee       *string `json:"employee_id"`
	Expires        *string `json:"expires_at"`
	OIDC           bool
	Zone, Today    *string
}

func login(h http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/v1/session", strings.NewReader(body))
	r.Header.Set("Content-Type", jsonType)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func cookieOf(t *testing.T, w *httptest.ResponseRecorder, name string) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%d, no cookie %s: %v", w.Code, name, w.Header())
	return nil
}

func TestSessionWithoutAuthentication(t *testing.T) {
	h := handler(newSite(t))
	s := answered[sessionAnswer](t, h, "/v1/session")
	if s.Authentication || s.LoggedIn || s.Name != nil || len(s.Scopes) != 6 || *s.Zone != "Europe/Berlin" || *s.Today != "2026-11-23" {
		t.Errorf("%+v", s)
	}
	if w := login(h, `{"token":"x"}`); w.Code != 404 {
		t.Error(w.Code, w.Body)
	}
	for _, target := range []string{"/v1/session/oidc", "/v1/session/oidc/callback?code=x&state=y"} {
		if w := get(h, target); w.Code != 404 {
			t.Error(w.Code, w.Body)
		}
	}
	if w := ask(h, http.MethodDelete, "/v1/session", "", ""); w.Code != 204 {
		t.Error(w.Code, w.Body)
	}
}

func TestLoginAndLogout(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{"self": {Scopes: timesheet.ScopeReadSelf | timesheet.ScopeReadTeam, Employee: "7", Teams: []string{"Engines"}}})
	_, o := guarded(t, g)
	h := newHandler(o)
	if s := answered[sessionAnswer](t, h, "/v1/session"); !s.Authentication || s.LoggedIn || s.Name != nil || len(s.Scopes) != 0 || s.Zone != nil || s.Today != nil || !s.OIDC {
		t.Errorf("%+v", s)
	}
	w := login(h, `{"token":"self"}`)
	c := cookieOf(t, w, "timesheet_session")
	if w.Code != 200 || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure || c.MaxAge != 12*3600 || strings.Contains(w.Body.String(), c.Value) {
		t.Fatalf("%d %+v %s", w.Code, c, w.Body)
	}
	with := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		h.ServeHTTP(w, r)
	})
	if s := answered[sessionAnswer](t, with, "/v1/session"); !s.LoggedIn || *s.Name != "self" || *s.Employee != "7" || len(s.Teams) != 1 || strings.Join(s.Scopes, " ") != "read:self read:team" || *s.Zone != "Europe/Berlin" {
		t.Errorf("%+v", s)
	}
	if w := get(with, "/v1/employees/7/days"); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	t.Run("a new login ends the session before", func(t *testing.T) {
		w := login(with, `{"token":"self"}`)
		if cookieOf(t, w, "timesheet_session").Value == c.Value || g.sessions[c.Value] != "" {
			t.Error("it goes on")
		}
		g.sessions[c.Value] = "self"
	})
	t.Run("a token counts before a session", func(t *testing.T) {
		for authorization, want := range map[string]int{
			"Bearer wrong": 401, "Bearer": 401, "Basic c2VsZjo=": 401, "Bearer ": 401, "bearer self": 200, "Bearer  self": 200, "Bearer self self": 401, "self": 401, "": 401,
		} {
			r := httptest.NewRequest(http.MethodGet, "/v1/employees/7/days", nil)
			r.Header.Set("Authorization", authorization)
			w := httptest.NewRecorder()
			if with.ServeHTTP(w, r); w.Code != want {
				t.Errorf("%q: %d, want %d", authorization, w.Code, want)
			}
		}
	})
	t.Run("pages of other sites can't use it", func(t *testing.T) {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			r := httptest.NewRequest(method, "/v1/session", strings.NewReader(`{"token":"self"}`))
			r.Header.Set("Content-Type", jsonType)
			r.Header.Set("Origin", "https://evil.example")
			w := httptest.NewRecorder()
			if with.ServeHTTP(w, r); w.Code != 403 || len(w.Result().Cookies()) > 0 || g.sessions[c.Value] == "" {
				t.Errorf("%s: %d %s", method, w.Code, w.Body)
			}
		}
	})
	t.Run("ends", func(t *testing.T) {
		g.away = errUnavailable
		if w := ask(with, http.MethodDelete, "/v1/session", "", ""); w.Code != 503 {
			t.Error("it says that it ended:", w.Code)
		}
		g.away = nil
		w := ask(with, http.MethodDelete, "/v1/session", "", "")
		if gone := cookieOf(t, w, "timesheet_session"); w.Code != 204 || gone.MaxAge >= 0 || gone.Value != "" || w.Body.Len() > 0 {
			t.Errorf("%d %+v", w.Code, gone)
		}
		if w := get(with, "/v1/employees/7/days"); w.Code != 401 {
			t.Error(w.Code)
		}
		if s := answered[sessionAnswer](t, with, "/v1/session"); s.LoggedIn {
			t.Errorf("%+v", s)
		}
	})
}

func TestLoginsThatFail(t *testing.T) {
	const secret = "ts_neverToBeSeen"
	var log locked.Buffer
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	o.Logger = log.Logger()
	h := newHandler(o)
	for body, want := range map[string]int{
		`{"token":"` + secret + `"}`:          401,
		`{"token":"` + secret + `","more":1}`: 400,
		`{"token":"` + secret:                 400,
		`{"token":["` + secret + `"]}`:        400,
		`{"token":"` + secret + `"}}`:         400,
		`{"token":""}`:                        400,
		`{}`:                                  400,
		`null`:                                400,
		`{"token":"self"}{"token":"` + secret + `"}`:               400,
		`{"token":"` + secret + strings.Repeat("x", 10_000) + `"}`: 400,
	} {
		w := login(h, body)
		if w.Code != want || strings.Contains(w.Body.String(), secret) || len(w.Result().Cookies()) > 0 {
			t.Errorf("%.60s: %d %s", body, w.Code, w.Body)
		}
		problemOf(t, w)
	}
	if w := login(h, `{"token":"admin"}`, "Content-Type", "text/plain"); w.Code != 415 {
		t.Error("a form of another site could send it:", w.Code)
	}
	g.guessed = true
	w := login(h, `{"token":"`+secret+`"}`)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Error(w.Code, w.Header())
	}
	if w := getAs(h, "/v1/days/2026-11-23", secret); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Error(w.Code, w.Header())
	}
	if w := getAs(h, "/v1/session", secret); w.Code != 429 {
		t.Error("it tells whether tokens are right as often as one likes:", w.Code)
	}
	if w := getAs(h, "/v1/days/2026-11-23", "read:all"); w.Code != 200 {
		t.Error("a right one is slowed down:", w.Code)
	}
	if strings.Contains(log.String(), secret) {
		t.Error("the log has a token:", log.String())
	}
}

// Over https the cookies are Secure, and of names that other hosts can't plant.
func TestCookiesOverHTTPS(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	o.PublicURL = "https://timesheet.example.org"
	g.back = "/x"
	h := newHandler(o)
	c := cookieOf(t, login(h, `{"token":"read:all"}`), "__Host-timesheet_session")
	if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Errorf("%+v", c)
	}
	r := httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
	if w := sending(h, r, "", c.Value); w.Code != 401 {
		t.Error("the cookie of the other name is taken:", w.Code)
	}
	r = httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
	r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	if w := sending(h, r, "", ""); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
	if c := cookieOf(t, get(h, "/v1/session/oidc"), "__Host-timesheet_login"); !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		t.Errorf("%+v", c)
	}
}

func TestLoginAtTheProvider(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	h := newHandler(o)
	w := get(h, "/v1/session/oidc?return=/%23month")
	c := cookieOf(t, w, "timesheet_login")
	if w.Code != 302 || w.Header().Get("Location") != "https://login.example.org/auth?state=x" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	comeBack := func(cookie, code string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/v1/session/oidc/callback?state=x&authuser=0&hd=example.org&code="+code, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site") // it comes from the provider
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "timesheet_login", Value: cookie})
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for back, want := range map[string]string{"/#month": "/#month", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "/\t/evil.example": "/", "": "/"} {
		g.back = back
		w = comeBack(c.Value, "good")
		if w.Code != 302 || w.Header().Get("Location") != want || cookieOf(t, w, "timesheet_login").MaxAge >= 0 || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%q: %d %v", back, w.Code, w.Header())
		}
		s := cookieOf(t, w, "timesheet_session")
		if s.SameSite != http.SameSiteStrictMode || !s.HttpOnly || g.sessions[s.Value] != "everything" {
			t.Errorf("%+v", s)
		}
	}
	for _, w := range []*httptest.ResponseRecorder{comeBack("", "good"), comeBack(c.Value, "bad"), comeBack("x", "good")} {
		if w.Code != 401 || cookieOf(t, w, "timesheet_login").MaxAge >= 0 {
			t.Errorf("%d %v", w.Code, w.Header())
		}
		problemOf(t, w)
	}
	for _, back := range []string{"https://evil.example", "//evil.example", `/\evil.example`, `\\evil.example`, "evil", "/%09/evil.example", "%0d%0aSet-Cookie:x", "javascript:alert(1)"} {
		if w := get(h, "/v1/session/oidc?return="+strings.ReplaceAll(back, `\`, "%5c")); w.Code != 400 || w.Header().Get("Location") != "" {
			t.Errorf("%q: %d %v", back, w.Code, w.Header())
		}
	}
	if w := get(h, "/v1/session/oidc?back=/"); w.Code != 400 {
		t.Error("a parameter that isn't known:", w.Code)
	}
	g.provider = false
	if w := get(h, "/v1/session/oidc"); w.Code != 404 {
		t.Error(w.Code)
	}
}

// Requests beyond a token's rate are 429; those of machines and commands aren't counted.
func TestRatesOfTokens(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	h := newHandler(o)
	g.slow = true
	if w := getAs(h, "/v1/days/2026-11-23", "read:all"); w.Code != 429 || w.Header().Get("Retry-After") == "" || len(g.audited(t)) > 0 {
		t.Error(w.Code, w.Header())
	}
	// What is refused counts too: it has a line in the audit log, and a login is a write.
	for _, target := range []string{"/v1/days/2026-11-23", "/v1/admin/floor"} {
		if w := getAs(h, target, "ingest"); w.Code != 429 || len(g.audited(t)) > 0 {
			t.Error(target, w.Code, w.Body)
		}
	}
	if w := login(h, `{"token":"read:all"}`); w.Code != 429 || len(w.Result().Cookies()) > 0 || len(g.sessions) > 0 {
		t.Error(w.Code, w.Header())
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/clockings", strings.NewReader(oneClocking))
	r.Header.Set("Content-Type", jsonType)
	if w := sending(h, r, "ingest", ""); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
	if w := getAs(h, "/v1/admin/floor", "admin"); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
}

// What isn't guarded asks nobody who asks.
func TestOpenRoutesAskNobody(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	h := newHandler(o)
	for _, target := range []string{"/", "/index.html", "/healthz", "/metrics", "/docs", "/openapi.json", "/nothing"} {
		getAs(h, target, "wrong")
	}
	if g.asked != 0 {
		t.Errorf("%d times", g.asked)
	}
	o.Notes = func() []string { return []string{"rules.csv:3: no such team as Ada's"} }
	h = newHandler(o)
	for token, want := range map[string]bool{"": false, "wrong": false, "read:self": false, "read:team": false, "ingest": false, "correct": false, "admin": true, "read:all": true} {
		w := getAs(h, "/readyz", token)
		if w.Code != 200 || strings.Contains(w.Body.String(), "Ada") != want {
			t.Errorf("%q: %d %s", token, w.Code, w.Body)
		}
	}
}

// A handler that is reached without being let in may nothing.
func TestNobodyMayNothing(t *testing.T) {
	if p := timesheethttp.PrincipalOf(t.Context()); p.Scopes != 0 || p.Reach().Sees(timesheet.Person{Employee: "7"}) {
		t.Errorf("%+v", p)
	}
}
