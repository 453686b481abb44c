package http_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	timesheethttp "timesheet/http"
)

func TestRoutes(t *testing.T) {
	s := newSite(t)
	put(s, "7", "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	o := options(s)
	o.Page = fstest.MapFS{"index.html": {Data: []byte("<title>board</title>")}, "js/app.js": {Data: []byte("1")}}
	o.Version = `1.2 "x"`
	o.Source = &clockingSource{status: polling()}
	h := newHandler(o)
	for _, tc := range []struct {
		method, target string
		status         int
		contains       string
	}{
		{"GET", "/healthz", 200, `{"status":"ok","version":"1.2 \u0022x\u0022"}`},
		{"GET", "/readyz", 200, `{"status":"ok"}`},
		{"GET", "/metrics", 200, "timesheet_http_request_duration_seconds_count"},
		{"GET", "/v1/days/2026-11-23", 200, `"clock_out":"2026-11-23T17:00:00+01:00"`},
		{"GET", "/v1/employees/7/days", 200, `"employee_id":"7"`},
		{"GET", "/v1/admin/dayrules", 200, `{"version":1,"assignments":[{"employee_id":"","from":"1970-01-01","zone":"Europe/Berlin","boundary_minutes":0}]}`},
		{"GET", "/v1/admin/export", 200, "7"},
		{"GET", "/v1/source", 200, `"state":"polling"`},
		{"GET", "/v1/source/rejected", 200, `{"rejected":[],"next":null}`},
		{"POST", "/v1/admin/source/release?id=17", 200, `{}`},
		{"GET", "/v1/admin/checkpoint?source=clocking", 200, `{"generation":0,"settled":0,"state":null,"reason":""}`},
		{"GET", "/v1/admin/floor", 200, `{"floor":"1999-12-31"}`},
		{"GET", "/v1/admin/erased?employee=7", 200, `{"erased":false}`},
		{"GET", "/v1/admin/rejected?source=clocking", 200, `[]`},
		{"GET", "/v1/admin/rejected/count?source=clocking", 200, `{"kept":0,"dropped":0}`},
		{"DELETE", "/v1/admin/rejected?source=clocking&row=1", 404, "row"},
		{"GET", "/", 200, "<title>board</title>"},
		{"GET", "/index.html", 200, "<title>board</title>"},
		{"GET", "/js/app.js", 200, "1"},
		{"GET", "/js", 404, "there is no such path"},
		{"GET", "/js/", 404, "there is no such path"},
		{"GET", "/../index.html", 404, "there is no such path"},
		{"GET", "/nothing", 404, "there is no such path"},
		{"GET", "/v1", 404, "there is no such path"},
		{"GET", "/v1/days/2026-11-23/", 404, "there is no such path"},
		{"GET", "/v1/employees/a/b/days", 404, "there is no such path"},
		{"POST", "/nothing", 404, "there is no such path"},
		{"POST", "/", 405, "use GET, HEAD"},
		{"GET", "/v1/clockings", 405, "use POST"},
		{"HEAD", "/v1/clockings", 405, ""},
		{"DELETE", "/v1/days/2026-11-23", 405, "use GET, HEAD"},
		{"OPTIONS", "/v1/admin/dayrules", 405, "GET, HEAD, PUT"},
		{"POST", "/v1/source", 405, "use GET, HEAD"},
		{"GET", "/v1/admin/replacements", 405, "use POST"},
		{"PUT", "/v1/admin/rejected", 405, "use GET, HEAD, POST, DELETE"},
		{"BREW", "/healthz", 405, "use GET, HEAD"},
	} {
		t.Run(tc.method+" "+tc.target, func(t *testing.T) {
			w := ask(h, tc.method, tc.target, "", "")
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if w.Code >= 400 {
				problemOf(t, w)
			}
			if (w.Header().Get("Allow") != "") != (w.Code == 405) {
				t.Errorf("Allow: %q", w.Header().Get("Allow"))
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("no nosniff")
			}
			if cc := w.Header().Get("Cache-Control"); tc.method == "GET" && !slices.Contains([]string{"no-store", "no-cache", "private, no-cache"}, cc) {
				t.Errorf("Cache-Control: %q", cc)
			}
		})
	}
}

func TestReadinessTellsNotes(t *testing.T) {
	o := options(newSite(t))
	o.Notes = func() []string { return []string{"rules.yaml:3: no such key"} }
	if w := get(newHandler(o), "/readyz"); w.Code != 200 || w.Body.String() != `{"status":"ok","detail":["rules.yaml:3: no such key"]}` {
		t.Fatal(w.Code, w.Body)
	}
}

func TestPage(t *testing.T) {
	o := options(newSite(t))
	o.Page = fstest.MapFS{"index.html": {Data: []byte("<title>board</title>")}}
	h := newHandler(o)
	w := get(h, "/")
	if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self'") {
		t.Errorf("Content-Security-Policy: %q", csp)
	}
	if ct := w.Header().Get("Content-Type"); ct != "text/html; charset=utf-8" {
		t.Errorf("Content-Type: %q", ct)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("If-None-Match", w.Header().Get("Etag"))
	again := httptest.NewRecorder()
	if h.ServeHTTP(again, r); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("the same page again: %d", again.Code)
	}
	t.Run("is 404 where there is none", func(t *testing.T) {
		if w := get(handler(newSite(t)), "/"); w.Code != 404 {
			t.Fatal(w.Code)
		}
	})
}

func TestOtherSitesMayNotSend(t *testing.T) {
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		s := newSite(t)
		r := httptest.NewRequest(http.MethodPost, "/v1/clockings", strings.NewReader(oneClocking))
		r.Header.Set("Content-Type", jsonType)
		r.Header.Set(header, value)
		w := httptest.NewRecorder()
		handler(s).ServeHTTP(w, r)
		if p := problemOf(t, w); p.Status != 403 || s.batches != 0 {
			t.Errorf("%s: %d %s", header, w.Code, w.Body)
		}
	}
}

func TestReady(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*site, *timesheethttp.Options)
		says  string
	}{
		"store away":     {func(s *site, _ *timesheethttp.Options) { s.broken = errors.New("dial redis://:hunter2@x") }, "the store doesn't answer"},
		"rules unread":   {func(s *site, _ *timesheethttp.Options) { s.rules = nil }, "the day rules were not read yet"},
		"something else": {func(_ *site, o *timesheethttp.Options) { o.Ready = func() error { return errors.New("importing") } }, "importing"},
		"nothing at all": {func(_ *site, o *timesheethttp.Options) { o.Ready = func() error { return nil } }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			o := options(s)
			tc.spoil(s, &o)
			h := newHandler(o)
			if w := get(h, "/healthz"); w.Code != 200 {
				t.Errorf("not alive: %d", w.Code)
			}
			w := get(h, "/readyz")
			if tc.says == "" {
				if w.Code != 200 {
					t.Fatal(w.Code, w.Body)
				}
				return
			}
			if p := problemOf(t, w); p.Status != 503 || p.Detail != tc.says || w.Header().Get("Retry-After") == "" {
				t.Fatalf("%+v", p)
			}
		})
	}
	t.Run("draining", func(t *testing.T) {
		server := timesheethttp.NewPlain(options(newSite(t)))
		server.Drain()
		if p := problemOf(t, get(server.Handler(), "/readyz")); p.Status != 503 || !strings.Contains(p.Detail, "stopping") {
			t.Fatalf("%+v", p)
		}
		if w := ask(server.Handler(), "POST", "/v1/clockings", jsonType, oneClocking); w.Code != 200 {
			t.Fatal("draining refuses clockings", w.Code)
		}
	})
}

func TestStoreErrorsOfReads(t *testing.T) {
	for _, target := range []string{"/v1/days/2026-11-23", "/v1/employees/7/days", "/v1/admin/dayrules", "/v1/admin/export"} {
		s := newSite(t)
		s.broken = errUnavailable
		if w := get(handler(s), target); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		s.broken = errors.New("corrupt block 17")
		if w := get(handler(s), target); w.Code != 500 || strings.Contains(w.Body.String(), "17") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t)
	s.hook = func(context.Context) { panic("secret state") }
	o := options(s)
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w := ask(newHandler(o), "POST", "/v1/clockings", jsonType, oneClocking)
	if p := problemOf(t, w); p.Status != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%s", w.Body)
	}
	if !strings.Contains(log.String(), "secret state") || !strings.Contains(log.String(), "panic") || !strings.Contains(log.String(), "clockings.go") {
		t.Errorf("logged: %s", log.String())
	}
}

// Neither metrics nor the log at info level name an employee or a path.
func TestNobodyIsNamed(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t)
	o := options(s)
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := newHandler(o)
	get(h, "/v1/employees/mallory/days")
	get(h, "/v1/people/mallory")
	s.broken = errUnavailable
	get(h, "/v1/employees/mallory/days")
	ask(h, "mallory", "/healthz", "", "")
	metrics := get(h, "/metrics").Body.String()
	if strings.Contains(metrics, "mallory") || strings.Contains(log.String(), "mallory") {
		t.Errorf("metrics %s\nlog %s", metrics, log.String())
	}
	for _, want := range []string{
		`timesheet_http_request_duration_seconds_count{code="200",method="GET",route="/v1/employees/:id/days"} 1`,
		`timesheet_http_request_duration_seconds_count{code="503",method="GET",route="/v1/employees/:id/days"} 1`,
		`timesheet_http_request_duration_seconds_count{code="404",method="GET",route="other"} 1`,
		`timesheet_http_request_duration_seconds_count{code="405",method="other",route="other"} 1`,
		`timesheet_http_problems_total{problem="unavailable"} 1`,
	} {
		if !slices.Contains(strings.Split(metrics, "\n"), want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestAnOutageIsLoggedOnceASecond(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t)
	s.broken = errUnavailable
	o := options(s)
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := newHandler(o)
	for range 200 {
		get(h, "/v1/days/2026-11-23")
	}
	if n := strings.Count(log.String(), "\n"); n < 1 || n > 5 {
		t.Errorf("%d lines", n)
	}
}
