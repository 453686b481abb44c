package http

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

const (
	clockingsPath = "/v1/clockings"
	adminPath     = "/v1/admin/"
	sessionPath   = "/v1/session"
)

// needs tells which scopes allow a request, one of them being enough; 0: it is open to
// everybody. named tells whether an open one is answered by who asks. What isn't in the
// contract and not known to be open needs admin.
func needs(c *gin.Context) (need timesheet.Scopes, named bool) {
	path := c.FullPath()
	switch path {
	case "", "/", "/docs/*file": // what has no route is a page's file, or nothing
		return 0, false
	case sessionPath, "/readyz":
		return 0, true
	}
	op := operationOf(c.Request.Method, path)
	if op == nil {
		return timesheet.ScopeAdmin, true
	}
	return op.needs, false
}

// operationOf is the contract's operation of a request; nil for none.
func operationOf(method, path string) *operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return operations()[method+" "+templated(path)]
}

// bulk tells whether a route is one of machines and commands, which send as fast as they
// get answers.
func bulk(path string) bool {
	return path == clockingsPath || strings.HasPrefix(path, adminPath)
}

// security are the ways to be let in: each names the scopes of which one is enough.
type security []map[string][]string

// needed are the scopes of all ways, which are alike for a token and a session.
func (s security) needed() timesheet.Scopes {
	var need timesheet.Scopes
	for _, way := range s {
		for _, names := range way {
			for _, name := range names {
				scope, err := timesheet.ParseScope(name)
				if err != nil {
					panic("http: the contract's security: " + err.Error()) // it is compiled in, and tested
				}
				need |= scope
			}
		}
	}
	return need
}

func namesOf(s timesheet.Scopes) []string { return slices.Collect(s.Names()) }

func sameRights(a, b timesheet.Principal) bool {
	return a.Scopes == b.Scopes && a.Employee == b.Employee && slices.Equal(a.Teams, b.Teams)
}

// templated is a route as the contract writes it: gin's :id is {id} there.
func templated(route string) string {
	if !strings.Contains(route, ":") {
		return route
	}
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
