package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

func TestToken(t *testing.T) {
	var without atomic.Int64
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/readyz" && r.Header.Get("Authorization") != "Bearer ts_secret":
			without.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
		case r.Method == http.MethodPost:
			_, _ = w.Write([]byte(`{"accepted":1}`))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"entries":[],"next":null,"as_of":null}`))
		}
	}))
	defer service.Close()
	file := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--target", service.URL, "--max", "--count", "3", "--from", "2026-01-01", "--days", "2", "--verify", "--json", "-"}

	t.Run("is shown with every request, and told to nobody", func(t *testing.T) {
		write("ts_secret\n- name: load\n")
		code, stdout, stderr := fire(t, append(args, "--token-file", file)...)
		if code != exitDiffers || without.Load() != 0 { // the service forgets all
			t.Errorf("exit %d, %d requests without it: %s", code, without.Load(), stderr)
		}
		if strings.Contains(stdout+stderr, "ts_secret") {
			t.Errorf("it is told:\n%s\n%s", stdout, stderr)
		}
	})
	t.Run("without one, what is refused is told", func(t *testing.T) {
		code, _, stderr := fire(t, "--target", service.URL, "--max", "--count", "3")
		if code != exitFailed || !strings.Contains(stderr, "nothing was acknowledged") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("files that have none are refused, and not shown", func(t *testing.T) {
		for _, text := range []string{"", "\nts_secret", "ts secret\n", "ts_\x00"} {
			write(text)
			if code, _, stderr := fire(t, append(args, "--token-file", file)...); code != exitUsage || !strings.Contains(stderr, "first line is no token") || strings.Contains(stderr, "secret\"") {
				t.Errorf("%q: exit %d, %s", text, code, stderr)
			}
		}
		if code, _, stderr := fire(t, append(args, "--token-file", file+"s")...); code != exitUsage || !strings.Contains(stderr, "no such file") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
}
