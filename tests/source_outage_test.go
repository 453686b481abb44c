package tests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	rows "timesheet/internal/clocking"
)

// outagePassword would show in a log or an answer that isn't careful.
const outagePassword = "Geheim-4711-nobody-may-see"

// TestSourceOutages lets the source fail in each of its ways while the machines write.
// The service must say what is the matter, in words and without a secret, and have
// every row when it is over.
func TestSourceOutages(t *testing.T) {
	t.Parallel()
	for _, outage := range []struct {
		name  string
		begin func(*rows.System)
		lasts time.Duration
		end   func(*rows.System)
		says  []string // one of these, in the error; none: it may pass unnoticed
	}{
		{"down for a minute", func(s *rows.System) { s.Restart(time.Minute) }, time.Minute, nil, []string{"connection refused"}},
		{"cut in mid-page", func(s *rows.System) { s.Faults().CutAfter(300, -1) }, 5 * time.Second, cleared, []string{"connection"}},
		{"cut again and again", func(s *rows.System) { s.Faults().CutShare(0.3) }, 10 * time.Second, cleared, nil},
		{"login refused", func(s *rows.System) { s.Faults().RefuseLogin(true); s.CutConnections() }, 5 * time.Second, cleared, []string{"18456"}},
		{"view gone", func(s *rows.System) { s.Faults().DropView(true) }, 3 * time.Second, cleared, []string{"208"}},
		{"right taken away", func(s *rows.System) { s.Faults().Deny(true) }, 3 * time.Second, cleared, []string{"229"}},
		{"deadlock victim", func(s *rows.System) { s.Faults().Fail(1205, 1, -1) }, 5 * time.Second, cleared, []string{"1205"}},
		{"lock timeout", func(s *rows.System) { s.Faults().Fail(1222, 0, -1) }, 5 * time.Second, cleared, []string{"1222"}},
		{"frozen, attention unanswered", func(s *rows.System) { s.Faults().Freeze() }, 8 * time.Second, cleared, []string{"no answer from"}},
		{"slow", func(s *rows.System) { s.Faults().Delay(500 * time.Millisecond) }, 5 * time.Second, cleared, nil},
		{"errors of all kinds", func(s *rows.System) {
			for _, number := range []int32{1205, 1222, 10928, 40197, 40613, 64} {
				s.Faults().FailShare(number, 0.1)
			}
		}, 10 * time.Second, cleared, nil},
	} {
		t.Run(outage.name, func(t *testing.T) {
			t.Parallel()
			system := startMachines(t, rows.Options{Password: outagePassword})
			store := "pebble:" + t.TempDir()
			s := startService(t, store, reading(system, "--source-timeout", "3s", "--lock-timeout", "1s")...)
			w := system.StartWriters(rows.WriterOptions{Rows: rows.AtOnce(allMatter()), Rate: 200, Writers: 8, MaxHold: 200 * time.Millisecond, Rollback: 0.05, Retry: true, Seed: 5})
			defer w.Stop()
			s.awaitSource("begun", 20*time.Second, func(status sourceStatus) bool { return status.LastID > 100 })

			over := time.After(outage.lasts)
			go outage.begin(system)
			if outage.says != nil {
				status := s.awaitSource("told", 15*time.Second, func(status sourceStatus) bool {
					return (status.State == "retrying" || status.State == "stopped") && containsAny(status.trouble(), outage.says)
				})
				t.Logf("%s: %s", status.State, status.trouble())
				requirePlain(t, s)
			}
			<-over
			if outage.end != nil {
				outage.end(system)
			}
			// A minute is how long a refused login is left alone.
			s.awaitSource("recovered", 90*time.Second, func(status sourceStatus) bool { return status.State == "polling" || status.State == "catching_up" })
			w.Stop()
			s.read(system)
			requireNoSecret(t, s, outagePassword)
			s.stop(stopWithin)
			requireSource(t, store, system)
		})
	}
}

func cleared(s *rows.System) { s.Faults().Clear() }

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// requirePlain wants no answer of the service to have the password, and the service
// to take clockings all the same.
func requirePlain(t testing.TB, s *service) {
	t.Helper()
	for _, path := range []string{"/v1/source", "/v1/days/2026-01-05?limit=1", "/metrics"} {
		resp, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		text := new(strings.Builder)
		err = resp.Write(text)
		if err != nil || strings.Contains(text.String(), outagePassword) {
			t.Errorf("%s has the password, or %v", path, err)
		}
		_ = resp.Body.Close()
	}
	if code, _, err := s.status("/readyz"); err != nil || code != http.StatusOK {
		t.Errorf("/readyz: %d, %v: clockings by HTTP can be taken all the same", code, err)
	}
}
