package demo

import (
	"log/slog"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

// feeder writes touches to a database.
type feeder struct {
	db      Database
	staff   *generate.Staff
	now     func() time.Time
	history int
	speed   float64
	logger  *slog.Logger
	plan    *plan
}

func newFeeder(db Database, o Options) *feeder {
	f := &feeder{db: db, staff: o.Staff, now: o.Now, history: o.History, speed: o.Speed, logger: o.Logger}
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

// flush writes what the plan has due now, and extra, and answers how many touches
// that were.
func (f *feeder) flush(extra []touch) (int, error) {
	due := append(f.plan.due(timesheet.InstantOf(f.now())), extra...)
	return f.db.Load(func(yield func(clocking.Row) bool) {
		for _, t := range due {
			at := clocking.Zoned(t.clocked.Time().In(f.staff.Location()))
			if !yield(clocking.Row{Employee: string(t.employee), At: at}) {
				return
			}
		}
	})
}
