package ingest

import (
	"context"
	"log/slog"
	"time"

	"timesheet"
)

// PollerStore is what a Poller needs of a store. Its Merge is only called without
// entries, to learn whether the store still is the one it was.
type PollerStore interface {
	timesheet.Checkpointer
	timesheet.Quarantine
	Partitions() int
	Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged
	Days(ctx context.Context) ([]timesheet.Day, error)
}

// Reseed says what to do when the view's ids began anew, or the view was rebuilt.
type Reseed string

const (
	// StopOnReseed says: read nothing more until somebody rescans.
	StopOnReseed Reseed = "stop"
	// RescanOnReseed says: read everything again, by itself.
	RescanOnReseed Reseed = "rescan"
)

// PollerOptions say how to poll. The zero value is good.
type PollerOptions struct {
	Source string // names checkpoint, lease and rejected rows in the store; "clocking" by default
	Holder string // who polls, for people: host and process

	Interval       time.Duration // between two polls when there is nothing more to read; 1 s by default
	Page           int           // rows read at once; 10,000 by default
	Unacknowledged int           // batches that may be on their way to the sink; 2 by default, while a third is read

	// GapAge is how long an id that was skipped may still come; 15 minutes by default.
	// Only time in which the view could be read counts.
	GapAge     time.Duration
	SweepAge   time.Duration // rows first seen since then are swept; 24 h by default, less than 0 for none
	SweepEvery time.Duration // between two sweeps; 10 minutes by default
	RewindBy   time.Duration // how far to go back when the store has lost something; 24 h by default
	LeaseFor   time.Duration // at least 1 s; 6 s by default

	SearchFor time.Duration // how long Rows may take; 5 s by default

	OnReseed Reseed // StopOnReseed by default

	// FromID is the first row to read at the first start, FromTime the first time. With
	// neither everything is read; with both the later of the two rows is the first. Ids that begin anew are read from the
	// lowest on, whatever FromID is.
	FromID   *timesheet.RowID
	FromTime *timesheet.Wall

	Now    func() time.Time // wall clock; time.Now by default
	Logger *slog.Logger     // slog.Default() by default
}

func (o *PollerOptions) setDefaults() {
	orElse(&o.Source, "clocking")
	orElse(&o.Interval, time.Second)
	orElse(&o.Page, 10_000)
	orElse(&o.Unacknowledged, 2)
	orElse(&o.GapAge, 15*time.Minute)
	orElse(&o.SweepAge, 24*time.Hour)
	orElse(&o.SweepEvery, 10*time.Minute)
	o.RewindBy = max(o.RewindBy, 0) // what was lost is read again in any case
	orElse(&o.RewindBy, 24*time.Hour)
	orElse(&o.LeaseFor, 6*time.Second)
	o.LeaseFor = max(o.LeaseFor, time.Second)
	orElse(&o.SearchFor, 5*time.Second)
	orElse(&o.OnReseed, StopOnReseed)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
}

// orElse sets what is zero to its default.
func orElse[T comparable](v *T, usual T) {
	var zero T
	if *v == zero {
		*v = usual
	}
}
