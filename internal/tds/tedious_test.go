package tds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet/internal/tds"
)

type param struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value any    `json:"value"`
}

type question struct {
	SQL    string  `json:"sql"`
	Params []param `json:"params,omitempty"`
	Cancel bool    `json:"cancel,omitempty"`
}

type answer struct {
	Rows  [][]any `json:"rows"`
	Error *struct {
		Number  int    `json:"number"`
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// tedious is a folder with npm's tedious, as package-lock.json pins it.
func tedious(t *testing.T) string {
	t.Helper()
	for _, command := range []string{"node", "npm"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Fatal("this test runs npm's tedious: apt-get install nodejs npm")
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/tedious")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // with a slow registry
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// tedious has the driver in dir put questions.
func (s *site) tedious(t *testing.T, dir string, options map[string]any, questions ...question) []answer {
	t.Helper()
	host, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	connection := map[string]any{
		"host": host, "port": number, "user": user, "password": password, "database": "Clocking", "encrypt": false, "tdsVersion": "7_4",
	}
	maps.Copy(connection, options)
	in, err := json.Marshal(map[string]any{"connection": connection, "questions": questions})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "query.js")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		t.Fatalf("tedious hangs: %s%s", out, stderr.String())
	}
	var got []answer
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var a answer
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	t.Logf("%v %s", err, stderr.String())
	return got
}

func TestTedious(t *testing.T) {
	t.Parallel()
	dir := tedious(t)
	for name, c := range map[string]struct {
		options map[string]any
		require bool
	}{
		"plain":                   {nil, false},
		"plain, TDS 7.1":          {map[string]any{"tdsVersion": "7_1"}, false},
		"plain, TDS 7.2":          {map[string]any{"tdsVersion": "7_2"}, false},
		"plain, TDS 7.3":          {map[string]any{"tdsVersion": "7_3_B"}, false},
		"TLS, certificate known":  {map[string]any{"encrypt": true, "ca": true, "host": "localhost"}, true},
		"TLS, whatever the other": {map[string]any{"encrypt": true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := encrypted(t)
			started, stopped := make(chan struct{}), make(chan struct{})
			s := serve(t, answers{
				"select * from everything": everything, "select ids": ids(3000),
				"select on": endless(started, stopped), "select params": ids(1),
			}, func(s *tds.Server) { config(s); s.RequireTLS = c.require })
			if c.options["ca"] != nil {
				ca, err := os.ReadFile(s.pem)
				if err != nil {
					t.Fatal(err)
				}
				c.options["ca"] = string(ca)
			}
			at := at("2026-11-23T08:09:10.123Z")
			sent := []param{
				{"n", "BigInt", "1099511627776"}, {"i", "Int", -7}, {"s", "NVarChar", "Łódź 🕗"}, {"none", "NVarChar", nil},
				{"b", "Bit", true}, {"f", "Float", 1.5}, {"d", "DateTime", at}, {"d2", "DateTime2", at}, {"o", "DateTimeOffset", at},
			}
			if s := c.options["tdsVersion"]; s == "7_1" || s == "7_2" {
				sent = sent[:7]
			}
			got := s.tedious(t, dir, c.options,
				question{SQL: "select * from everything"}, question{SQL: "select ids"}, question{SQL: "select nonsense"},
				question{SQL: "select params", Params: sent}, question{SQL: "select on", Cancel: true}, question{SQL: "select ids", Params: []param{}})
			if len(got) != 6 {
				t.Fatalf("%d answers: %+v", len(got), got)
			}
			checkEverything(t, got[0].Rows, len(sent) < 9)
			if len(got[1].Rows) != 3000 || len(got[5].Rows) != 3000 {
				t.Errorf("%d and %d rows", len(got[1].Rows), len(got[5].Rows))
			}
			if e := got[2].Error; e == nil || e.Number != 102 {
				t.Errorf("%+v", e)
			}
			if e := got[4].Error; e == nil || e.Code != "ECANCEL" {
				t.Errorf("%+v", e)
			}
			want := []any{int64(1 << 40), int64(-7), "Łódź 🕗", nil, true, 1.5, at, at, at}[:len(sent)]
			checkParams(t, s.handler, sent, want)
		})
	}
	t.Run("a wrong password", func(t *testing.T) {
		s := serve(t, nil, nil)
		got := s.tedious(t, dir, map[string]any{"password": "wrong"}, question{SQL: "select ids"})
		if len(got) != 1 || got[0].Error == nil || got[0].Error.Code != "ELOGIN" || got[0].Error.Message != "Login failed for user 'reader'." {
			t.Errorf("%+v", got)
		}
	})
}

// checkEverything compares the rows of everything as JSON has them.
func checkEverything(t *testing.T, got [][]any, textTimes bool) {
	t.Helper()
	const at = "2026-11-23T08:09:10.123Z"
	newer := []any{at, "2026-11-23T07:09:10.123Z"}
	if textTimes {
		newer = []any{"2026-11-23 08:09:10.123", "2026-11-23 08:09:10.123 +01:00"}
	}
	want := [][]any{
		append([]any{"1099511627776", -7.0, "Łódź", "A7  ", "é", at}, newer...),
		{"2", nil, nil, nil, nil, nil, nil, nil},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func checkParams(t *testing.T, h *handler, sent []param, want []any) {
	t.Helper()
	for _, q := range h.asked() {
		if q.SQL != "select params" {
			continue
		}
		var names []string
		var values []any
		for i, p := range q.Params {
			names, values = append(names, strings.TrimPrefix(p.Name, "@")), append(values, p.Value)
			if names[i] != sent[i].Name {
				t.Errorf("parameter %d is %q", i, p.Name)
			}
		}
		sameMoment := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if d := cmp.Diff(want, values, sameMoment); d != "" {
			t.Error(d)
		}
		return
	}
	t.Error("the query with parameters never came")
}
