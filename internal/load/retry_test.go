package load_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"timesheet/internal/load"
)

func TestRetry(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		t.Run(http.StatusText(status)+" is sent again after what was told", func(t *testing.T) {
			f := newFake(t)
			f.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
				if n == 1 || n == 2 {
					w.Header().Set("Retry-After", "1")
					w.WriteHeader(status)
				}
				return n <= 2
			}
			p := f.plan(t, 5)
			p.Connections, p.Retry = 1, load.Retry{Attempts: 2, Cap: 40 * time.Millisecond}
			r := run(t, p)
			if r.Acknowledged != 5 || r.Retries != 2 || r.Maybe != 0 || f.posts != 7 {
				t.Errorf("%d acknowledged, %d retries, %d maybe, %d posts", r.Acknowledged, r.Retries, r.Maybe, f.posts)
			}
			if r.Latency.Max < 80*time.Millisecond {
				t.Errorf("max %v: the waits are left out", r.Latency.Max)
			}
			if len(r.Problems) != 1 {
				t.Errorf("problems %v", r.Problems)
			}
			for kind, n := range r.Problems {
				if !strings.HasSuffix(kind, "tried again") || n != 2 {
					t.Errorf("%s: %d", kind, n)
				}
			}
		})
	}
	t.Run("waits as long as told", func(t *testing.T) {
		f := newFake(t)
		f.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n == 1 {
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(429)
			}
			return n == 1
		}
		p := f.plan(t, 1)
		p.Retry.Attempts = 1
		if r := run(t, p); r.Latency.Max < time.Second {
			t.Errorf("acknowledged after %v, it was told to wait 1 s", r.Latency.Max)
		}
	})
	t.Run("gives up after so many attempts, and perhaps it is stored", func(t *testing.T) {
		f := newFake(t)
		f.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if _, err := f.take(r); err != nil { // stored, but not acknowledged
				t.Error(err)
			}
			w.WriteHeader(503)
			return true
		}
		p := f.plan(t, 2)
		p.Connections, p.Retry = 1, load.Retry{Attempts: 3, Cap: time.Millisecond}
		r := run(t, p)
		if r.Acknowledged != 0 || r.Maybe != 2 || r.Retries != 6 || f.posts != 8 || r.Problems["status 503"] != 2 {
			t.Errorf("%d acknowledged, %d maybe, %d retries, %d posts, %v", r.Acknowledged, r.Maybe, r.Retries, f.posts, r.Problems)
		}
		if v := verify(t, r); !v.OK() || v.Open != 2 {
			t.Errorf("verified: %+v", v)
		}
	})
}

func TestProblems(t *testing.T) {
	one := func(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *load.Result {
		f := newFake(t)
		f.before = func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n == 1 {
				answer(w, r)
			}
			return n == 1
		}
		p := f.plan(t, 3)
		p.Connections, p.Timeout = 1, 100*time.Millisecond
		return run(t, p)
	}
	hijacked := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = c.Write([]byte(text))
				_ = c.Close()
			}
		}
	}
	for kind, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"status 500":                           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"status 422":                           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422) },
		"connection broken":                    hijacked(""),
		"answer unreadable":                    hijacked("SMTP\r\n\r\n"),
		"timed out":                            func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() },
		`accepted in part: {"accepted":0}`:     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"accepted":0}`)) },
		`accepted in part: {"accepted":1,"ex…`: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"accepted":1,"expired":1}`)) },
	} {
		t.Run(kind, func(t *testing.T) {
			r := one(t, answer)
			found := false
			for got, n := range r.Problems {
				found = found || strings.HasPrefix(got, strings.TrimSuffix(kind, "…")) && n == 1
			}
			if !found || r.Maybe != 1 || r.Acknowledged != 2 {
				t.Errorf("%v, %d maybe, %d acknowledged", r.Problems, r.Maybe, r.Acknowledged)
			}
		})
	}
	t.Run("connection refused is certainly not stored", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		target, err := load.Resolve(t.Context(), "http://"+l.Addr().String(), false)
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		r := run(t, load.Plan{Workload: small(), Targets: []load.Target{target}, Count: 1})
		if r.Problems["connection refused"] != 1 || r.Maybe != 0 {
			t.Errorf("%v, %d maybe", r.Problems, r.Maybe)
		}
	})
}
