package tests

import (
	"net/http"
	"testing"
	"time"

	"timesheet/internal/redistest"
)

// After each loss of data in Redis, clockings that the service knows by its caches
// must be written again when they are sent again.

func TestReplayAfterFlush(t *testing.T) {
	server := redistest.Start(t)
	a, b := startService(t, server.URL()), startService(t, server.URL())
	clockings := generated(t, 30, 5)
	sendInIDOrder(t, clockings, a, b)
	requireEqual(t, exported(t, server.URL()), expected(clockings))
	server.Command("FLUSHALL")
	sendInIDOrder(t, clockings, a, b)
	requireEqual(t, exported(t, server.URL()), expected(clockings))
}

func TestReplayAfterOlderAOF(t *testing.T) {
	server := redistest.Start(t)
	s := startService(t, server.URL())
	clockings := generated(t, 30, 5)
	half := len(clockings) / 2
	sendInIDOrder(t, clockings[:half], s)
	server.Stop()
	old := server.CopyAOF()
	server.Restart()
	sendInIDOrder(t, clockings[half:], s)
	requireEqual(t, exported(t, server.URL()), expected(clockings))
	server.RestoreAOF(old)
	sendInIDOrder(t, clockings, s)
	requireEqual(t, exported(t, server.URL()), expected(clockings))
}

func TestReplayAfterPromotionOfLaggingReplica(t *testing.T) {
	first := redistest.Start(t)
	second := first.Replica(t)
	proxy := redistest.StartProxy(t, first)
	s := startService(t, proxy.URL())
	clockings := generated(t, 30, 5)
	half := len(clockings) / 2
	sendInIDOrder(t, clockings[:half], s)
	second.Await(first.Command("DBSIZE"), "DBSIZE")
	second.Promote() // from here on it misses what the first is sent
	sendInIDOrder(t, clockings[half:], s)
	first.Kill()
	proxy.Switch(second)
	if kept := exported(t, second.URL()); len(kept) == len(expected(clockings)) {
		t.Fatal("the replica lost nothing: the test shows nothing")
	}
	sendInIDOrder(t, clockings, s)
	requireEqual(t, exported(t, second.URL()), expected(clockings))
}

func TestStoreAway(t *testing.T) {
	server := redistest.Start(t)
	s := startService(t, server.URL())
	clockings := generated(t, 30, 10)
	half := len(clockings) / 2
	sendInIDOrder(t, clockings[:half], s)
	server.Kill()

	before := residentKiB(t, s.cmd.Process.Pid)
	refused := 0
	begun := time.Now()
	for _, c := range clockings[half:] {
		ok, status, err := post(t.Context(), s.url, []clocking{c})
		if err != nil || ok || status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests {
			t.Fatalf("store away: accepted %v, status %d, %v; want 503", ok, status, err)
		}
		if refused++; refused == 200 {
			break
		}
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("200 answers took %v", took)
	}
	if grown := residentKiB(t, s.cmd.Process.Pid) - before; grown > 100<<10 {
		t.Errorf("memory grew by %d KiB while the store was away", grown)
	}
	code, _, err := s.status("/readyz")
	if err != nil || code != http.StatusServiceUnavailable {
		t.Fatalf("/readyz: %d, %v; want 503", code, err)
	}
	if code, header, err := s.status("/v1/days/2026-03-02"); err != nil || code != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		t.Fatalf("board: %d, Retry-After %q, %v; want 503 with Retry-After", code, header.Get("Retry-After"), err)
	}

	server.Restart()
	sendInIDOrder(t, clockings[half:], s)
	requireEqual(t, exported(t, server.URL()), expected(clockings))
	awaitStatus(t, s, "/readyz", http.StatusOK, 10*time.Second)
}
