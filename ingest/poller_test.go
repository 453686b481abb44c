package ingest_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
)

// usual is the options of the tests that let the defaults be.
func usual(holder string) ingest.PollerOptions {
	return ingest.PollerOptions{Holder: holder, Now: inBubble}
}

// inWorld runs a test in a bubble, with an empty source and an empty store.
func inWorld(t *testing.T, name string, f func(s *sim)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &sim{TB: t, rng: rand.New(rand.NewPCG(1, 7)), source: newClockings(), store: site(t)}
			defer s.end()
			f(s)
		})
	})
}

// pass lets time pass.
func (s *sim) pass(d time.Duration) {
	sleep(d)
	synctest.Wait()
}

// expect says what the status is like, errors and times aside.
func (s *sim) expect(p *process, state timesheet.SourceState, last, settled timesheet.RowID, gaps int64) {
	s.Helper()
	got := p.poller.Status()
	if got.State != state || got.LastID != last || got.SettledID != settled || got.OpenGaps != gaps {
		s.Errorf("%s (%s), last %d, settled %d, %d open gaps; want %s, %d, %d, %d", got.State, got.Error,
			got.LastID, got.SettledID, got.OpenGaps, state, last, settled, gaps)
	}
}

// complains says that the status tells of trouble in words.
func (s *sim) complains(p *process, state timesheet.SourceState, words string) {
	s.Helper()
	if got := p.poller.Status(); got.State != state || !strings.Contains(got.Error, words) {
		s.Errorf("%s: %q; want %s: …%s…", got.State, got.Error, state, words)
	}
}

// checkpoint is what the store has.
func (s *sim) checkpoint() timesheet.Checkpoint {
	s.Helper()
	c, err := s.store.Checkpoint(s.Context(), "clocking")
	if err != nil {
		s.Fatal(err)
	}
	return c
}
