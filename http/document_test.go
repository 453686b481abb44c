package http_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"timesheet/api"
	timesheethttp "timesheet/http"
)

func TestDocument(t *testing.T) {
	h := handler(newSite(t))
	w := get(h, "/openapi.json")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || !bytes.Equal(w.Body.Bytes(), api.JSON) {
		t.Fatal(w.Code, w.Header())
	}
	r := httptest.NewRequest(http.MethodGet, "/openapi.json", nil)
	r.Header.Set("If-None-Match", w.Header().Get("Etag"))
	again := httptest.NewRecorder()
	if timesheethttp.NewPlain(options(newSite(t))).Handler().ServeHTTP(again, r); again.Code != http.StatusNotModified {
		t.Error(again.Code)
	}
	if !strings.Contains(w.Body.String(), `"openapi": "3.1`) {
		t.Error("it is another version than 3.1")
	}
}

// The page works under its policy: nothing inline, nothing from elsewhere, no markup
// made of what the contract says.
func TestDocs(t *testing.T) {
	h := handler(newSite(t))
	index := get(h, "/docs")
	if csp := index.Header().Get("Content-Security-Policy"); index.Code != 200 || !strings.HasPrefix(csp, "default-src 'self'") {
		t.Fatal(index.Code, csp)
	}
	if ct := index.Header().Get("Content-Type"); ct != "text/html; charset=utf-8" {
		t.Error(ct)
	}
	named := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(index.Body.String(), -1)
	text := index.Body.String()
	for _, m := range named {
		w := get(h, "/"+m[1]) // as seen from /docs
		if w.Code != 200 {
			t.Errorf("%s: %d", m[1], w.Code)
		}
		if strings.HasPrefix(m[1], "docs/") {
			text += w.Body.String()
		}
	}
	if len(named) < 3 {
		t.Errorf("the page names %d files", len(named))
	}
	for what, pattern := range map[string]string{
		"inline":    `(?i)<script>|<script [^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`,
		"elsewhere": `(?:https?:)?//[a-z0-9-]+\.[a-z]`,
		"markup":    `innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function`,
	} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("%s: %q", what, found)
		}
	}
	for target, want := range map[string]int{"/docs/docs.css": 200, "/docs/none.js": 404, "/docs/": 404, "/docs/../doc.go": 404, "/docs/%2e%2e/doc.go": 404} {
		if w := get(h, target); w.Code != want {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}
