package ingest

import (
	"context"
	"time"

	"timesheet"
)

// Ledger is what Verify compares the view with: a store, or the service that runs on it.
type Ledger interface {
	// Export gives fn all entries from day to day, both included, each once, and answers
	// nil only when fn had them all. An error of fn ends it and is answered.
	Export(ctx context.Context, from, to timesheet.Day, fn func(timesheet.Entry) error) error
	// The others are as in [timesheet.Checkpointer], [timesheet.Remover] and
	// [timesheet.Quarantine].
	Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error)
	Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error)
	Replace(ctx context.Context, rs []timesheet.Replacement) []error
	Floor(ctx context.Context) (timesheet.Day, error)
	Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error)
	Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error)
}

// Repair says what Verify does about differences.
type Repair string

const (
	// RepairNone says: only tell.
	RepairNone Repair = ""
	// RepairMerge says: merge what is missing or narrower; nothing is ever lowered.
	RepairMerge Repair = "merge"
	// RepairReplace says: merge, and narrow what is wider or extra to what the view says,
	// unless an HTTP post or an import fed it. Then the poller is rewound to where
	// reading was settled before the check, since a clocking that changed nothing in the
	// too wide entry left no trace. Give a view that waits for rows in flight: rows that
	// a transaction locks and the view skips look like deleted ones.
	RepairReplace Repair = "replace"
)

// VerifyOptions say what to compare. From and To must be given.
type VerifyOptions struct {
	Source   string        // as in PollerOptions; "clocking" by default
	From, To timesheet.Day // both included; days below the floor are left out
	Repair   Repair        // RepairNone by default

	Page     int                  // rows read at once; 10,000 by default
	Progress func(VerifyProgress) // told some times a second by the caller's goroutine; nil for none

	// What differs is compared again so many times with so long a pause, 3 times and 1 s
	// by default: what was on its way to the store is no difference.
	Rounds int
	Settle time.Duration
	// CatchUp is how long a poller that is behind is waited for; 10 minutes by default.
	CatchUp time.Duration
	// Patience is how long view and sink are tried again when they are away; 1 minute by default.
	Patience time.Duration

	Now func() time.Time // wall clock; time.Now by default
}

func (o *VerifyOptions) setDefaults() {
	orElse(&o.Source, "clocking")
	orElse(&o.Page, 10_000)
	orElse(&o.Rounds, 3)
	orElse(&o.Settle, time.Second)
	orElse(&o.CatchUp, 10*time.Minute)
	orElse(&o.Patience, time.Minute)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(VerifyProgress) {}
	}
}

// VerifyProgress is how far a check has come. The view is read once, and again where
// something differs. All but Total and AtID only grow.
type VerifyProgress struct {
	Rows    int64           // read by now
	Total   int64           // at most so many when this reading ends, counting ids without rows, too
	AtID    timesheet.RowID // the last row read
	Entries int64           // of the store, compared by now
}
