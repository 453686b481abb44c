package http_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	timesheethttp "timesheet/http"
)

// good is for each operation of the contract a request that it answers with 200.
var good = map[string]string{
	"GET /v1/days/{day}":                        "/v1/days/2026-11-23?team=Engines&status=complete&mark=late&q=a&sort=name&limit=10",
	"GET /v1/employees/{id}/days":               "/v1/employees/7/days?from=2026-11-01&to=2026-11-30&empty=true",
	"GET /v1/employees/{id}/days/{day}/explain": "/v1/employees/7/days/2026-11-23/explain",
	"GET /v1/employees/{id}/weeks/{week}":       "/v1/employees/7/weeks/2026-W47",
	"GET /v1/employees/{id}/months/{month}":     "/v1/employees/7/months/2026-11",
	"GET /v1/timesheets/{month}":                "/v1/timesheets/2026-11?team=Engines&q=a&limit=10",
	"GET /v1/exceptions":                        "/v1/exceptions?from=2026-11-01&to=2026-11-30&team=Engines&kind=late&limit=10",
	"GET /v1/changes":                           "/v1/changes?day=2026-11-23&team=Engines&employee=7",
	"GET /v1/source":                            "/v1/source",
	"GET /v1/source/rejected":                   "/v1/source/rejected?after=1&limit=10",
	"GET /healthz":                              "/healthz",
	"GET /readyz":                               "/readyz",
	"GET /metrics":                              "/metrics",
	"GET /openapi.json":                         "/openapi.json",
	"GET /docs":                                 "/docs",
}

// closedHub ends every stream at once.
func closedHub() *changeHub {
	h := newChangeHub()
	close(h.closed)
	return h
}

// everything is a handler that has all that an operation may need.
func everything(tb testing.TB) http.Handler {
	_, o := office(tb)
	o.Source, o.Changes, o.SourceRows = &clockingSource{status: polling()}, closedHub(), new(onDemand)
	return newHandler(o)
}

// badValues are what no parameter of a schema takes.
func badValues(schema map[string]any) []string {
	odd := []string{"%00", "%ff", "<script>", `"`, "'", "..", "%2F", "a%0Ab", strings.Repeat("x", 65), "NaN", "null", "[]", "-", "%F0%9F%98%80"}
	switch {
	case schema["type"] == "integer" && schema["minimum"] != nil:
		return append(odd, "", "0", "10001", "-1", "1.5", "1e3", "9223372036854775808", "+", "0x10", "%201")
	case schema["type"] == "integer":
		return append(odd, "", "1.5", "9223372036854775808", "%201")
	case schema["type"] == "boolean":
		return append(odd, "", "1", "TRUE", "yes")
	case schema["enum"] != nil:
		return append(odd, "", "LATE", "late,early_leave", "late%20")
	case schema["format"] == "date":
		return append(odd, "2026-02-30", "2026-13-01", "2026-11-23T00:00:00Z", "0000-00-00", "1999-12-30", "9999-12-31", "today", "2026-1-1", "20261123", "%C2%A02026-11-23", "2026-11-23%20")
	case schema["format"] == "month":
		return append(odd, "2026-13", "2026-00", "2026-1", "2026-11-23", "1999-11", "9999-12", "2026%2F11")
	case schema["format"] == "week":
		return append(odd, "2026-W54", "2025-W53", "2026-W00", "2026-47", "2026-w47", "0001-W01", "9999-W52")
	case schema["format"] == "employee-id":
		return []string{"%00", "%ff", "%20", "%0A", "a%7Fb", "%C2%A0", strings.Repeat("x", 65), strings.Repeat("%C3%A4", 33), "%ED%A0%80"}
	case schema["format"] == "cursor":
		return []string{"", "!", "%00", "%ff", "a%0Ab", "<script>", `"`, "..", "%2F", "=", "YQ%3D%3D", strings.Repeat("x", 65)}
	default:
		return []string{"", "%ff", strings.Repeat("x", 201)}
	}
}

type declared struct {
	Name, In string
	Required bool
	Schema   map[string]any
}

// parametersOf are those that the contract declares for an operation, its references
// followed.
func parametersOf(name string) (all []declared) {
	method, path, _ := strings.Cut(name, " ")
	item := document()["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
	components := document()["components"].(map[string]any)
	list, _ := item["parameters"].([]any)
	for _, p := range list {
		if ref, ok := p.(map[string]any)["$ref"].(string); ok {
			p = components["parameters"].(map[string]any)[ref[strings.LastIndexByte(ref, '/')+1:]]
		}
		b, _ := json.Marshal(p)
		var d declared
		_ = json.Unmarshal(b, &d)
		if ref, ok := d.Schema["$ref"].(string); ok {
			d.Schema = components["schemas"].(map[string]any)[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
		}
		all = append(all, d)
	}
	return all
}

// with is a good request with another value of a parameter.
func with(name string, p declared, value string) string {
	target := good[name]
	path, query, _ := strings.Cut(target, "?")
	if p.In == "path" {
		_, template, _ := strings.Cut(name, " ")
		parts, names := strings.Split(path, "/"), strings.Split(template, "/")
		parts[slices.Index(names, "{"+p.Name+"}")] = value
		return strings.Join(parts, "/") + "?" + query
	}
	query = regexp.MustCompile(`(^|&)`+p.Name+`=[^&]*`).ReplaceAllString(query, "")
	return path + "?" + strings.TrimPrefix(query+"&"+p.Name+"="+value, "&")
}

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
				if _, ok := good[name]; !ok && name != "POST /v1/clockings" { // TestBadPosts
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

func FuzzGetDay(f *testing.F)           { fuzzOperation(f, "GET /v1/days/{day}") }
func FuzzGetEmployeeDays(f *testing.F)  { fuzzOperation(f, "GET /v1/employees/{id}/days") }
func FuzzExplainDay(f *testing.F)       { fuzzOperation(f, "GET /v1/employees/{id}/days/{day}/explain") }
func FuzzGetEmployeeWeek(f *testing.F)  { fuzzOperation(f, "GET /v1/employees/{id}/weeks/{week}") }
func FuzzGetEmployeeMonth(f *testing.F) { fuzzOperation(f, "GET /v1/employees/{id}/months/{month}") }
func FuzzGetTimesheets(f *testing.F)    { fuzzOperation(f, "GET /v1/timesheets/{month}") }
func FuzzGetExceptions(f *testing.F)    { fuzzOperation(f, "GET /v1/exceptions") }
func FuzzGetChanges(f *testing.F)       { fuzzOperation(f, "GET /v1/changes") }
func FuzzGetSource(f *testing.F)        { fuzzOperation(f, "GET /v1/source") }
func FuzzGetRejectedRows(f *testing.F)  { fuzzOperation(f, "GET /v1/source/rejected") }

var _ timesheethttp.Changes = (*changeHub)(nil)
