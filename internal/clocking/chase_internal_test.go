package clocking

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet/internal/generate"
)

// Behind writers who overlap without a pause, a waiting reader's page lasts until it
// is full, however short each wait is; one that skips rows ends at once.
func TestWaitingReaderChasesWriters(t *testing.T) {
	for how, ends := range map[reading]bool{waiting: false, skipping: true} {
		synctest.Test(t, func(t *testing.T) {
			s := New(Options{})
			staff := generate.New(generate.Options{Employees: 10})
			w := s.StartWriters(WriterOptions{Rows: AtOnce(Stamped(staff, time.Now)), Writers: 8, MaxHold: 300 * time.Millisecond})
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			page := &scan{system: s, how: how, spans: []span{{1, maxID}}, limit: 10_000, timeout: 5 * time.Second}
			err := page.each(ctx, func([]row, []employee) (bool, error) { return true, nil })
			if errors.Is(err, context.DeadlineExceeded) == ends || ends && err != nil {
				t.Errorf("reading %d: %v", how, err)
			}
			w.Abandon()
		})
	}
}
