package http_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.uber.org/goleak"

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
