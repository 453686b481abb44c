package timesheet

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Row is one row of the clocking view as it was read.
type Row struct {
	ID       RowID
	Clocking Clocking
	// Fault says in plain words why the row can't be used as it stands (no employee, no
	// time, a bad id); "" where Clocking is whole. A faulty row's Clocking has what
	// could be read.
	Fault string
}

// RowRange is the ids from First to Last, both included.
type RowRange struct {
	First, Last RowID
}

// Len is how many ids r has.
func (r RowRange) Len() int64 { return int64(r.Last-r.First) + 1 }

// Rejected is a row of the view that could not be used and is kept aside, until it is
// released by hand. Reading it again changes nothing meanwhile: replays and checks
// leave it out, or what is stored would depend on when a row was read.
type Rejected struct {
	Row RowID
	// Employee is as the row has it, clipped to MaxEmployeeID bytes, valid UTF-8, and
	// perhaps no proper id; "" for none.
	Employee string
	Reason   string // plain words, 1 to MaxReason bytes
	Seen     Instant
}

// Validate tells whether r can be kept. Its errors are Invalid.
func (r Rejected) Validate() error {
	var reason error
	switch {
	case r.Reason == "" || len(r.Reason) > MaxReason:
		reason = fmt.Errorf("the reason of row %d has %d bytes, not 1 to %d", r.Row, len(r.Reason), MaxReason)
	case len(r.Employee) > MaxEmployeeID:
		reason = fmt.Errorf("the employee of row %d has %d bytes, at most %d are allowed", r.Row, len(r.Employee), MaxEmployeeID)
	case !utf8.ValidString(r.Employee):
		reason = fmt.Errorf("the employee of row %d is not valid UTF-8", r.Row)
	default:
		return nil
	}
	return NewError(Invalid, "reject a row", reason)
}

// Named is the employee that r names, if that is one: trimmed as by ParseEmployeeID.
func (r Rejected) Named() EmployeeID { return EmployeeID(strings.Trim(r.Employee, " ")) }

// Before tells whether r is below the floor: first seen before its 00:00 UTC. Nothing
// is where nothing was ever purged, whatever the clock showed.
func (r Rejected) Before(floor Day) bool { return floor > FirstDay && r.Seen < floor.midnightUTC() }

// Bounds of what is kept of rejected rows, for each source.
const (
	MaxRejected = 10_000 // rows
	MaxReason   = 300    // bytes of Rejected.Reason
)

// RejectedCount is how many rows are kept, and how many were dropped over the bound.
type RejectedCount struct {
	Kept    int
	Dropped uint64 // since the source was first read
}

// Quarantine keeps the rejected rows of each source, named as for a Checkpointer, and
// beside its checkpoint: what empties the store of one empties it of the other.
// Purge drops those first seen before 00:00 UTC of the floor, Erase those whose
// Employee is the erased one; neither counts them as dropped or as removed entries.
type Quarantine interface {
	// Reject keeps rows aside, atomically. One that is kept already stays as it is,
	// first reason and first seen. Beyond MaxRejected those with the lowest ids are
	// dropped and counted, again if they are rejected again. A row below the floor or
	// under a tombstone is silently not kept. One whose Employee or Reason breaks the
	// bounds of Rejected makes the whole call Invalid.
	Reject(ctx context.Context, source string, rows []Rejected) error
	// Rejected answers the kept rows with an id above after, ascending, at most limit
	// (1 to MaxRejected).
	Rejected(ctx context.Context, source string, after RowID, limit int) ([]Rejected, error)
	// CountRejected answers how many there are.
	CountRejected(ctx context.Context, source string) (RejectedCount, error)
	// Readmit forgets that the row was rejected; NotFound where it isn't kept.
	Readmit(ctx context.Context, source string, row RowID) error
}

// SourceState is what the reader of a source is doing.
type SourceState string

const (
	// SourceStarting says: nothing was read since the start.
	SourceStarting SourceState = "starting"
	// SourceCatchingUp says: there are more rows than were read.
	SourceCatchingUp SourceState = "catching up"
	// SourcePolling says: everything visible was read; new rows are awaited.
	SourcePolling SourceState = "polling"
	// SourceRetrying says: the source, or the store, can't be reached or answers
	// with errors that pass; it is tried again.
	SourceRetrying SourceState = "retrying"
	// SourceStopped says: nothing is read until somebody acts; Error says on what.
	SourceStopped SourceState = "stopped"
)

// SourceStatus is how fresh the entries are, as far as the source goes. Where several
// instances run, each tells the status that the reading one published last.
type SourceStatus struct {
	LastID    RowID // the highest row that is durable; the lowest RowID of all when there is none
	SettledID RowID // see Checkpoint.Settled
	OpenGaps  int64 // ids below LastID that were not seen and may still come
	// AsOf: every row visible at this moment is durable; before the first catching up,
	// the moment at which reading began. The lag is the time since.
	AsOf Instant
	// SettledAsOf: every row visible at this moment is durable or rejected, and of the
	// ids that were not seen by then none may still come; 0 before there is such a moment. What
	// ended before it can't change any more by rows on their way.
	SettledAsOf   Instant
	LagRows       int64   // ids above LastID that the source has, when it was last asked
	RowsPerSecond float64 // new rows made durable, over the last seconds
	Rejected      RejectedCount
	Holder        string // who reads; "" for nobody
	State         SourceState
	Error         string // plain words without secrets; "" for none
}
