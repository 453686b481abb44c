package timesheet

import (
	"context"
	"time"
)

// RowID is the auto-incremented id of a row in the clocking view.
type RowID int64

// Checkpoint is how far a source has been read.
type Checkpoint struct {
	// Generation grows by one with each Rewind; an Advance of another generation
	// is refused.
	Generation uint64
	// Settled: every row up to this id is durable, rejected or known not to exist.
	Settled RowID
	// State is the poller's own: open gaps, fingerprints. At most MaxCheckpointState
	// bytes; the store doesn't read it.
	State []byte
	// Reason is that of the last Rewind.
	Reason string
}

// MaxCheckpointState bounds Checkpoint.State, in bytes.
const MaxCheckpointState = 256 << 10

// Lease makes one of several instances read a source, for economy and not for
// safety: two readers at once do no harm.
type Lease struct {
	Holder string // for people: host and process
	Nonce  string // random, of one holder's life
}

// Checkpointer keeps the checkpoint and the lease of each source, named by a short
// string, together: a checkpoint can't be moved by one who lost the lease.
type Checkpointer interface {
	// Checkpoint answers the current one; the zero Checkpoint where there is none.
	Checkpoint(ctx context.Context, source string) (Checkpoint, error)
	// Advance stores to, whose Reason is ignored. Conflict, and nothing changed, when
	// the lease isn't held with that nonce, the generation is another, or Settled
	// would go back.
	Advance(ctx context.Context, source, nonce string, to Checkpoint) error
	// Rewind is the only way back: it sets Settled and State and begins the next
	// generation, if the current one is still the expected one (else Conflict). It
	// needs no lease; the holder learns of it by its next Advance being refused.
	Rewind(ctx context.Context, source string, expected uint64, settled RowID, state []byte, reason string) (Checkpoint, error)
	// Acquire takes or renews the lease for ttl (at least a second) and answers the
	// one in force: it is the caller's if the nonce is. A lease that isn't renewed
	// is free after ttl.
	Acquire(ctx context.Context, source string, l Lease, ttl time.Duration) (Lease, error)
	// Release gives the lease up if it is held with that nonce.
	Release(ctx context.Context, source, nonce string) error
}
