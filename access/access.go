package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"timesheet"
)

// maxToken bounds what is hashed to see whether it is a token, in bytes.
const maxToken = 500

// sweep is how often sessions that are over are taken out of the store, where nobody
// else's login did it.
const sweep = time.Hour

// Options are what Access needs. Tokens and Documents are required.
type Options struct {
	Tokens    *Tokens
	Documents timesheet.DocumentKeeper // where sessions are kept, for all instances
	Audit     *Audit                   // nil: no audit log is kept
	OIDC      *Provider                // nil: nobody logs in at a provider
	Now       func() time.Time         // time.Now
	Logger    *slog.Logger             // slog.Default
}

// Access is package http's Access. It is safe for concurrent use.
type Access struct {
	o        Options
	sessions *sessions
	wrong    *wrongs
	rates    *rates
	told     atomic.Int64 // unix seconds of the last line about a login that failed
}

// New is the access of o. It starts nothing; Run does.
func New(o Options) *Access {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	a := &Access{o: o, sessions: newSessions(o.Documents, o.Now, o.Logger), wrong: newWrongs(), rates: newRates()}
	o.Tokens.changed = a.rates.reset
	return a
}

// Run follows the tokens file and takes out sessions that are over, until ctx ends.
func (a *Access) Run(ctx context.Context) {
	ticker := time.NewTicker(sweep)
	defer ticker.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.o.Tokens.run(ctx)
	}()
	defer func() { <-done }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := a.sessions.endEverywhere(ctx, func(session) bool { return false }); err != nil && ctx.Err() == nil {
				a.o.Logger.Warn("sessions that are over weren't taken out", "error", err)
			}
		}
	}
}

// Status is what people should know: a tokens file that can't be used, or that others
// can read.
func (a *Access) Status() []string { return a.o.Tokens.status() }

var errWrong = timesheet.NewError(timesheet.Unauthenticated, "find token", errors.New("nobody has it, or no longer"))

// Token answers whom a bearer token stands for. Unauthenticated: nobody. Overloaded: so
// did too many others of that address.
func (a *Access) Token(_ context.Context, token, from string) (timesheet.Caller, error) {
	e, err := a.token(token, from)
	if err != nil {
		return timesheet.Caller{}, err
	}
	return e.caller(), nil
}

// token looks for the token before it asks the budget for wrong ones, so that a right
// one is never slowed by what others of the address do.
func (a *Access) token(token, from string) (*Entry, error) {
	now := a.o.Now()
	if len(token) <= maxToken {
		if e := a.o.Tokens.table.Load().find(token, now); e != nil {
			return e, nil
		}
	}
	if !a.wrong.allow(from, now) {
		return nil, timesheet.NewError(timesheet.Overloaded, "find token", errors.New("too many wrong tokens of one address"))
	}
	return nil, errWrong
}

// callerID is that of who has the token of an entry.
func callerID(name string) string { return "token:" + name }

func (e *Entry) caller() timesheet.Caller {
	c := timesheet.Caller{
		Principal: timesheet.Principal{Name: e.Name, Scopes: e.Scopes, Employee: e.Employee, Teams: e.Teams},
		ID:        callerID(e.Name),
	}
	if !e.Expires.IsZero() {
		c.Expires = timesheet.InstantOf(e.end())
	}
	return c
}

// Session answers whom a session stands for, with the rights that the entry of its token,
// or those of the person's claims, have by now.
func (a *Access) Session(ctx context.Context, value string) (timesheet.Caller, error) {
	none := timesheet.NewError(timesheet.Unauthenticated, "find session", nil)
	if !plausible(value) {
		return timesheet.Caller{}, none
	}
	one, err := a.sessions.find(ctx, value)
	if err != nil {
		return timesheet.Caller{}, err
	}
	c, ok := a.callerOf(&one)
	if !ok {
		return timesheet.Caller{}, none
	}
	return c, nil
}

func (a *Access) callerOf(one *session) (c timesheet.Caller, ok bool) {
	t, now := a.o.Tokens.table.Load(), a.o.Now()
	if one.Person != nil {
		c, ok = t.callerOf(one.Person, now)
	} else if e := t.byHash[one.Token]; e != nil && e.holds(now) {
		c, ok = e.caller(), true
	}
	if end := timesheet.InstantOf(one.Expires); c.Expires == 0 || c.Expires > end {
		c.Expires = end
	}
	return c, ok
}

// Login begins a session by a token.
func (a *Access) Login(ctx context.Context, token, from string) (value string, c timesheet.Caller, err error) {
	e, err := a.token(token, from)
	if err != nil {
		return "", c, err
	}
	return a.begin(ctx, session{Token: e.SHA256})
}

func (a *Access) begin(ctx context.Context, one session) (value string, c timesheet.Caller, err error) {
	value, one, err = a.sessions.begin(ctx, one)
	if err != nil {
		return "", c, timesheet.NewError(timesheet.Unavailable, "begin session", err)
	}
	c, ok := a.callerOf(&one)
	if !ok { // the tokens file has changed since
		return "", c, errWrong
	}
	return value, c, nil
}

// Logout ends a session on all instances.
func (a *Access) Logout(ctx context.Context, value string) error {
	if !plausible(value) {
		return nil
	}
	return a.sessions.end(ctx, value)
}

// EraseEmployee ends the sessions of an employee and of the tokens that reach them as
// their own, and answers how many there were.
func (a *Access) EraseEmployee(ctx context.Context, id timesheet.EmployeeID) (ended int, err error) {
	t := a.o.Tokens.table.Load()
	return a.sessions.endEverywhere(ctx, func(one session) bool {
		if one.Person != nil {
			return one.Person.Employee == id
		}
		e := t.byHash[one.Token]
		return e != nil && e.Employee == id
	})
}

// TokensOf are the names of the tokens whose own employee is id, for who erases them: the
// file is people's to change.
func (a *Access) TokensOf(id timesheet.EmployeeID) (names []string) {
	for _, e := range a.o.Tokens.table.Load().entries {
		if e.Employee == id {
			names = append(names, e.Name)
		}
	}
	return names
}

// Allow counts a request of c; those of machines and commands, which send as fast as they
// get answers, count only by a rate of the entry's own.
func (a *Access) Allow(c timesheet.Caller, bulk bool) error {
	own := a.o.Tokens.table.Load().rate(c.ID)
	if bulk && own == 0 {
		return nil
	}
	if !a.rates.allow(c.ID, own, a.o.Now()) {
		return timesheet.NewError(timesheet.Overloaded, "count request", errors.New("more than the token's rate"))
	}
	return nil
}

// rate is the own rate of a caller's entry; 0 for the standard.
func (t *table) rate(id string) float64 {
	name, isToken := strings.CutPrefix(id, callerID(""))
	if e := t.byName[name]; isToken && e != nil {
		return e.Rate
	}
	return 0
}

// Audit keeps a line of the audit log. Without one it is nothing.
func (a *Access) Audit(line []byte) error {
	if a.o.Audit == nil {
		return nil
	}
	return a.o.Audit.Write(line)
}

// OIDC tells whether there is a provider to log in at.
func (a *Access) OIDC() bool { return a.o.OIDC != nil }

var errNoProvider = timesheet.NewError(timesheet.NotFound, "log in", errors.New("no OpenID provider is configured; log in by a token"))

// BeginLogin answers where at the provider a login begins, and what the browser keeps.
func (a *Access) BeginLogin(ctx context.Context, back string) (location, state string, err error) {
	if a.o.OIDC == nil {
		return "", "", errNoProvider
	}
	return a.o.OIDC.begin(ctx, back, a.o.Now())
}

// EndLogin begins the session of whom the provider sent back, and answers where to go.
func (a *Access) EndLogin(ctx context.Context, state string, answer url.Values) (value, back string, c timesheet.Caller, err error) {
	if a.o.OIDC == nil {
		return "", "", c, errNoProvider
	}
	claims, back, err := a.o.OIDC.end(ctx, state, answer, a.o.Now())
	if err != nil {
		a.tell(err)
		return "", "", c, err
	}
	t := a.o.Tokens.table.Load()
	who := a.o.OIDC.person(claims, t)
	if _, ok := t.callerOf(who, a.o.Now()); !ok {
		return "", "", c, timesheet.NewError(timesheet.Forbidden, "log in", errors.New("the provider knows you, but nothing here is for you: no entry of the tokens file names a claim of yours; ask those who run the service"))
	}
	value, c, err = a.begin(ctx, session{Person: who})
	return value, back, c, err
}

// tell logs why a login at the provider failed, once a second at most: anybody can make
// one fail.
func (a *Access) tell(err error) {
	now, last := a.o.Now().Unix(), a.told.Load()
	if now == last || !a.told.CompareAndSwap(last, now) {
		return
	}
	if r, ok := errors.AsType[*refusal](err); ok && r.cause != nil {
		err = fmt.Errorf("%w: %w", err, r.cause)
	}
	a.o.Logger.Warn("login at the OpenID provider failed", "error", err)
}
