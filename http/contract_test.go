package http_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

// Every route that isn't internal is an operation of the contract, and every operation
// has a route.
func TestRoutesAndOperations(t *testing.T) {
	internal := func(path string) bool {
		return strings.HasPrefix(path, "/v1/admin/") || path == "/" || path == "/docs/*file"
	}
	routed := make(map[string]bool)
	for _, route := range timesheethttp.NewPlain(options(newSite(t))).Routes() {
		method, path, _ := strings.Cut(route, " ")
		if internal(path) {
			continue
		}
		path = regexp.MustCompile(`:([^/]+)`).ReplaceAllString(path, "{$1}")
		if method == http.MethodHead {
			method = http.MethodGet // whoever can be asked by the one can be by the other
		}
		routed[method+" "+path] = true
	}
	declared := make(map[string]bool)
	for path, item := range document()["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			declared[strings.ToUpper(method)+" "+path] = true
		}
	}
	for one := range routed {
		if !declared[one] {
			t.Errorf("%s is routed, and no operation of the contract", one)
		}
	}
	for one := range declared {
		if !routed[one] {
			t.Errorf("%s is an operation of the contract, and not routed", one)
		}
	}
}

// Every name that the rules may give a day is one that the contract knows.
func TestNamesOfTheContract(t *testing.T) {
	enum := func(name string) (names []string) {
		for _, v := range document()["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)["enum"].([]any) {
			names = append(names, v.(string))
		}
		return names
	}
	if got, want := slices.Collect((timesheet.Marks(1)<<31 - 1).Names()), enum("Mark"); !slices.Equal(got, want) {
		t.Errorf("marks are %q, in the contract %q", got, want)
	}
	var statuses []string
	for s := timesheet.Status(1); !strings.HasPrefix(s.String(), "status("); s++ {
		statuses = append(statuses, s.String())
	}
	if want := enum("Status"); !slices.Equal(statuses, want) {
		t.Errorf("statuses are %q, in the contract %q", statuses, want)
	}
}

// A helper that finds nothing would make all of this worthless.
func TestViolationsAreFound(t *testing.T) {
	good := get(handler(newSite(t)), "/v1/days/2026-11-23")
	for name, spoil := range map[string]func(w *httptest.ResponseRecorder){
		"a field too many":     func(w *httptest.ResponseRecorder) { swapBody(w, `"next":null`, `"next":null,"more":1`) },
		"a field too few":      func(w *httptest.ResponseRecorder) { swapBody(w, `"next":null,`, ``) },
		"a wrong type":         func(w *httptest.ResponseRecorder) { swapBody(w, `"next":null`, `"next":7`) },
		"a date that is none":  func(w *httptest.ResponseRecorder) { swapBody(w, `"2026-11-23"`, `"2026-02-30"`) },
		"no ETag":              func(w *httptest.ResponseRecorder) { w.Header().Del("ETag") },
		"another content type": func(w *httptest.ResponseRecorder) { w.Header().Set("Content-Type", "text/plain") },
		"another status":       func(w *httptest.ResponseRecorder) { w.Code = 201 },
		"no problem":           func(w *httptest.ResponseRecorder) { w.Code = 400 },
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Code, w.Body = good.Code, bytes.NewBuffer(slices.Clone(good.Body.Bytes()))
			maps.Copy(w.Header(), good.Header())
			r := httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
			if v := violation(r, w); v != "" {
				t.Fatal("before: " + v)
			}
			if spoil(w); violation(r, w) == "" {
				t.Fatal("it isn't found")
			}
		})
	}
}

func swapBody(w *httptest.ResponseRecorder, from, to string) {
	w.Body = bytes.NewBufferString(strings.Replace(w.Body.String(), from, to, 1))
}
