package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/ingest"

	"github.com/schollz/progressbar/v3"
)

// Run reads rows of the source again.
func (c *replayCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	view, err := c.open(log)
	if err != nil {
		return err
	}
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return errors.Join(err, view.Close())
	}
	summary, err := c.replay(ctx, con, log, s, tellView(log, view), o)
	err = errors.Join(err, s.Close(), view.Close())
	if summary.Rows > 0 || err == nil {
		printReplay(con.out, summary)
	}
	return err
}

// options are the range to read.
func (c *replayCmd) options() (ingest.ReplayOptions, error) {
	o := ingest.ReplayOptions{Source: c.SourceName, Page: int(c.Page)}
	if c.From.set && c.To.set && c.From.isDay != c.To.isDay {
		return o, usagef("--from %v and --to %v are a day and a row's id; say two days or two ids", c.From, c.To)
	}
	switch {
	case c.From.isDay && c.To.isDay && c.From.day > c.To.day, !c.From.isDay && c.From.set && c.To.set && c.From.row > c.To.row:
		return o, usagef("--from %v lies after --to %v", c.From, c.To)
	case c.From.isDay || c.To.isDay:
		o.FromDay, o.ToDay = timesheet.FirstDay, timesheet.LastDay
		if c.From.set {
			o.FromDay = c.From.day
		}
		if c.To.set {
			o.ToDay = c.To.day
		}
		return o, nil
	}
	if c.From.set {
		o.FromID = &c.From.row
	}
	if c.To.set {
		o.ToID = &c.To.row
	}
	return o, nil
}

func (c *replayCmd) replay(ctx context.Context, con *console, log *slog.Logger, s site, view ingest.View, o ingest.ReplayOptions) (ingest.ReplaySummary, error) {
	sink, err := s.Sink(ctx)
	if err != nil {
		return ingest.ReplaySummary{}, err
	}
	if isTerminal(con.err) {
		bar := newRowBar(con.err)
		defer bar.finish()
		o.Progress = func(p ingest.ReplayProgress) {
			bar.show(int64(p.AtID-p.FirstID), int64(p.LastID-p.FirstID), fmt.Sprintf("%d rows, %d rejected", p.Rows, p.Rejected))
		}
	}
	return ingest.Replay(ctx, view, tellSink(log, sink), s, o)
}

func printReplay(w io.Writer, s ingest.ReplaySummary) {
	seconds := s.Elapsed.Seconds()
	fmt.Fprintf(w, "rows       %d\n", s.Rows)
	fmt.Fprintf(w, "accepted   %d\n", s.Accepted)
	fmt.Fprintf(w, "rejected   %d\n", s.Rejected)
	for _, extra := range []struct {
		n    int64
		what string
	}{
		{s.Outside, "outside    %d (of other days, or of none)\n"},
		{s.Aside, "aside      %d (rejected before, left out; see: timesheet source rejected)\n"},
		{s.Expired, "expired    %d (before the retention's floor, or of erased employees: not stored)\n"},
	} {
		if extra.n > 0 {
			fmt.Fprintf(w, extra.what, extra.n)
		}
	}
	fmt.Fprintf(w, "seconds    %.2f\n", seconds)
	fmt.Fprintf(w, "rows/s     %.0f\n", float64(s.Rows)/max(seconds, 1e-9))
}

// rowBar is the progress through a source on a terminal, with rate and time left.
type rowBar struct{ bar *progressbar.ProgressBar }

func newRowBar(w io.Writer) *rowBar {
	return &rowBar{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionShowIts(), progressbar.OptionSetItsString("ids"),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(true), progressbar.OptionSetWidth(30))}
}

// show is called with how far it came; what a terminal doesn't take is not worth
// failing for.
func (b *rowBar) show(done, total int64, words string) {
	if total > 0 && b.bar.GetMax64() != total {
		b.bar.ChangeMax64(total)
	}
	b.bar.Describe(words)
	_ = b.bar.Set64(done)
}

func (b *rowBar) finish() { _ = b.bar.Finish() }
