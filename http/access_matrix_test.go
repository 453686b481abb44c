package http_test

import (
	"context"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// routeRow is a row of the matrix: a request that works, and the scopes of which one is
// needed; "" for a route that is open. Others than those never get an answer of its own.
type routeRow struct {
	target, body string
	scopes       string
	status       int // of who may; 0 for 200
}

const (
	anyRead = "read:all read:team read:self"
	ofMany  = "read:all read:team"
)

// matrix has every route, of the contract and internal.
var matrix = map[string]routeRow{
	"POST /v1/clockings":                           {target: "/v1/clockings", body: oneClocking, scopes: "ingest"},
	"GET /v1/days/:day":                            {target: "/v1/days/2026-11-23", scopes: ofMany},
	"GET /v1/employees/:id/days":                   {target: "/v1/employees/7/days", scopes: anyRead},
	"GET /v1/employees/:id/days/:day/explain":      {target: "/v1/employees/7/days/2026-11-23/explain", scopes: anyRead},
	"GET /v1/employees/:id/weeks/:week":            {target: "/v1/employees/7/weeks/2026-W47", scopes: anyRead},
	"GET /v1/employees/:id/months/:month":          {target: "/v1/employees/7/months/2026-10", scopes: anyRead},
	"GET /v1/timesheets/:month":                    {target: "/v1/timesheets/2026-10", scopes: ofMany},
	"GET /v1/exceptions":                           {target: "/v1/exceptions?from=2026-11-23&to=2026-11-23", scopes: ofMany},
	"GET /v1/changes":                              {target: "/v1/changes", scopes: anyRead},
	"GET /v1/source":                               {target: "/v1/source", scopes: anyRead + " admin"},
	"GET /v1/source/rejected":                      {target: "/v1/source/rejected", scopes: "read:all admin"},
	"GET /v1/employees/:id/days/:day/corrections":  {target: "/v1/employees/7/days/2026-11-23/corrections", scopes: anyRead},
	"POST /v1/employees/:id/days/:day/corrections": {target: "/v1/employees/7/days/2026-11-23/corrections", body: `{"set":{"remark":"x"},"reason":"y"}`, scopes: "correct"},
	"GET /v1/periods":                              {target: "/v1/periods", scopes: anyRead},
	"POST /v1/periods/:month/close":                {target: "/v1/periods/2026-10/close", scopes: "admin"},
	"GET /v1/periods/:month/adjustments":           {target: "/v1/periods/2026-09/adjustments", scopes: ofMany},
	"GET /v1/employees/:id":                        {target: "/v1/employees/7", scopes: "read:all read:self"},
	"DELETE /v1/employees/:id":                     {target: "/v1/employees/7", scopes: "admin"},
	"GET /v1/teams":                                {target: "/v1/teams", scopes: ofMany},
	"GET /v1/system":                               {target: "/v1/system", scopes: anyRead + " admin"},
	"GET /v1/session":                              {target: "/v1/session"},
	"POST /v1/session":                             {target: "/v1/session", body: `{"token":"admin"}`},
	"DELETE /v1/session":                           {target: "/v1/session", status: 204},
	"GET /v1/session/oidc":                         {target: "/v1/session/oidc", status: 302},
	"GET /v1/session/oidc/callback":                {target: "/v1/session/oidc/callback", status: 401}, // nobody began a login
	"GET /healthz":                                 {target: "/healthz"},
	"GET /readyz":                                  {target: "/readyz"},
	"GET /metrics":                                 {target: "/metrics"},
	"GET /openapi.json":                            {target: "/openapi.json"},
	"GET /docs":                                    {target: "/docs"},
	"GET /docs/*file":                              {target: "/docs/docs.css"},
	"GET /":                                        {target: "/"},
	"GET /v1/admin/dayrules":                       {target: "/v1/admin/dayrules", scopes: "admin"},
	"PUT /v1/admin/dayrules":                       {target: "/v1/admin/dayrules", body: `{"version":1,"assignments":[{"employee_id":"","from":"1970-01-01","zone":"Europe/Berlin","boundary_minutes":0}]}`, scopes: "admin"},
	"POST /v1/admin/batches":                       {target: "/v1/admin/batches?rules=1", body: "\x00\x00", scopes: "admin"},
	"GET /v1/admin/export":                         {target: "/v1/admin/export", scopes: "admin"},
	"POST /v1/admin/source/release":                {target: "/v1/admin/source/release?id=3", scopes: "admin"},
	"GET /v1/admin/checkpoint":                     {target: "/v1/admin/checkpoint?source=x", scopes: "admin"},
	"POST /v1/admin/checkpoint/rewind":             {target: "/v1/admin/checkpoint/rewind", body: `{"source":"x","generation":0,"settled":1,"reason":"r"}`, scopes: "admin"},
	"POST /v1/admin/replacements":                  {target: "/v1/admin/replacements", body: "[]", scopes: "admin"},
	"GET /v1/admin/floor":                          {target: "/v1/admin/floor", scopes: "admin"},
	"GET /v1/admin/erased":                         {target: "/v1/admin/erased?employee=7", scopes: "admin"},
	"GET /v1/admin/corrections":                    {target: "/v1/admin/corrections?from=2026-11-01&to=2026-11-30&limit=10", scopes: "admin"},
	"GET /v1/admin/rejected":                       {target: "/v1/admin/rejected?source=x", scopes: "admin"},
	"POST /v1/admin/rejected":                      {target: "/v1/admin/rejected?source=x", body: "[]", scopes: "admin"},
	"DELETE /v1/admin/rejected":                    {target: "/v1/admin/rejected?source=x&row=1", scopes: "admin", status: 404}, // there is no such row
	"GET /v1/admin/rejected/count":                 {target: "/v1/admin/rejected/count?source=x", scopes: "admin"},
}

// guarded is an office that has everything, behind a doorkeeper.
func guarded(t *testing.T, g *doorkeeper) (*site, timesheethttp.Options) {
	t.Helper()
	s, o := kept(t)
	o.Changes, o.SourceRows, o.System, o.Eraser = closedHub(), new(onDemand), oneInstance{}, s.Ledger.(*storetest.Memory)
	o.Periods = oneClosed{}
	o.Page = fs.FS(fstest.MapFS{"index.html": {Data: []byte("page")}})
	g.provider = true
	o.Access = g
	return s, o
}

// oneClosed are periods of which 2026-09 is closed, and nothing changed since.
type oneClosed struct{ timesheethttp.Periods }

func (oneClosed) Close(_ context.Context, month timesheet.Month, by string, _ timesheet.Moment) (timesheet.Closing, error) {
	return timesheet.Closing{Series: timesheet.Series{Month: month, Closing: 1}, At: timesheet.InstantOf(evening()), By: by}, nil
}

func (oneClosed) Closed(_ context.Context, month timesheet.Month) (*timesheet.Closing, error) {
	if month.String() != "2026-09" {
		return nil, nil
	}
	return &timesheet.Closing{Series: timesheet.Series{Month: month, Closing: 1}, At: timesheet.InstantOf(evening()), By: "hr"}, nil
}

func (oneClosed) Closings(context.Context) ([]timesheet.Closing, error) { return nil, nil }

func (oneClosed) Adjustments(context.Context, timesheet.Closing, timesheethttp.MonthQuery) (p timesheethttp.AdjustmentPage, err error) {
	return p, nil
}

func (a routeRow) request(route string) *http.Request {
	method, _, _ := strings.Cut(route, " ")
	r := httptest.NewRequest(method, a.target, strings.NewReader(a.body))
	if a.body != "" {
		r.Header.Set("Content-Type", jsonType)
	}
	return r
}

// Each scope, and nobody, asks for each route, by a token and by a session: 200 (or what
// stands in the row), 401 or 403 as the contract's security says.
func TestScopesAndRoutes(t *testing.T) {
	_, o := guarded(t, newDoorkeeper(everyScope()))
	for _, route := range timesheethttp.NewPlain(o).Routes() {
		row, ok := matrix[strings.Replace(route, "HEAD ", "GET ", 1)]
		if !ok {
			t.Errorf("%s has no row", route)
			continue
		}
		t.Run(route, func(t *testing.T) {
			if said, in := scopesOfContract(route); in && said != row.scopes {
				t.Errorf("the contract says %q, the row %q", said, row.scopes)
			}
			o := desk{t: t, keep: strings.HasPrefix(route, "GET") || strings.HasPrefix(route, "HEAD")}
			for _, token := range append(slices.Sorted(maps.Keys(everyScope())), "", "wrong", "expired") {
				o.check(route, row, token, false)
				o.check(route, row, token, true)
			}
		})
	}
}

// want is the status that a row says of a caller.
func (a routeRow) want(route, token string) int {
	may := 200
	if a.status != 0 {
		may = a.status
	}
	known := everyScope()[token].Scopes != 0
	switch {
	case a.scopes == "":
		return may
	case !known:
		return 401
	case !has(token, a.scopes):
		return 403
	case route == "POST /v1/employees/:id/days/:day/corrections" && !has(token, anyRead):
		return 403 // correct works within the reach of a read scope
	}
	return may
}

// scopesOfContract are those of the operation of a route.
func scopesOfContract(route string) (scopes string, in bool) {
	method, path, _ := strings.Cut(strings.Replace(route, "HEAD ", "GET ", 1), " ")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	item, ok := document()["paths"].(map[string]any)[strings.Join(parts, "/")].(map[string]any)
	if !ok {
		return "", false
	}
	op, ok := item[strings.ToLower(method)].(map[string]any)
	if !ok {
		return "", false
	}
	security, ok := op["security"].([]any)
	if !ok {
		security = document()["security"].([]any)
	}
	var ways []string
	for _, way := range security {
		for _, names := range way.(map[string]any) {
			var all []string
			for _, name := range names.([]any) {
				all = append(all, name.(string))
			}
			ways = append(ways, strings.Join(all, " "))
		}
	}
	if ways = slices.Compact(ways); len(ways) > 1 {
		return "a token and a session differ", true
	}
	return strings.Join(ways, ""), true
}

// desk is what answers the requests for a route: one handler for all that change nothing.
type desk struct {
	t    *testing.T
	keep bool
	g    *doorkeeper
	h    http.Handler
}

func (o *desk) ask(route string, row routeRow, token string, session bool) (*doorkeeper, *httptest.ResponseRecorder) {
	if o.h == nil || !o.keep {
		o.g = newDoorkeeper(everyScope())
		_, options := guarded(o.t, o.g)
		o.h = newHandler(options)
	}
	o.g.sessions["s"] = token
	if session {
		return o.g, sending(o.h, row.request(route), "", "s")
	}
	return o.g, sending(o.h, row.request(route), token, "")
}

func (o *desk) check(route string, row routeRow, token string, session bool) {
	t := o.t
	t.Helper()
	g, w := o.ask(route, row, token, session)
	if want := row.want(route, token); w.Code != want {
		t.Errorf("%q (session %v): %d %s, want %d", token, session, w.Code, w.Body, want)
	}
	if w.Code == 401 && row.scopes != "" && w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Error("401 without WWW-Authenticate")
	}
	if w.Code == 401 || w.Code == 403 {
		refusal(t, route, w)
	}
	refused := 0
	for _, l := range g.audited(t) {
		if l.Status == 403 {
			refused++
		}
	}
	if (w.Code == 403) != (refused == 1) {
		t.Errorf("%q: %d, and %d refusals in the audit log", token, w.Code, refused)
	}
}

func refusal(t *testing.T, route string, w *httptest.ResponseRecorder) {
	t.Helper()
	if strings.HasPrefix(route, "HEAD ") {
		return
	}
	p := problemOf(t, w)
	if want := map[int]string{401: "unauthenticated", 403: "forbidden"}[p.Status]; p.Code != want || p.Detail == "" {
		t.Errorf("%+v", p)
	}
}
