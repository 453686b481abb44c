// Package demo fills a Clocking system with the touches of a made-up staff: the last
// weeks, today until now, then each touch when its upload comes. A service that follows
// the system's view has a live day to show.
package demo

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

// Database is what the machines' software writes to; a clocking.System is one.
type Database interface {
	// Load adds rows under the next ids, committed at once, and answers how many.
	Load(rows iter.Seq[clocking.Row]) (int, error)
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

// Run fills db until ctx ends, then it answers nil. An error of db ends the demo.
func Run(ctx context.Context, db Database, o Options) error {
	err := run(ctx, newFeeder(db, o))
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func run(ctx context.Context, f *feeder) error {
	began := f.now()
	today := f.dayOf(began)
	f.plan = newPlan(f.staff, today-timesheet.Day(f.history), today)
	sent, err := f.flush(nil)
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
		if _, err := f.flush(visits.until(now, f.dayOf(now))); err != nil {
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
