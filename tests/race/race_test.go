package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shortRace runs a race of one round to its end and answers what --json wrote and what
// was printed.
func shortRace(t *testing.T, service string, args ...string) (report, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "race.json")
	args = append(args, "--service", service, "--rounds", "1", "--seconds", "0.3", "--warm-up", "0.3",
		"--employees", "300", "--connections", "32", "--dir", t.TempDir(), "--json", file)
	var out, errs strings.Builder
	if code := run(t.Context(), args, &out, &errs); code != exitOK {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

// wantTurns demands a turn of each, in this order, and that each did something.
func wantTurns(t *testing.T, r report, names ...string) {
	t.Helper()
	var got []string
	for _, m := range r.Turns {
		got = append(got, m.Contestant)
		if m.Round != 1 || m.Values["p99_ms"] <= 0 || m.Values["p50_ms"] > m.Values["p99_ms"] || m.Values["p99_ms"] > m.Values["p999_ms"] {
			t.Errorf("%+v", m)
		}
	}
	if !slices.Equal(got, names) {
		t.Errorf("got turns of %v, want %v", got, names)
	}
}

// wantReached demands that all that the service acknowledged reached the actors.
func wantReached(t *testing.T, r report) {
	t.Helper()
	counted := 0
	for _, m := range r.Turns {
		if reached, ok := m.Values["reached"]; ok {
			counted++
			if reached == 0 || reached != m.Values["accepted"] || m.Values["acknowledged"] > reached {
				t.Errorf("%+v", m)
			}
		}
	}
	if counted < 2 {
		t.Errorf("%d turns counted what reached the actors", counted)
	}
}

func TestRaces(t *testing.T) {
	service, err := buildService(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("posts", func(t *testing.T) {
		r, text := shortRace(t, service)
		wantTurns(t, r, "bind", "naive", "lua", "lock", "mutex", "group", "sync", "service", "pebble")
		wantReached(t, r)
		for _, m := range r.Turns {
			wrong := m.Values["rush_wrong"] + m.Values["rush_missing"] + m.Values["live_wrong"] + m.Values["live_missing"]
			if m.Contestant == "naive" {
				if m.Values["rush_wrong"] == 0 { // most are, with 32 posts under way
					t.Error("a rush didn't make naive go wrong")
				}
				wrong -= m.Values["rush_wrong"] + m.Values["live_wrong"]
			}
			if checked := m.Values["live_entries"] > 0 && m.Values["rush_entries"] > 0; wrong != 0 || checked == (m.Contestant == "bind" || m.Contestant == "sync") {
				t.Errorf("%+v", m)
			}
			if m.Values["rate"] <= 0 || m.Values["cpu_us"] <= 0 || m.Values["rss_mb"] <= 1 || m.Values["fold"] != 1 {
				t.Errorf("%+v", m)
			}
		}
		for _, want := range []string{"\nbind ", "\npebble ", "× lua", "p99.9", "service at least 0.85 × the req/s of bind: "} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		if len(r.Verdicts) != len(postGoals) {
			t.Errorf("%q", r.Verdicts)
		}
	})
	t.Run("latency", func(t *testing.T) {
		r, text := shortRace(t, service, "latency", "--rate", "500")
		wantTurns(t, r, "disk", "evalsha", "group", "sync", "service", "pebble")
		wantReached(t, r)
		for i, rival := range []string{"", "", "evalsha", "disk", "evalsha", "disk"} {
			if m := r.Turns[i]; m.Against != rival || m.Contestant != "disk" && m.Values["acknowledged"]+m.Values["unsent"] < 149 {
				t.Errorf("%+v", m)
			}
		}
		if strings.Contains(text, "not measured") {
			t.Error(text)
		}
	})
	t.Run("bulk", func(t *testing.T) {
		r, text := shortRace(t, service, "bulk", "--batch", "600")
		wantTurns(t, r, "lua", "service", "pebble")
		wantReached(t, r)
		for _, m := range r.Turns[1:] {
			if m.Values["fold"] != 2 || m.Values["live_entries"] == 0 || m.Values["live_wrong"]+m.Values["live_missing"] != 0 {
				t.Errorf("%+v", m)
			}
		}
		if !strings.Contains(text, "joins/s") || strings.Contains(text, "not measured") {
			t.Error(text)
		}
	})
	t.Run("of_further_builds", func(t *testing.T) {
		r, text := shortRace(t, service, "--only", "before,lua", "--build", "before="+service)
		wantTurns(t, r, "lua", "before")
		if !strings.Contains(text, "not measured: service at least 1.6") {
			t.Error(text)
		}
	})
}
