// Package demo feeds a service with the clockings of a made-up staff: the last
// weeks, today until now, then each touch when its upload comes.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// Sink takes entries and answers when they are durable; actors.System is one.
type Sink interface {
	DayRules() *timesheet.DayRules
	Reload(ctx context.Context) error
	Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error)
}

// Options of the demo.
type Options struct {
	Staff   *generate.Staff
	Now     func() time.Time // nil means time.Now
	History int              // days before today to load first; 0 means 30, less means none
	// Speed is how busy the place is beside the staff's plan: 1 (which 0 means) is
	// a touch every other second, 10 is five a second. Time itself always runs at
	// its own pace, since no clocking may lie in the future.
	Speed  float64
	Logger *slog.Logger // nil means slog.Default
}

// defaultHistory is a month, so that the board has something to page back to.
const defaultHistory = 30

// tick is how often uploads that became due are sent.
const tick = time.Second

// Run feeds sink until ctx ends, then it answers nil. An unavailable or overloaded
// sink is tried again for as long as it takes; other errors of it end the demo.
// What was fed once and is fed again changes nothing, so a demo may be restarted.
func Run(ctx context.Context, sink Sink, o Options) error {
	err := run(ctx, newFeeder(sink, o))
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func run(ctx context.Context, f *feeder) error {
	began := f.now()
	today := f.dayOf(began)
	f.plan = newPlan(f.staff, today-timesheet.Day(f.history), today)
	sent, err := f.flush(ctx, nil)
	if err != nil {
		return fmt.Errorf("load the demo's history: %w", err)
	}
	f.logger.InfoContext(ctx, "demo: history loaded", "clockings", sent, "days", f.history+1, "took", f.now().Sub(began).Round(time.Millisecond))
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	visits := newVisits(f.staff, f.now(), f.speed)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := f.now()
		f.plan.extend(f.dayOf(now))
		if _, err := f.flush(ctx, visits.until(now, f.dayOf(now))); err != nil {
			return fmt.Errorf("feed the demo: %w", err)
		}
	}
}

// Assignments are the day rules of the staff in zone, an IANA name: days begin at
// midnight, and at noon for those who work nights.
func Assignments(staff *generate.Staff, zone string) []timesheet.Assignment {
	assignments := []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: zone}}}
	for _, e := range staff.Nights() {
		assignments = append(assignments, timesheet.Assignment{
			Employee: e, From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: zone, Boundary: 12 * time.Hour},
		})
	}
	return assignments
}
