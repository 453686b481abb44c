package http

import (
	"context"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// Access knows who asks; package access does. Its errors are Unauthenticated, Overloaded
// for too many, and Unavailable where it can't be known now. Safe for concurrent use.
type Access interface {
	// Token answers whom a bearer token stands for. from is the address of the client,
	// whose wrong tokens are counted, and slowed down by Overloaded; a right one never is.
	Token(ctx context.Context, token, from string) (timesheet.Caller, error)
	// Session answers whom the value of a session cookie stands for.
	Session(ctx context.Context, session string) (timesheet.Caller, error)
	// Allow counts a request of c: Overloaded beyond the rate. Those of machines and
	// commands (bulk) count only where the token has a rate of its own.
	Allow(c timesheet.Caller, bulk bool) error

	// Login begins a session by a token, as Token does.
	Login(ctx context.Context, token, from string) (session string, c timesheet.Caller, err error)
	// Logout ends a session on all instances. One that isn't there is no error.
	Logout(ctx context.Context, session string) error

	// OIDC tells whether there is an OpenID provider to log in at.
	OIDC() bool
	// BeginLogin answers where the provider is, and what the browser keeps until then;
	// back is the path to go to at last. NotFound without a provider.
	BeginLogin(ctx context.Context, back string) (location, state string, err error)
	// EndLogin begins the session of whom the provider sent back. Forbidden: the person
	// is known there and may nothing here.
	EndLogin(ctx context.Context, state string, answer url.Values) (session, back string, c timesheet.Caller, err error)

	// Audit keeps a line, which has no line end. An error says that it isn't kept.
	Audit(line []byte) error
}

type callerKey struct{}

// anonymous is everybody where there is no authentication.
var anonymous = &caller{Caller: timesheet.Caller{Principal: timesheet.Principal{Name: "anonymous", Scopes: timesheet.AllScopes}, ID: "anonymous"}}

// caller is who asks, and by what.
type caller struct {
	timesheet.Caller
	token, session string // the one that was brought; "" for none
}

// callerOf is who the request of ctx is from, which may be an operation's context or one
// made of it; the zero caller, who may nothing, where the request was not let in by it.
func callerOf(ctx context.Context) *caller {
	if c, ok := ctx.(*gin.Context); ok {
		ctx = c.Request.Context()
	}
	if who, ok := ctx.Value(callerKey{}).(*caller); ok {
		return who
	}
	return &caller{}
}

// principal is who asks.
func principal(ctx context.Context) timesheet.Principal { return callerOf(ctx).Principal }

// reach is whose days the answer to ctx's request may show.
func reach(ctx context.Context) timesheet.Reach { return principal(ctx).Reach() }

// errBeyondReach is alike for those who exist and those who don't.
var errBeyondReach = failed(kindDenied, "your scopes reach nothing of what you ask for: no day of that employee, or not that team; ask those who gave you the token", nil)

// reachesTeam refuses a team beyond the reach, whether there is one or not.
func reachesTeam(ctx context.Context, team *string) error {
	if r := reach(ctx); team == nil || r.All || slices.Contains(r.Teams, *team) {
		return nil
	}
	return errBeyondReach
}

// reachesEmployee refuses somebody of whom r sees no day from from to to. It asks the
// directory alone, so that it takes as long for those who exist as for those who don't.
func (r inForce) reachesEmployee(ctx context.Context, id timesheet.EmployeeID, from, to timesheet.Day) error {
	all := reach(ctx)
	for day := from; day <= to; day++ {
		if r.seen(all, id, day) {
			return nil
		}
	}
	return errBeyondReach
}

// seen tells whether the day of somebody is within a reach.
func (r inForce) seen(all timesheet.Reach, id timesheet.EmployeeID, day timesheet.Day) bool {
	if all.All || all.Employee != "" && all.Employee == id {
		return true
	}
	p, _ := r.Directory.Person(id, day)
	return all.Sees(p)
}

// visible are the rows that the caller's reach sees.
func visible(ctx context.Context, rows []BoardRow) []BoardRow {
	all := reach(ctx)
	if all.All {
		return rows
	}
	return slices.DeleteFunc(rows, func(r BoardRow) bool { return !all.Sees(r.Person) })
}

// reachesChanges refuses a stream of somebody of whom the reach sees nothing: on the day
// that is asked for, or ever where there is none (0).
func (s *Server) reachesChanges(ctx context.Context, id timesheet.EmployeeID, day timesheet.Day) error {
	all := reach(ctx)
	if all.All || all.Employee == id && id != "" {
		return nil
	}
	rules, err := s.inForce()
	if err != nil {
		return err
	}
	if day != 0 {
		return rules.reachesEmployee(ctx, id, day, day)
	}
	for _, row := range rules.Directory.All() {
		if row.Employee == id && slices.Contains(all.Teams, row.Team) {
			return nil
		}
	}
	return errBeyondReach
}
