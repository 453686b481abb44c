package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

const (
	batchSize    = 5000
	firstRetry   = 250 * time.Millisecond
	longestRetry = 10 * time.Second
)

// feeder sends touches to a sink.
type feeder struct {
	sink    Sink
	staff   *generate.Staff
	now     func() time.Time
	history int
	speed   float64
	logger  *slog.Logger
	plan    *plan
}

func newFeeder(sink Sink, o Options) *feeder {
	f := &feeder{sink: sink, staff: o.Staff, now: o.Now, history: o.History, speed: o.Speed, logger: o.Logger}
	if f.now == nil {
		f.now = time.Now
	}
	if f.history == 0 {
		f.history = defaultHistory
	}
	f.history = max(f.history, 0)
	if f.speed <= 0 {
		f.speed = 1
	}
	if f.logger == nil {
		f.logger = slog.Default()
	}
	return f
}

// dayOf is the date that the staff's clocks show at t.
func (f *feeder) dayOf(t time.Time) timesheet.Day {
	return timesheet.DayOf(t.In(f.staff.Location()).Date())
}

// flush sends what the plan has due now, and extra, and answers how many clockings
// that were.
func (f *feeder) flush(ctx context.Context, extra []touch) (int, error) {
	due := append(f.plan.due(timesheet.InstantOf(f.now())), extra...)
	for sent := 0; sent < len(due); sent += batchSize {
		if err := f.send(ctx, due[sent:min(sent+batchSize, len(due))]); err != nil {
			return sent, err
		}
	}
	return len(due), nil
}

// send submits touches until they are durable. After Stale they are made anew under
// the sink's new day rules.
func (f *feeder) send(ctx context.Context, touches []touch) error {
	wait := firstRetry
	for {
		err := f.submit(ctx, touches)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, timesheet.Stale):
			if err = f.sink.Reload(ctx); err == nil {
				continue
			}
		}
		if !errors.Is(err, timesheet.Unavailable) && !errors.Is(err, timesheet.Overloaded) {
			return err
		}
		f.logger.WarnContext(ctx, "demo: the service takes nothing now, trying again", "in", wait, "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, longestRetry)
	}
}

func (f *feeder) submit(ctx context.Context, touches []touch) error {
	rules, now := f.sink.DayRules(), timesheet.InstantOf(f.now())
	batch := timesheet.Batch{RulesVersion: rules.Version(), Entries: make([]timesheet.Entry, 0, len(touches))}
	for _, t := range touches {
		e, err := rules.Entry(timesheet.Clocking{Employee: t.employee, At: timesheet.At(t.clocked)}, timesheet.Direct, now)
		if err != nil {
			return fmt.Errorf("a made-up clocking: %w", err)
		}
		batch.Entries = append(batch.Entries, e)
	}
	_, err := f.sink.Submit(ctx, batch)
	return err
}
