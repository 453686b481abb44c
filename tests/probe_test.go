package tests

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// residentKiB is the resident memory of a process.
func residentKiB(t testing.TB, pid int) (kib int) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kib); n == 1 {
			return kib
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// awaitStatus polls a path until it answers with the code.
func awaitStatus(t testing.TB, s *service, path string, want int, within time.Duration) {
	t.Helper()
	deadline := time.After(within)
	for {
		code, _, err := s.status(path)
		if err == nil && code == want {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s: %d, %v; want %d within %v", path, code, err, want, within)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// get is the answer's code and body.
func (s *service) get(t testing.TB, path string) (int, string) {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
