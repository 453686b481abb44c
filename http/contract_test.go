package http_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.uber.org/goleak"

	"timesheet"
	"timesheet/api"
	timesheethttp "timesheet/http"
)

// violations are responses of any test that the contract doesn't allow; they fail the
// whole run.
var violations struct {
	sync.Mutex
	all []string
}

// contractual is a run of tests whose responses all kept to the contract.
type contractual struct{ m *testing.M }

func (c contractual) Run() int {
	code := c.m.Run()
	violations.Lock()
	defer violations.Unlock()
	for _, v := range violations.all {
		fmt.Fprintln(os.Stderr, "contract violated by", v)
		code = max(code, 1)
	}
	return code
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(contractual{m}) }

// held is h, each of whose recorded responses is held against the contract.
func held(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		recorder, ok := w.(*httptest.ResponseRecorder)
		if !ok {
			return
		}
		if v := violation(r, recorder); v != "" {
			violations.Lock()
			violations.all = append(violations.all, v)
			violations.Unlock()
		}
	})
}

// newHandler is the surface of o, held to the contract.
func newHandler(o timesheethttp.Options) http.Handler {
	return held(timesheethttp.NewPlain(o).Handler())
}

const documentURL = "https://timesheet/openapi.json"

// document is the contract with its schemas made strict: a field that isn't in it is
// one too many here, while it tells clients to expect more.
var document = sync.OnceValue(func() map[string]any {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.JSON))
	if err != nil {
		panic(err)
	}
	strict(doc)
	return doc.(map[string]any)
})

func strict(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, is := v["properties"].(map[string]any); is && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			strict(inner)
		}
	case []any:
		for _, inner := range v {
			strict(inner)
		}
	}
}

var schemas = struct {
	sync.Mutex
	compiler *jsonschema.Compiler
}{}

// schemaAt is the compiled schema at a place of the document.
func schemaAt(pointer string) (*jsonschema.Schema, error) {
	schemas.Lock()
	defer schemas.Unlock()
	if schemas.compiler == nil {
		schemas.compiler = jsonschema.NewCompiler()
		schemas.compiler.AssertFormat()
		schemas.compiler.RegisterFormat(&jsonschema.Format{Name: "month", Validate: isFormat(func(s string) error { _, err := timesheet.ParseMonth(s); return err })})
		schemas.compiler.RegisterFormat(&jsonschema.Format{Name: "week", Validate: isFormat(func(s string) error { _, err := timesheet.ParseWeek(s); return err })})
		if err := schemas.compiler.AddResource(documentURL, document()); err != nil {
			return nil, err
		}
	}
	return schemas.compiler.Compile(documentURL + "#" + pointer)
}

func isFormat(check func(string) error) func(any) error {
	return func(v any) error {
		if s, ok := v.(string); ok {
			return check(s)
		}
		return nil
	}
}

func pointer(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(p))
	}
	return b.String()
}

// paths are the contract's, each with the pattern of what it stands for.
var paths = sync.OnceValue(func() map[string]*regexp.Regexp {
	all := make(map[string]*regexp.Regexp)
	for path := range document()["paths"].(map[string]any) {
		pattern := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]*`)
		all[path] = regexp.MustCompile("^" + pattern + "$")
	}
	return all
})

// pathOf is the contract's path that r's path is one of.
func pathOf(r *http.Request) (string, bool) {
	asked := strings.TrimSuffix(strings.TrimSuffix(r.URL.EscapedPath(), ".csv"), ".xlsx") // forms of it
	for path, pattern := range paths() {
		if pattern.MatchString(asked) {
			return path, true
		}
	}
	return "", false
}

// violation is what the contract doesn't allow of a response, "" for nothing.
func violation(r *http.Request, w *httptest.ResponseRecorder) string {
	what := fmt.Sprintf("%s %s: %d %.2000s", r.Method, r.URL, w.Code, w.Body)
	path, known := pathOf(r)
	if !known {
		if w.Code == http.StatusOK && strings.HasPrefix(r.URL.Path, "/v1/") && !strings.HasPrefix(r.URL.Path, "/v1/admin/") {
			return what + ": there is no such path"
		}
		return ""
	}
	method := strings.ToLower(r.Method)
	if r.Method == http.MethodHead {
		method = "get"
	}
	operation, known := document()["paths"].(map[string]any)[path].(map[string]any)[method].(map[string]any)
	if !known {
		if w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusForbidden {
			return what + ": there is no such operation"
		}
		return ""
	}
	at := pointer("paths", path, method, "responses", strconv.Itoa(w.Code))
	responses := operation["responses"].(map[string]any)
	response, known := responses[strconv.Itoa(w.Code)].(map[string]any)
	if !known {
		if w.Code < 400 {
			return what + ": there is no such status"
		}
		at = pointer("components", "responses", "Problem")
		response = document()["components"].(map[string]any)["responses"].(map[string]any)["Problem"].(map[string]any)
	}
	if problem := bodyViolation(r, w, response, at); problem != "" {
		return what + ": " + problem
	}
	return ""
}

func bodyViolation(r *http.Request, w *httptest.ResponseRecorder, response map[string]any, at string) string {
	for name, header := range asMap(response["headers"]) {
		target := header.(map[string]any)
		if ref, ok := target["$ref"].(string); ok {
			target = document()["components"].(map[string]any)["headers"].(map[string]any)[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
		}
		if target["required"] == true && w.Header().Get(name) == "" {
			return "it has no " + name
		}
	}
	content := asMap(response["content"])
	if len(content) == 0 {
		if w.Body.Len() > 0 {
			return "it has a body"
		}
		return ""
	}
	media, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if err != nil {
		return "Content-Type: " + err.Error()
	}
	if _, known := content[media]; !known {
		return "its type is " + media
	}
	if !strings.HasSuffix(media, "json") || r.Method == http.MethodHead && w.Body.Len() == 0 {
		return ""
	}
	schema, err := schemaAt(at + pointer("content", media, "schema"))
	if err != nil {
		return err.Error()
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	if err == nil {
		err = schema.Validate(body)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

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
