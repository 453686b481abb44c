package access

import (
	"slices"
	"strings"
	"time"

	"timesheet"
)

// oidcPrefix begins the names and ids of those who log in at the provider, so that nobody
// there can be called like a token, whatever the provider lets them call themselves.
const oidcPrefix = "oidc:"

// person is who the claims say somebody is, with those of the claims that entries name.
func (p *Provider) person(claims map[string]any, t *table) *person {
	who := &person{Subject: textOf(claims["sub"])}
	who.Name = who.Subject
	for _, claim := range []string{"preferred_username", "email"} {
		if name := textOf(claims[claim]); printable(name, timesheet.MaxActor-len(oidcPrefix)) {
			who.Name = name
			break
		}
	}
	if id, err := timesheet.ParseEmployeeID(textOf(claims[p.c.EmployeeClaim])); err == nil {
		who.Employee = id
	}
	for _, e := range t.entries {
		name, value, named := strings.Cut(e.OIDC, "=")
		if named && slices.Contains(textsOf(claims[name]), value) {
			who.Claims = append(who.Claims, e.OIDC)
		}
	}
	slices.Sort(who.Claims)
	who.Claims = slices.Compact(who.Claims)
	return who
}

// callerOf unites what the entries of a person's claims allow now; ok: there is one.
func (t *table) callerOf(who *person, now time.Time) (c timesheet.Caller, ok bool) {
	c.Name, c.ID, c.Employee = oidcPrefix+who.Name, oidcPrefix+who.Subject, who.Employee
	for _, e := range t.entries {
		if e.OIDC == "" || !slices.Contains(who.Claims, e.OIDC) || !e.holds(now) {
			continue
		}
		ok = true
		c.Scopes |= e.Scopes
		if e.Scopes.Any(timesheet.ScopeReadTeam) {
			c.Teams = append(c.Teams, e.Teams...)
		}
		if end := timesheet.InstantOf(e.end()); !e.Expires.IsZero() && (c.Expires == 0 || end < c.Expires) {
			c.Expires = end
		}
	}
	slices.Sort(c.Teams)
	c.Teams = slices.Compact(c.Teams)
	return c, ok
}

// textOf is a claim that is a text; "" for what is none.
func textOf(claim any) string {
	s, _ := claim.(string)
	return s
}

// textsOf are the texts of a claim, which is one or a list of them.
func textsOf(claim any) (texts []string) {
	switch claim := claim.(type) {
	case string:
		return []string{claim}
	case []any:
		for _, one := range claim {
			if s, ok := one.(string); ok {
				texts = append(texts, s)
			}
		}
	}
	return texts
}
