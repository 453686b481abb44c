package http_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	timesheethttp "timesheet/http"
)

// Without authentication on loopback, only this machine's own names are answered: a page
// whose name was turned to 127.0.0.1 reads nothing.
func TestNamesOfLoopback(t *testing.T) {
	s := newSite(t)
	o := options(s)
	o.LoopbackOnly = true
	h := newHandler(o)
	code := func(h http.Handler, host string) int {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == 403 {
			if p := problemOf(t, w); p.Type != "urn:timesheet:problem:host" || !strings.Contains(p.Detail, "127.0.0.1") {
				t.Errorf("%+v", p)
			}
		}
		return w.Code
	}
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "127.0.0.1": 200, "127.8.9.1:80": 200, "localhost:8080": 200, "LOCALHOST": 200, "localhost.": 200, "[::1]:8080": 200, "[::1]": 200, "app.localhost:1": 200, "": 200,
		"evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "192.168.0.1": 403, "0.0.0.0:8080": 403, "notlocalhost": 403, "[::ffff:192.0.2.1]": 403,
	} {
		if got := code(h, host); got != want {
			t.Errorf("%q: %d, want %d", host, got, want)
		}
	}
	o.Access = newDoorkeeper(everyScope())
	if got := code(newHandler(o), "timesheet.example.org"); got != 200 {
		t.Error("with authentication it has other names:", got)
	}
	o = options(newSite(t))
	if got := code(newHandler(o), "timesheet.example.org"); got != 200 {
		t.Error("on other addresses it has other names:", got)
	}
}

func TestAllowedOrigins(t *testing.T) {
	const hr = "https://hr.example.org"
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	o.AllowOrigins = []string{hr, "http://example.com"} // the latter is this service's own
	h := timesheethttp.NewPlain(o).Handler()            // a preflight is no operation of the contract
	g.sessions["s"] = "everything"
	send := func(method, origin, token, session string, headers ...string) *httptest.ResponseRecorder {
		body := ""
		target := "/v1/days/2026-11-23"
		if method == http.MethodPost {
			target, body = "/v1/clockings", oneClocking
		}
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", jsonType)
		r.Header.Set("Origin", origin)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return sending(h, r, token, session)
	}
	preflight := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization"}
	w := send(http.MethodOptions, hr, "", "", preflight...)
	if w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != hr || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") || w.Header().Get("Vary") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for _, w := range []*httptest.ResponseRecorder{
		send(http.MethodGet, hr, "everything", ""), send(http.MethodPost, hr, "everything", "", "Sec-Fetch-Site", "cross-site"), send(http.MethodGet, hr, "wrong", ""), w,
	} {
		if w.Code == 403 || w.Header().Get("Access-Control-Allow-Origin") != hr || w.Header().Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Origin") {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	}
	if w := send(http.MethodPost, hr, "", "s"); w.Code != 401 {
		t.Error("a page of another site uses the cookie:", w.Code)
	}
	if w := send(http.MethodPost, "http://example.com", "", "s"); w.Code != 200 {
		t.Error("this service's own page can't use it:", w.Code)
	}
	for _, origin := range []string{"https://evil.example", "https://hr.example.org.evil.example", "http://hr.example.org", "null", hr + "/"} {
		if w := send(http.MethodOptions, origin, "", "", preflight...); w.Code != 405 || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", origin, w.Code, w.Header())
		}
		if w := send(http.MethodPost, origin, "everything", ""); w.Code != 403 || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", origin, w.Code, w.Header())
		}
		if w := send(http.MethodGet, origin, "everything", ""); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", origin, w.Code, w.Header())
		}
	}
	o.PublicURL, o.AllowOrigins = "http://timesheet.example.org/", append(o.AllowOrigins, "http://timesheet.example.org")
	h = timesheethttp.NewPlain(o).Handler()
	if w := send(http.MethodPost, "http://timesheet.example.org", "", "s"); w.Code != 200 {
		t.Error("behind a proxy its own page can't send:", w.Code, w.Body)
	}
	for origin, good := range map[string]bool{hr: true, "http://localhost:3000": true, "*": false, "hr.example.org": false, hr + "/": false, "https://": false, "file://x": false, "https://a b": false, "null": false, "https://u:p@h": false} {
		if err := timesheethttp.CheckOrigin(origin); (err == nil) != good {
			t.Errorf("%s: %v", origin, err)
		}
	}
}
