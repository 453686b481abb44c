package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

// doorkeeper is an Access that knows tokens by heart.
type doorkeeper struct {
	mu       sync.Mutex
	tokens   map[string]timesheet.Caller // "expired" is nobody's
	sessions map[string]string           // to tokens
	lines    []string                    // of the audit log
	asked    int                         // how often a token or a session was

	torn     error // of Audit
	away     error // of Session and Logout
	guessed  bool  // wrong tokens are Overloaded
	slow     bool  // Allow is Overloaded, but for what is bulk
	provider bool
	back     string // what EndLogin answers
}

func newDoorkeeper(callers map[string]timesheet.Principal) *doorkeeper {
	g := &doorkeeper{tokens: make(map[string]timesheet.Caller), sessions: make(map[string]string)}
	for token, p := range callers {
		if p.Name == "" {
			p.Name = token
		}
		g.tokens[token] = timesheet.Caller{Principal: p, ID: "token:" + p.Name}
	}
	return g
}

func unknown(op string) error { return timesheet.NewError(timesheet.Unauthenticated, op, nil) }

func (g *doorkeeper) Token(_ context.Context, token, from string) (timesheet.Caller, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	c, ok := g.tokens[token]
	switch {
	case ok && from != "":
		return c, nil
	case g.guessed:
		return c, timesheet.NewError(timesheet.Overloaded, "token", nil)
	}
	return timesheet.Caller{}, unknown("token")
}

func (g *doorkeeper) Session(_ context.Context, session string) (timesheet.Caller, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	if g.away != nil {
		return timesheet.Caller{}, g.away
	}
	if c, ok := g.tokens[g.sessions[session]]; ok {
		return c, nil
	}
	return timesheet.Caller{}, unknown("session")
}

func (g *doorkeeper) Allow(_ timesheet.Caller, bulk bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.slow && !bulk {
		return timesheet.NewError(timesheet.Overloaded, "count", nil)
	}
	return nil
}

func (g *doorkeeper) Login(ctx context.Context, token, from string) (string, timesheet.Caller, error) {
	c, err := g.Token(ctx, token, from)
	if err != nil {
		return "", c, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	session := "session-" + string(rune('a'+len(g.sessions)))
	g.sessions[session] = token
	return session, c, nil
}

func (g *doorkeeper) Logout(_ context.Context, session string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.away != nil {
		return g.away
	}
	delete(g.sessions, session)
	return nil
}

func (g *doorkeeper) OIDC() bool { return g.provider }

func (g *doorkeeper) BeginLogin(_ context.Context, back string) (location, state string, err error) {
	if !g.provider {
		return "", "", timesheet.NewError(timesheet.NotFound, "log in", errors.New("no provider"))
	}
	return "https://login.example.org/auth?state=x", "state-for-" + url.QueryEscape(back), nil
}

func (g *doorkeeper) EndLogin(ctx context.Context, state string, answer url.Values) (session, back string, c timesheet.Caller, err error) {
	if !strings.HasPrefix(state, "state-for-") || answer.Get("code") != "good" {
		return "", "", c, unknown("log in")
	}
	session, c, err = g.Login(ctx, "everything", "provider")
	return session, g.back, c, err
}

func (g *doorkeeper) Audit(line []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.torn != nil {
		return g.torn
	}
	g.lines = append(g.lines, string(line))
	return nil
}

// audited are the lines that were kept, which are taken away.
func (g *doorkeeper) audited(t testing.TB) (lines []auditLine) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, text := range g.lines {
		var l auditLine
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.At == "" || l.Request == "" || l.Who == "" || l.ID == "" {
			t.Errorf("%s: %v", text, err)
		}
		lines = append(lines, l)
	}
	g.lines = nil
	return lines
}

type auditLine struct {
	At, Who, ID, What, Employee, Day, Month, Week, Team, Query, Request, Remote string
	Status                                                                      int
}

// sending asks as somebody: by a token, by a session, or as nobody.
func sending(h http.Handler, r *http.Request, token, session string) *httptest.ResponseRecorder {
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if session != "" {
		r.AddCookie(&http.Cookie{Name: "timesheet_session", Value: session})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func getAs(h http.Handler, target, token string) *httptest.ResponseRecorder {
	return sending(h, httptest.NewRequest(http.MethodGet, target, nil), token, "")
}

// everyScope are a token for each scope alone, and some together.
func everyScope() map[string]timesheet.Principal {
	all := make(map[string]timesheet.Principal)
	add := func(token string, scopes timesheet.Scopes) {
		all[token] = timesheet.Principal{Scopes: scopes, Employee: "7", Teams: []string{"Engines"}}
	}
	for name := range timesheet.AllScopes.Names() {
		scope, err := timesheet.ParseScope(name)
		if err != nil {
			panic(err)
		}
		add(name, scope)
	}
	add("everything", timesheet.AllScopes)
	add("correct+read:self", timesheet.ScopeCorrect|timesheet.ScopeReadSelf)
	add("correct+read:team", timesheet.ScopeCorrect|timesheet.ScopeReadTeam)
	add("correct+read:all", timesheet.ScopeCorrect|timesheet.ScopeReadAll)
	return all
}

// has tells whether a token's name has one of scopes, which are separated by spaces.
func has(token, scopes string) bool {
	return token == "everything" || slices.ContainsFunc(strings.Split(token, "+"), func(s string) bool { return slices.Contains(strings.Fields(scopes), s) })
}

var _ timesheethttp.Access = (*doorkeeper)(nil)
