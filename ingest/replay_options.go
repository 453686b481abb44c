package ingest

import (
	"time"

	"timesheet"
)

// ReplayOptions say what to read again. Ids and days can be given together; then a row
// has to be of both. The zero value reads everything.
type ReplayOptions struct {
	Source string // as in PollerOptions; "clocking" by default

	FromID, ToID   *timesheet.RowID // both included; nil for no bound
	FromDay, ToDay timesheet.Day    // both included; days of entries, by the day rules in force; 0 for no bound

	Page           int                  // rows read at once; 10,000 by default
	Unacknowledged int                  // batches that may be on their way to the sink; 4 by default
	Progress       func(ReplayProgress) // told some times a second and at the end, by one goroutine; nil for none
	// Patience is how long view, sink and store are tried again when they are away or
	// overloaded; 1 minute by default.
	Patience time.Duration
	Now      func() time.Time // wall clock; time.Now by default
}

func (o *ReplayOptions) setDefaults() {
	orElse(&o.Source, "clocking")
	orElse(&o.Page, 10_000)
	orElse(&o.Unacknowledged, 4)
	orElse(&o.Patience, time.Minute)
	orElse(&o.FromDay, timesheet.FirstDay)
	orElse(&o.ToDay, timesheet.LastDay)
	if o.Now == nil {
		o.Now = time.Now
	}
}

// days tells whether only some days are asked for.
func (o *ReplayOptions) days() bool {
	return o.FromDay > timesheet.FirstDay || o.ToDay < timesheet.LastDay
}

// ReplayProgress is how far a replay has come. FirstID and LastID are the bounds of
// what it reads, as far as there are rows.
type ReplayProgress struct {
	Rows, Accepted, Rejected int64 // as in ReplaySummary
	FirstID, LastID          timesheet.RowID
	AtID                     timesheet.RowID // the last row read
}

// ReplaySummary is what a replay did.
type ReplaySummary struct {
	Rows     int64 // of the view, read
	Accepted int64 // of Rows: durable, expired ones included
	Expired  int64 // at most so many were dropped below the floor or under a tombstone
	Rejected int64 // of Rows: can't be used, and kept aside now
	Aside    int64 // of Rows: kept aside before, left out
	Outside  int64 // of Rows: of other days than those asked for, or of no day
	Elapsed  time.Duration
}
