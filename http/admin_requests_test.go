package http_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestBadAdminRequests(t *testing.T) {
	s := newSite(t)
	o := options(s)
	o.Source = &clockingSource{}
	h := newHandler(o)
	for request, words := range map[string][]string{
		"GET /v1/source?x=1":                                       {"x: there", "none"},
		"GET /v1/source/rejected?after=":                           {"after", `""`, "whole number"},
		"GET /v1/source/rejected?after=1.5":                        {"after", `"1.5"`},
		"GET /v1/source/rejected?after=9223372036854775808":        {"after", `"9223372036854775808"`},
		"GET /v1/source/rejected?limit=10001":                      {"limit", `"10001"`, "1 to 10000"},
		"GET /v1/source/rejected?limit=0":                          {"limit", `"0"`},
		"GET /v1/source/rejected?cursor=1":                         {"cursor: there", "after, limit"},
		"POST /v1/admin/source/release":                            {"id", `""`, "whole number"},
		"POST /v1/admin/source/release?id=x":                       {"id", `"x"`},
		"GET /v1/admin/erased?employee=":                           {"employee_id", "empty"},
		"GET /v1/admin/floor?x=1":                                  {"x: there"},
		"GET /v1/admin/checkpoint?name=x":                          {"name: there", "source"},
		"GET /v1/admin/rejected?source=x&after=y":                  {"after", `"y"`},
		"GET /v1/admin/rejected?source=x&limit=0":                  {"limit", `"0"`},
		"GET /v1/admin/rejected/count?x=1":                         {"x: there"},
		"POST /v1/admin/rejected?id=1":                             {"id: there", "source"},
		"DELETE /v1/admin/rejected?source=x":                       {"row", `""`},
		"POST /v1/admin/replacements?x=1":                          {"x: there"},
		"POST /v1/admin/replacements []x":                          {"replacements", "follows"},
		"POST /v1/admin/replacements {}":                           {"replacements", "array"},
		"POST /v1/admin/replacements ":                             {"replacements", "array"},
		"POST /v1/admin/replacements [{}":                          {"replacements", "EOF"},
		`POST /v1/admin/replacements [{"older":null}]`:             {"replacements", "older"},
		`POST /v1/admin/replacements [{"new":{"day":"soon"}}]`:     {"replacements", "soon"},
		`POST /v1/admin/rejected?source=x [{"row":"1"}]`:           {"rejected rows"},
		`POST /v1/admin/checkpoint/rewind {"source":"x"}{}`:        {"rewind", "follows"},
		`POST /v1/admin/checkpoint/rewind {"state":"%"}`:           {"rewind", "base64"},
		`POST /v1/admin/checkpoint/rewind {"expected":1}`:          {"rewind", "expected"},
		`PUT /v1/admin/dayrules {"version":1,"assignments":[]} {}`: {"day rules", "follows"},
	} {
		method, rest, _ := strings.Cut(request, " ")
		target, body, _ := strings.Cut(rest, " ")
		t.Run(request[:min(60, len(request))], func(t *testing.T) {
			p := problemOf(t, ask(h, method, target, jsonType, body))
			if p.Status != 400 || p.Code != "invalid" {
				t.Errorf("%+v", p)
			}
			for _, word := range words {
				if !strings.Contains(p.Detail, word) {
					t.Errorf("%q doesn't say %q", p.Detail, word)
				}
			}
		})
	}
	t.Run("that are too long are 413", func(t *testing.T) {
		for target, body := range map[string]string{
			"/v1/admin/replacements":      "[" + strings.Repeat("{},", 10_000) + "{}]",
			"/v1/admin/rejected?source=x": "[" + strings.Repeat("{},", 10_000) + "{}]",
		} {
			if p := problemOf(t, ask(h, "POST", target, jsonType, body)); p.Status != 413 || !strings.Contains(p.Detail, "10000") {
				t.Errorf("%+v", p)
			}
		}
		if w := ask(h, "POST", "/v1/admin/replacements", jsonType, "["+strings.Repeat("{},", 9_999)+"{}]"); w.Code != 200 {
			t.Errorf("exactly 10,000: %d %s", w.Code, w.Body)
		}
		o := o
		o.MaxBody, o.Registry = 100, nil
		small := newHandler(o)
		for _, target := range []string{"/v1/admin/replacements", "/v1/admin/checkpoint/rewind", "/v1/admin/rejected?source=x"} {
			if p := problemOf(t, ask(small, "POST", target, jsonType, "["+strings.Repeat(" ", 200))); p.Status != 413 {
				t.Errorf("%+v", p)
			}
		}
	})
}

// Whatever comes as replacements, the service answers for each, or for none.
func FuzzReplacements(f *testing.F) {
	for _, seed := range []string{
		`[]`, `[{"old":null,"new":{"employee":"7","day":"2026-11-23","earliest":1795420800000,"latest":1795420800000,"flags":1}}]`,
		`[{"old":{"employee":"7","day":"2026-11-23","earliest":1,"latest":0,"flags":255},"new":null},{}]`, `[null]`, `[{"old":{}}]`, `[`, `{}`, "[]\n\n[]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := ask(handler(newSite(t)), "POST", "/v1/admin/replacements", jsonType, string(body))
		if w.Code != 200 {
			if problemOf(t, w).Status != 400 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return
		}
		var sent []json.RawMessage
		var outcomes []*struct{ Code string }
		if json.Unmarshal(body, &sent) != nil || json.Unmarshal(w.Body.Bytes(), &outcomes) != nil || len(sent) != len(outcomes) {
			t.Fatalf("%s answers %s", w.Body, body)
		}
		for _, o := range outcomes {
			if o != nil && o.Code != "invalid" && o.Code != "conflict" {
				t.Fatalf("%s", w.Body)
			}
		}
	})
}
