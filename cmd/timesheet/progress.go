package main

import (
	"fmt"
	"io"
	"time"

	"timesheet/ingest"

	"github.com/schollz/progressbar/v3"
)

// bar is the progress of an import on a terminal.
type bar struct{ bar *progressbar.ProgressBar }

func newBar(w io.Writer) *bar {
	return &bar{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30))}
}

// show is called with what was read so far. What a terminal doesn't take is not worth
// failing an import for.
func (b *bar) show(p ingest.Progress) {
	if p.Total > 0 && b.bar.GetMax64() != p.Total {
		b.bar.ChangeMax64(p.Total)
	}
	b.bar.Describe(fmt.Sprintf("%d accepted, %d rejected", p.Accepted, p.Rejected))
	_ = b.bar.Set64(p.Read)
}

func (b *bar) finish() { _ = b.bar.Finish() }

// printSummary says what an import did. After a failure it counts what is durable.
func printSummary(w io.Writer, s ingest.Summary, err error) {
	if err != nil && s.Accepted+s.Rejected == 0 {
		return
	}
	seconds := s.Elapsed.Seconds()
	fmt.Fprintf(w, "accepted         %d\n", s.Accepted)
	fmt.Fprintf(w, "rejected         %d\n", s.Rejected)
	fmt.Fprintf(w, "entries touched  %d\n", s.Entries)
	fmt.Fprintf(w, "seconds          %.2f\n", seconds)
	fmt.Fprintf(w, "clockings/s      %.0f\n", float64(s.Accepted)/max(seconds, 1e-9))
	for _, extra := range []struct {
		n    int64
		what string
	}{
		{s.Expired, "expired          %d (before the retention's floor, or of erased employees: not stored)\n"},
		{s.Ambiguous, "ambiguous        %d (a local time that the clocks showed twice: the earlier one counts)\n"},
		{s.Nonexistent, "non-existent     %d (a local time that the clocks skipped: moved forward)\n"},
	} {
		if extra.n > 0 {
			fmt.Fprintf(w, extra.what, extra.n)
		}
	}
}
