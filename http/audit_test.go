package http_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

func TestAudit(t *testing.T) {
	const pasted = "ts_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" // a token where it doesn't belong
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	h := newHandler(o)
	for _, tc := range []struct {
		token, request, body string
		lines                []auditLine // without when, who and where
	}{
		{"read:all", "GET /v1/days/2026-11-23?team=Engines&q=a", "", []auditLine{{What: "getDay", Day: "2026-11-23", Team: "Engines", Query: "team=Engines&q=a", Status: 200}}},
		{"read:all", "GET /v1/days/2026-11-23.csv", "", []auditLine{{What: "getDay", Day: "2026-11-23", Status: 200}}},
		{"read:all", "HEAD /v1/days/2026-11-23", "", []auditLine{{What: "getDay", Day: "2026-11-23", Status: 200}}},
		{"read:all", "GET /v1/days/2026-11-23?limit=0", "", []auditLine{{What: "getDay", Day: "2026-11-23", Query: "limit=0", Status: 400}}},
		{"read:all", "GET /v1/employees/8/days", "", []auditLine{{What: "getEmployeeDays", Employee: "8", Status: 200}}},
		{"read:all", "GET /v1/employees/7/days", "", nil}, // one's own
		{"admin", "DELETE /v1/employees/7", "", []auditLine{{What: "eraseEmployee", Employee: "7"}, {What: "eraseEmployee", Employee: "7", Status: 200}}},
		{"read:team", "GET /v1/employees/8/weeks/2026-W47", "", []auditLine{{What: "getEmployeeWeek", Employee: "8", Week: "2026-W47", Status: 200}}},
		{"read:team", "GET /v1/employees/9/months/2026-10", "", []auditLine{{What: "getEmployeeMonth", Employee: "9", Month: "2026-10", Status: 403}}},
		{"read:self", "GET /v1/employees/7/months/2026-10", "", nil},
		{"read:self", "GET /v1/employees/9%2F1/days", "", []auditLine{{What: "getEmployeeDays", Employee: "9/1", Status: 403}}},
		{"read:all", "GET /v1/employees/8%20/days", "", []auditLine{{What: "getEmployeeDays", Employee: "8", Status: 200}}}, // found by whoever looks for 8
		{"read:all", "GET /v1/employees/%207/days", "", nil},
		{"read:all", "GET /v1/changes?employee=%208&limit=1", "", []auditLine{{What: "getChanges", Employee: "8", Query: "employee=%208&limit=1", Status: 400}}},
		{"read:all", "GET /v1/days/2026-11-23?q=" + pasted, "", []auditLine{{What: "getDay", Day: "2026-11-23", Query: "q=ts_…", Status: 200}}},
		{"read:all", "GET /v1/days/2026-11-23?q=" + strings.Repeat("a", 970) + pasted, "", []auditLine{{What: "getDay", Day: "2026-11-23", Query: "q=" + strings.Repeat("a", 970) + "ts_…", Status: 400}}},
		{"read:self", "GET /v1/days/2026-11-23", "", []auditLine{{What: "getDay", Day: "2026-11-23", Status: 403}}},
		{"read:self", "GET /v1/changes", "", nil},
		{"read:team", "GET /v1/changes?employee=8", "", []auditLine{{What: "getChanges", Employee: "8", Query: "employee=8", Status: 200}}},
		{"read:all", "GET /v1/source/rejected", "", []auditLine{{What: "getRejectedRows", Status: 200}}},
		{"read:all", "GET /v1/source", "", nil},
		{"read:all", "GET /v1/system", "", nil},
		{"ingest", "POST /v1/clockings", oneClocking, nil},
		{"read:all", "POST /v1/clockings", oneClocking, []auditLine{{What: "postClockings", Status: 403}}},
		{"admin", "GET /v1/admin/floor", "", []auditLine{{What: "GET /v1/admin/floor", Status: 200}}},
		{"admin", "POST /v1/periods/2026-10/close", "", []auditLine{{What: "closePeriod", Month: "2026-10"}, {What: "closePeriod", Month: "2026-10", Status: 200}}},
		{"correct+read:team", "POST /v1/employees/8/days/2026-11-23/corrections", `{"set":{"remark":"x"},"reason":"y"}`, []auditLine{
			{What: "postCorrection", Employee: "8", Day: "2026-11-23"}, {What: "postCorrection", Employee: "8", Day: "2026-11-23", Status: 200},
		}},
		{"correct+read:self", "POST /v1/employees/7/days/2026-11-23/corrections", `{"set":{"remark":"x"},"reason":"y"}`, nil},
		{"", "GET /v1/days/2026-11-23", "", nil},
		{"wrong", "GET /v1/days/2026-11-23", "", nil},
	} {
		t.Run(tc.token+" "+tc.request, func(t *testing.T) {
			method, target, _ := strings.Cut(tc.request, " ")
			r := httptest.NewRequest(method, target, strings.NewReader(tc.body))
			if tc.body != "" {
				r.Header.Set("Content-Type", jsonType)
			}
			w := sending(h, r, tc.token, "")
			got := g.audited(t)
			for i := range got {
				l := &got[i]
				if l.Who != tc.token || l.ID != "token:"+tc.token || l.Remote != "192.0.2.1" || l.Request != w.Header().Get("X-Request-Id") || l.At != "2026-11-23T20:00:00Z" {
					t.Errorf("%+v, request %s", *l, w.Header().Get("X-Request-Id"))
				}
				l.At, l.Who, l.ID, l.Request, l.Remote = "", "", "", "", ""
			}
			if len(got) != len(tc.lines) {
				t.Fatalf("%+v, want %+v", got, tc.lines)
			}
			for i := range got {
				if got[i] != tc.lines[i] {
					t.Errorf("%+v, want %+v", got[i], tc.lines[i])
				}
			}
		})
	}
}

// What can't be kept in the audit log isn't shown, and isn't done.
func TestAuditThatCannotBeWritten(t *testing.T) {
	callers := everyScope()
	callers["root"] = timesheet.Principal{Scopes: timesheet.AllScopes} // nothing is root's own
	g := newDoorkeeper(callers)
	s, o := guarded(t, g)
	h := newHandler(o)
	g.torn = timesheet.NewError(timesheet.Unavailable, "write audit log", errors.New("/var/log/secret-path: no space left"))
	for route, row := range matrix {
		if row.scopes == "" || route == "GET /v1/changes" {
			continue
		}
		w := sending(h, row.request(route), "root", "")
		switch path := strings.Fields(route)[1]; path {
		case "/v1/clockings", "/v1/source", "/v1/system", "/v1/periods", "/v1/teams":
			continue
		}
		if w.Code != 503 || strings.Contains(w.Body.String(), "secret-path") || w.Header().Get("Etag") != "" || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %s %v", route, w.Code, w.Body, w.Header())
		}
		if problemOf(t, w).Type != "urn:timesheet:problem:unaudited" {
			t.Errorf("%s: %s", route, w.Body)
		}
	}
	for _, target := range []string{"/v1/days/2026-11-23.csv", "/v1/days/2026-11-23.xlsx", "/v1/timesheets/2026-10.csv"} {
		if w := getAs(h, target, "read:all"); w.Code != 503 || problemOf(t, w).Code != "unavailable" {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
	}
	if w := getAs(h, "/v1/days/2026-11-23", "read:self"); w.Code != 503 {
		t.Error("a refusal that isn't kept:", w.Code)
	}
	cs, err := o.Corrections.Corrections(t.Context(), "7", timesheet.FirstDay, timesheet.LastDay)
	if err != nil || len(cs) != 0 {
		t.Error("a correction was made:", cs, err)
	}
	if erased, err := s.Erased(t.Context(), "7"); err != nil || erased {
		t.Error("somebody was erased:", err)
	}
	if w := getAs(h, "/v1/employees/7/days", "read:self"); w.Code != 200 {
		t.Error("what is one's own needs no audit log:", w.Code)
	}
}

// A page that is kept by its reader (304) is read all the same.
func TestAuditOfAnAnswerWithoutABody(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	h := newHandler(o)
	tag := getAs(h, "/v1/days/2026-11-23", "read:all").Header().Get("ETag")
	g.audited(t)
	ask := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
		r.Header.Set("If-None-Match", tag)
		return sending(h, r, "read:all", "")
	}
	if w := ask(); w.Code != 304 {
		t.Fatal(w.Code)
	}
	if l := g.audited(t); len(l) != 1 || l[0].Status != 304 {
		t.Errorf("%+v", l)
	}
	g.torn = errUnavailable
	if w := ask(); w.Code != 503 || problemOf(t, w).Code != "unavailable" {
		t.Error(w.Code, w.Header())
	}
}

// A handler that dies is in the audit log as what its caller was told.
func TestAuditOfAHandlerThatDies(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	o.Boards = dying{}
	if w := getAs(newHandler(o), "/v1/days/2026-11-23", "read:all"); w.Code != 500 {
		t.Fatal(w.Code)
	}
	if l := g.audited(t); len(l) != 1 || l[0].Status != 500 {
		t.Errorf("%+v", l)
	}
}

type dying struct{ timesheethttp.Boards }

func (dying) Page(context.Context, timesheet.Day, timesheethttp.BoardQuery, timesheet.Moment) (timesheethttp.BoardPage, error) {
	panic("it dies")
}

// A stream ends at a heartbeat when its caller isn't known any more, or by other rights;
// that it can't be known ends none.
func TestStreamsEndWithTheirCallersRights(t *testing.T) {
	for name, tc := range map[string]struct {
		session bool
		change  func(g *doorkeeper)
		ends    bool
	}{
		"token taken out":   {false, func(g *doorkeeper) { delete(g.tokens, "read:team") }, true},
		"logged out":        {true, func(g *doorkeeper) { clear(g.sessions) }, true},
		"another team":      {false, func(g *doorkeeper) { c := g.tokens["read:team"]; c.Teams = nil; g.tokens["read:team"] = c }, true},
		"nothing changed":   {true, func(*doorkeeper) {}, false},
		"can't be known":    {true, func(g *doorkeeper) { g.away = errUnavailable }, false},
		"another's changed": {false, func(g *doorkeeper) { delete(g.tokens, "read:all") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newDoorkeeper(everyScope())
				_, o := guarded(t, g)
				o.Changes = newChangeHub()
				g.sessions["s"] = "read:team"
				h := timesheethttp.NewPlain(o).Handler()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				p := &pipe{make(http.Header), make(chan string, 1)}
				done := make(chan struct{})
				go func() {
					defer close(done)
					r := httptest.NewRequest(http.MethodGet, "/v1/changes", nil).WithContext(ctx)
					if tc.session {
						r.AddCookie(&http.Cookie{Name: "timesheet_session", Value: "s"})
					} else {
						r.Header.Set("Authorization", "Bearer read:team")
					}
					h.ServeHTTP(p, r)
				}()
				<-p.wrote
				<-p.wrote // a heartbeat
				g.mu.Lock()
				tc.change(g)
				g.mu.Unlock()
				select {
				case <-done:
					if !tc.ends {
						t.Error("it ended")
					}
				case <-p.wrote:
					if tc.ends {
						t.Error("it goes on")
					}
				case <-time.After(time.Minute):
					t.Error("it hangs")
				}
				cancel()
				<-done
			})
		})
	}
}
