package http_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	timesheethttp "timesheet/http"
)

// refused checks that a request gets 400 and a problem that names the parameter.
func refused(t *testing.T, h http.Handler, target, parameter string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	u, err := url.Parse("http://x" + strings.ReplaceAll(target, `"`, "%22"))
	if err != nil {
		t.Fatal(err)
	}
	r.URL = u
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	p := problemOf(t, w)
	if p.Status != 400 || p.Code != "invalid" || len(p.Errors) == 0 || p.Errors[0].Parameter != parameter || p.Errors[0].Detail == "" {
		t.Errorf("%s: %+v, want a problem of %s", target, p, parameter)
	}
}

func TestBadInput(t *testing.T) {
	h := everything(t)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		t.Run(name, func(t *testing.T) {
			if w := get(h, good[name]); w.Code != 200 {
				t.Fatalf("%s: %d %s", good[name], w.Code, w.Body)
			}
			base, query, _ := strings.Cut(good[name], "?")
			refused(t, h, base+"?"+query+"&limt=5", "limt")
			refused(t, h, base+"?"+query+"&Limit=5", "Limit")
			refused(t, h, base+"?"+query+"&%zz", "query")
			refused(t, h, base+"?"+query+"&=1", "query")
			refused(t, h, base+"?"+query+"&;", "query")
			refused(t, h, base+"?"+query+"&%ff=1", "\ufffd")
			for _, p := range parametersOf(name) {
				if p.In == "header" {
					continue
				}
				for _, value := range badValues(p.Schema) {
					if p.In == "path" && (value == "" || value == "..") && p.Schema["format"] == "employee-id" {
						continue // another path, or an id that a machine may write
					}
					refused(t, h, with(name, p, value), p.Name)
				}
				if p.In == "query" {
					twice := with(name, p, "1") + "&" + p.Name + "=1"
					refused(t, h, twice, p.Name)
				}
				if p.In == "query" && p.Required {
					target := strings.ReplaceAll(strings.ReplaceAll(good[name], p.Name+"=", "x="), "x=2026-11-01&", "")
					refused(t, h, strings.ReplaceAll(target, "x=2026-11-30&", ""), p.Name)
				}
			}
		})
	}
	t.Run("has no operation left out", func(t *testing.T) {
		for path, item := range document()["paths"].(map[string]any) {
			for method := range item.(map[string]any) {
				name := strings.ToUpper(method) + " " + path
				if _, ok := good[name]; !ok && method == "get" && !strings.HasPrefix(path, "/v1/session/oidc") { // of others, beside their handlers' tests
					t.Errorf("%s has no good request here", name)
				}
			}
		}
	})
	t.Run("between parameters", func(t *testing.T) {
		for target, parameter := range map[string]string{
			"/v1/employees/7/days?from=2026-11-24&to=2026-11-23":       "from",
			"/v1/employees/7/days?from=2027-01-01":                     "from",
			"/v1/employees/7/days?from=2025-10-19&to=2026-11-23":       "to",
			"/v1/exceptions?from=2026-11-24&to=2026-11-23":             "from",
			"/v1/exceptions?from=2025-10-19&to=2026-11-23":             "to",
			"/v1/exceptions?from=1999-12-31&to=9999-12-30":             "to",
			"/v1/days/2026-11-23?cursor=YWJj":                          "cursor",
			"/v1/exceptions?from=2026-11-01&to=2026-11-30&cursor=YWJj": "cursor",
		} {
			refused(t, h, target, parameter)
		}
	})
	t.Run("all of it is told at once", func(t *testing.T) {
		p := problemOf(t, get(h, "/v1/days/2026-02-30?limit=0&sort=size&size=9"))
		var names []string
		for _, e := range p.Errors {
			names = append(names, e.Parameter)
		}
		if got := strings.Join(names, " "); got != "size day sort limit" {
			t.Errorf("%q", got)
		}
	})
}

// Bodies that can't be used are told with a place in them, and those of rows with
// their line.
func TestBadPosts(t *testing.T) {
	h := handler(newSite(t))
	for _, tc := range []struct{ media, body, pointer, detail string }{
		{jsonType, `{`, "#", "JSON"},
		{jsonType, `[{}`, "#", "ends"},
		{jsonType, `7`, "#", "7"},
		{jsonType, ``, "#", ""},
		{csvType, "x;y\n1;2", "#", ""},
	} {
		p := problemOf(t, ask(h, "POST", "/v1/clockings", tc.media, tc.body))
		if p.Status != 400 || len(p.Errors) != 1 || p.Errors[0].Pointer != tc.pointer || !strings.Contains(p.Errors[0].Detail, tc.detail) {
			t.Errorf("%s %q: %+v", tc.media, tc.body, p)
		}
	}
	for _, tc := range []struct {
		media, body, pointer string
		line                 int
	}{
		{jsonType, `{"employee_id":"7","clocked_at":"2026-02-30T08:09:00"}`, "#/clocked_at", 1},
		{jsonType, `{"employee_id":[7],"clocked_at":"2026-11-23T08:09:00"}`, "#/employee_id", 1},
		{jsonType, `{"employee_id":"7"}`, "#/clocked_at", 1},
		{jsonType, "[" + oneClocking + `,{"employee_id":"` + strings.Repeat("x", 65) + `","clocked_at":"2026-11-23T08:09:00"}]`, "#/1/employee_id", 2},
		{jsonType, "[" + oneClocking + `,{"employee_id":"7","clocked_at":"2027-11-23T08:09:00"}]`, "#/1/clocked_at", 2},
		{jsonType, `[7]`, "#/0", 1},
		{ndjsonType, oneClocking + "\n" + `{"employee_id":"7","clocked_at":"noon"}`, "#/clocked_at", 2},
		{csvType, "employee_id,clocked_at\n7,noon\n", "", 2},
	} {
		p := problemOf(t, ask(h, "POST", "/v1/clockings", tc.media, tc.body))
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Pointer != tc.pointer || p.Errors[0].Line != tc.line || p.Errors[0].Detail == "" {
			t.Errorf("%s: %+v", tc.body, p)
		}
	}
}

var _ timesheethttp.Changes = (*changeHub)(nil)
