package http_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// fuzzOperation asks with whatever comes in place of a good request's parameters: it
// is refused or answered, as the contract says, and never fails.
func fuzzOperation(f *testing.F, name string) {
	target := good[name]
	path, query, _ := strings.Cut(target, "?")
	_, template, _ := strings.Cut(name, " ")
	names := strings.Split(template, "/")
	var first, second string
	var places []int
	for i, part := range names {
		if strings.HasPrefix(part, "{") {
			places = append(places, i)
		}
	}
	parts := strings.Split(path, "/")
	if len(places) > 0 {
		first = parts[places[0]]
	}
	if len(places) > 1 {
		second = parts[places[1]]
	}
	f.Add(first, second, query)
	f.Add("2026-02-30", "2026-02-30", "limit=0&limit=1")
	f.Add("a/b", "..", "from=2026-11-24&to=2026-11-23")
	f.Add("\x00", "<script>", "cursor=YWJj&q=%00")
	f.Add(strings.Repeat("x", 65), `"`, "from=2000-01-01&to=9999-12-30")
	h := everything(f)
	f.Fuzz(func(t *testing.T, first, second, query string) {
		filled := slices.Clone(parts)
		for i, value := range []string{first, second}[:len(places)] {
			if filled[places[i]] = percent(value); value == "" {
				filled[places[i]] = "%20"
			}
		}
		r := httptest.NewRequest(http.MethodGet, strings.Join(filled, "/"), nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 404 {
			t.Fatalf("%s?%s: %d %s", r.URL.EscapedPath(), query, w.Code, w.Body)
		}
		if v := violation(r, w); v != "" {
			t.Fatal(v)
		}
		if w.Code == 400 {
			if p := problemOf(t, w); len(p.Errors) == 0 || p.Errors[0].Parameter == "" && query != "" {
				t.Fatalf("%s?%s: %s", r.URL.EscapedPath(), query, w.Body)
			}
		}
	})
}

func FuzzGetDay(f *testing.F) { fuzzOperation(f, "GET /v1/days/{day}") }

func FuzzGetEmployeeDays(f *testing.F) { fuzzOperation(f, "GET /v1/employees/{id}/days") }

func FuzzExplainDay(f *testing.F) { fuzzOperation(f, "GET /v1/employees/{id}/days/{day}/explain") }

func FuzzGetEmployeeWeek(f *testing.F) { fuzzOperation(f, "GET /v1/employees/{id}/weeks/{week}") }

func FuzzGetEmployeeMonth(f *testing.F) { fuzzOperation(f, "GET /v1/employees/{id}/months/{month}") }

func FuzzGetTimesheets(f *testing.F) { fuzzOperation(f, "GET /v1/timesheets/{month}") }

func FuzzGetExceptions(f *testing.F) { fuzzOperation(f, "GET /v1/exceptions") }

func FuzzGetChanges(f *testing.F) { fuzzOperation(f, "GET /v1/changes") }

func FuzzGetSource(f *testing.F) { fuzzOperation(f, "GET /v1/source") }

func FuzzGetRejectedRows(f *testing.F) { fuzzOperation(f, "GET /v1/source/rejected") }
