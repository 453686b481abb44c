package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"timesheet/internal/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// yes is a service that acknowledges everything, each after a pause, and stores nothing.
func yes(t *testing.T, pause time.Duration) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			<-time.After(pause)
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, `{"accepted":%d}`, bytes.Count(body, []byte("clocked_at")))
		case strings.HasPrefix(r.URL.Path, "/v1/days/"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"entries":[],"next":null,"as_of":null}`)
		default:
			fmt.Fprint(w, "ok")
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func fire(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		say  []string // all of it, in one run
	}{
		{"every bad value at once", []string{"--rate", "x", "--batch", "9..1", "--late", "2", "--for=-1s", "--employees", "0", "--order", "odd", "--format", "xml", "--from", "1.1.2026", "--zone", "Mars", "--duplicates", "no", "--count", "-"},
			[]string{"--rate: \"x\"", "--batch: \"9..1\"", "--late: \"2\"", "--for: \"-1s\"", "--employees: \"0\"", "--order: \"odd\"", "--format: \"xml\"", "--from: \"1.1.2026\"", "--zone: \"Mars\"", "--duplicates: \"no\"", "--count: \"-\"", "11 things are wrong", "20000/s"}},
		{"how fast", nil, []string{"--rate: is missing", "--max"}},
		{"rate and max", []string{"--rate", "1/s", "--max"}, []string{"--max, --rate 1: only one"}},
		{"a public address", []string{"--max", "--target", "http://1.1.1.1", "--target", "http://10.0.0.1"}, []string{"http://1.1.1.1", "neither loopback nor private", "--i-own-this-host"}},
		{"another scheme", []string{"--max", "--target", "https://127.0.0.1"}, []string{"must begin with http://"}},
		{"what no workload can be", []string{"--max", "--from", "2200-01-01", "--prefix", "a b", "--late", "1", "--connections", "20000"},
			[]string{"4 things are wrong", "--from: 2200-01-01", "past in every zone", `--prefix: "a b"`, "--late: 1", "--connections: 20000"}},
		{"vegeta and verify", []string{"--count", "5", "--vegeta", "x", "--verify"}, []string{"--vegeta", "sends nothing"}},
		{"vegeta without an end", []string{"--vegeta", "x"}, []string{"--vegeta", "--count"}},
		{"an unknown flag", []string{"--speed", "9"}, []string{"unknown flag --speed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := fire(t, c.args...)
			if code != exitUsage || stdout != "" {
				t.Errorf("exit %d, %q", code, stdout)
			}
			for _, s := range c.say {
				if !strings.Contains(stderr, s) {
					t.Errorf("%q lacks %q", stderr, s)
				}
			}
		})
	}
	t.Run("help", func(t *testing.T) {
		code, stdout, stderr := fire(t, "--help")
		if code != exitOK || !strings.Contains(stdout, "Exit codes:") || !strings.Contains(stdout, "--i-own-this-host") || stderr != "" {
			t.Errorf("exit %d\n%s%s", code, stdout, stderr)
		}
	})
	t.Run("the environment", func(t *testing.T) {
		t.Setenv("FIRE_RATE", "fast")
		if code, _, stderr := fire(t); code != exitUsage || !strings.Contains(stderr, `--rate: "fast"`) {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
}

// TestExamples reads the examples of the help text: they are command lines that can be.
func TestExamples(t *testing.T) {
	found := 0
	for line := range strings.Lines(description) {
		args, ok := strings.CutPrefix(strings.TrimSpace(line), "fire ")
		if !ok {
			continue
		}
		found++
		if _, err := parse(t.Context(), &cli{}, strings.Fields(args), io.Discard, io.Discard); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
	if found < 5 {
		t.Errorf("only %d examples found", found)
	}
}

func TestFire(t *testing.T) {
	url := yes(t, 0)
	t.Run("prints what it measured", func(t *testing.T) {
		code, stdout, stderr := fire(t, "--target", url, "--max", "--count", "500", "--batch", "10", "--format", "ndjson")
		if code != exitOK || stderr != "" {
			t.Errorf("exit %d, %s", code, stderr)
		}
		for _, s := range []string{"requests ", "50 (", "500 sent, 500 acknowledged", "p99.9", "fold factor", "sender's CPU"} {
			if !strings.Contains(stdout, s) {
				t.Errorf("%s\nlacks %q", stdout, s)
			}
		}
	})
	t.Run("writes JSON and a page", func(t *testing.T) {
		page := filepath.Join(t.TempDir(), "out.html")
		code, stdout, stderr := fire(t, "--target", url, "--rate", "1000/s", "--for", "300ms", "--json", "-", "--report", page)
		var r load.Result
		if err := json.Unmarshal([]byte(stdout), &r); code != exitOK || err != nil || r.Acknowledged != 300 || r.Plan.Rate != 1000 {
			t.Errorf("exit %d, %v: %+v", code, err, r)
		}
		if !strings.Contains(stderr, "300 acknowledged") {
			t.Errorf("the summary is not on standard error: %s", stderr)
		}
		if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("<svg")) {
			t.Errorf("%v: %.200s", err, html)
		}
	})
	t.Run("what is acknowledged and not there is exit 4, with the list", func(t *testing.T) {
		code, stdout, _ := fire(t, "--target", url, "--max", "--count", "8", "--employees", "4", "--from", "2026-01-01", "--days", "3", "--verify")
		if code != exitDiffers || strings.Count(stdout, "\nmissing ") != 4 || !strings.Contains(stdout, "4 missing, 0 wrong") {
			t.Errorf("exit %d\n%s", code, stdout)
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		code, stdout, stderr := fire(t, "--target", "http://127.0.0.1:1", "--max")
		if code != exitFailed || stdout != "" || !strings.Contains(stderr, "nothing listens at 127.0.0.1:1") {
			t.Errorf("exit %d, %s, %s", code, stdout, stderr)
		}
	})
	t.Run("nothing is acknowledged", func(t *testing.T) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				w.WriteHeader(500)
			}
		}))
		defer server.Close()
		code, stdout, stderr := fire(t, "--target", server.URL, "--max", "--count", "3")
		if code != exitFailed || !strings.Contains(stderr, "nothing was acknowledged") || !strings.Contains(stdout, "status 500") {
			t.Errorf("exit %d, %s, %s", code, stdout, stderr)
		}
	})
	t.Run("a file that can't be written", func(t *testing.T) {
		code, stdout, stderr := fire(t, "--target", url, "--max", "--count", "3", "--json", filepath.Join(t.TempDir(), "no", "such"))
		if code != exitFailed || !strings.Contains(stdout, "3 acknowledged") || !strings.Contains(stderr, "no/such") {
			t.Errorf("exit %d, %s, %s", code, stdout, stderr)
		}
	})
	t.Run("a signal ends it early, and it still tells and verifies", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var out, errs bytes.Buffer
		var once sync.Once
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				once.Do(cancel)
				fmt.Fprint(w, `{"accepted":1}`)
			case strings.HasPrefix(r.URL.Path, "/v1/days/"):
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"entries":[],"next":null}`)
			}
		}))
		defer server.Close()
		code := run(ctx, []string{"--target", server.URL, "--rate", "500/s", "--for", "1h", "--verify", "--from", "2026-01-01", "--days", "2"}, &out, &errs)
		if code != exitDiffers || !strings.Contains(out.String(), "stopped before its end") || !strings.Contains(out.String(), "missing") {
			t.Errorf("exit %d, %s, %s", code, &out, &errs)
		}
	})
}

func TestVegeta(t *testing.T) {
	url := yes(t, 0)
	file := filepath.Join(t.TempDir(), "targets.json")
	code, stdout, stderr := fire(t, "--target", url, "--count", "20", "--batch", "5", "--vegeta", file)
	if code != exitOK || stdout != "" || !strings.Contains(stderr, "wrote 4 requests") {
		t.Errorf("exit %d, %s, %s", code, stdout, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), "\n") != 4 {
		t.Fatalf("%v: %s", err, text)
	}
	for line := range strings.Lines(string(text)) {
		if !json.Valid([]byte(line)) {
			t.Errorf("%s", line)
		}
	}
	t.Run("to standard output", func(t *testing.T) {
		if _, stdout, _ := fire(t, "--target", url, "--count", "20", "--batch", "5", "--vegeta", "-"); stdout != string(text) {
			t.Errorf("%s", stdout)
		}
	})
}
