package http_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timesheet/storetest"
)

// good is for each operation of the contract a request that it answers with 200.
var good = map[string]string{
	"GET /v1/days/{day}":                            "/v1/days/2026-11-23?team=Engines&status=complete&show=left&mark=late&q=a&sort=name&limit=10",
	"GET /v1/employees/{id}/days":                   "/v1/employees/7/days?from=2026-11-01&to=2026-11-30&empty=true",
	"GET /v1/employees/{id}/days/{day}/explain":     "/v1/employees/7/days/2026-11-23/explain",
	"GET /v1/employees/{id}/weeks/{week}":           "/v1/employees/7/weeks/2026-W47",
	"GET /v1/employees/{id}/months/{month}":         "/v1/employees/7/months/2026-11",
	"GET /v1/timesheets/{month}":                    "/v1/timesheets/2026-11?team=Engines&q=a&limit=10",
	"GET /v1/exceptions":                            "/v1/exceptions?from=2026-11-01&to=2026-11-30&team=Engines&kind=late&limit=10",
	"GET /v1/changes":                               "/v1/changes?day=2026-11-23&team=Engines&employee=7",
	"GET /v1/employees/{id}/days/{day}/corrections": "/v1/employees/7/days/2026-11-23/corrections",
	"GET /v1/employees/{id}":                        "/v1/employees/7",
	"GET /v1/teams":                                 "/v1/teams?day=2026-11-23",
	"GET /v1/system":                                "/v1/system",
	"GET /v1/source":                                "/v1/source",
	"GET /v1/session":                               "/v1/session",
	"GET /v1/periods":                               "/v1/periods",
	"GET /v1/periods/{month}/adjustments":           "/v1/periods/2026-09/adjustments?team=Engines&limit=10",
	"GET /v1/source/rejected":                       "/v1/source/rejected?after=1&limit=10",
	"GET /healthz":                                  "/healthz",
	"GET /readyz":                                   "/readyz",
	"GET /metrics":                                  "/metrics",
	"GET /openapi.json":                             "/openapi.json",
	"GET /docs":                                     "/docs",
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
	o.Corrections, o.System = storetest.NewMemory(4), oneInstance{}
	o.Periods = oneClosed{}
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
