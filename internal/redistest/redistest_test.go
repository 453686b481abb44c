package redistest_test

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"timesheet/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServer(t *testing.T) {
	s := redistest.Start(t)
	set := func(v string) {
		t.Helper()
		if got := s.Command("SET", "k", v); got != "+OK" {
			t.Fatalf("SET answered %q", got)
		}
	}
	want := func(v string) {
		t.Helper()
		if got := s.Command("GET", "k"); got != v {
			t.Fatalf("GET answered %q, want %q", got, v)
		}
	}
	set("1")
	s.Kill()
	s.Restart()
	want("1")
	old := s.CopyAOF()
	set("2")
	s.Pause()
	s.Resume()
	s.Restart()
	want("2")
	s.RestoreAOF(old)
	want("1")
}

func TestReplica(t *testing.T) {
	s := redistest.Start(t, "--requirepass", "secret", "--masterauth", "secret")
	r := s.Replica(t, "--requirepass", "secret", "--masterauth", "secret")
	if got := r.Command("SET", "k", "v"); !strings.HasPrefix(got, "-READONLY") {
		t.Fatalf("a replica answered %q", got)
	}
	p := redistest.StartProxy(t, s)
	if !strings.HasPrefix(p.URL(), "redis://127.0.0.1:") {
		t.Fatal(p.URL())
	}
	r.Promote()
	p.Switch(r)
	if got := r.Command("SET", "k", "v"); got != "+OK" {
		t.Fatalf("a promoted replica answered %q", got)
	}
}

func TestCluster(t *testing.T) {
	for _, s := range redistest.StartCluster(t, 3) {
		s.Await("cluster_slots_ok:16384", "CLUSTER", "INFO")
	}
}
