package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"timesheet/internal/redistest"
)

// fire runs the load generator to its end, with a workload of some days.
func fire(t testing.TB, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), fireBinary, append([]string{"--employees", "50", "--days", "60"}, args...)...)
	cmd.Env = cleanEnv()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// The load generator proves what the service promises: whatever the format, the order
// and the faults on the way, every entry is what was acknowledged.
func TestFire(t *testing.T) {
	t.Parallel()
	stores := map[string]string{"pebble": "pebble:" + t.TempDir(), "redis": redistest.Start(t).URL()}
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			targets := []string{"--target", startService(t, store).url}
			if name == "redis" { // which several instances can share
				targets = append(targets, "--target", startService(t, store).url)
			}
			for i, args := range []string{
				"--max --count 3000",
				"--max --count 20000 --format ndjson --batch 1..500 --order shuffled --duplicates 0.1 --late 0.05",
				"--rate 3000/s --count 3000 --format csv --batch 10 --order id --zone UTC",
			} {
				t.Run(args, func(t *testing.T) {
					file := filepath.Join(t.TempDir(), "out.json")
					stdout, stderr, exit := fire(t, slices.Concat(strings.Fields(args), targets, []string{"--verify", "--seed", fmt.Sprint(i), "--json", file})...)
					if exit != 0 || !strings.Contains(stdout, "0 missing, 0 wrong, 0 too many") {
						t.Fatalf("exit %d\n%s%s", exit, stdout, stderr)
					}
					text, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					var r struct {
						Clockings, Acknowledged int
						Verification            struct{ Entries int }
					}
					if err := json.Unmarshal(text, &r); err != nil || r.Acknowledged != r.Clockings || r.Clockings < 3000 || r.Verification.Entries == 0 {
						t.Errorf("%v: %+v", err, r)
					}
				})
			}
		})
	}
}

// liar passes posts on but for every nth, with which it does as told.
func liar(t *testing.T, service string, nth int64, instead func(w http.ResponseWriter, r *http.Request, pass http.Handler)) string {
	t.Helper()
	to, err := url.Parse(service)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(to)
	var posts atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && posts.Add(1)%nth == 0 {
			instead(w, r, pass)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

func TestFireFindsOut(t *testing.T) {
	t.Parallel()
	s := startService(t, "pebble:"+t.TempDir())
	args := []string{"--max", "--count", "4000", "--batch", "5", "--format", "ndjson", "--connections", "8", "--verify"}
	t.Run("acknowledged and thrown away is exit 4", func(t *testing.T) {
		url := liar(t, s.url, 50, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			_, _ = io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, `{"accepted":5}`)
		})
		stdout, stderr, exit := fire(t, append(args, "--target", url, "--prefix", "A")...)
		if exit != 4 || !strings.Contains(stdout, "\nwrong ") && !strings.Contains(stdout, "\nmissing ") {
			t.Errorf("exit %d\n%.2000s%s", exit, stdout, stderr)
		}
	})
	t.Run("stored, and the answer lost, is fine", func(t *testing.T) {
		url := liar(t, s.url, 50, func(_ http.ResponseWriter, r *http.Request, pass http.Handler) {
			pass.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		})
		stdout, stderr, exit := fire(t, append(args, "--target", url, "--prefix", "B")...)
		if exit != 0 || !strings.Contains(stdout, "connection broken") || !strings.Contains(stdout, "clockings, stored or not") {
			t.Errorf("exit %d\n%.2000s%s", exit, stdout, stderr)
		}
	})
	t.Run("stored, and answered that it isn't, is stored once it is sent again", func(t *testing.T) {
		url := liar(t, s.url, 50, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			pass.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		stdout, stderr, exit := fire(t, append(args, "--target", url, "--prefix", "C", "--retry-cap", "10ms")...)
		if exit != 0 || !strings.Contains(stdout, "status 503, tried again") || !strings.Contains(stdout, "4,000 acknowledged") {
			t.Errorf("exit %d\n%.2000s%s", exit, stdout, stderr)
		}
	})
}

// TestK6Script checks the syntax of the script for k6, which is no part of the tests.
func TestK6Script(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("load", "clockings.k6.js"))
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(t.TempDir(), "clockings.mjs") // so named, node takes it as a module
	if err := os.WriteFile(module, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "node", "--check", module).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s(this test needs node: apt-get install nodejs)", err, out)
	}
}
