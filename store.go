package timesheet

import (
	"context"
	"errors"
)

// Store keeps entries durably. All its methods are safe for concurrent use, by any
// number of processes where the store is shared. Unless a method says otherwise:
//
//   - nil means durable; an error means that the outcome is unknown (applied in
//     full, in part by partition, or not at all) and that sending again is harmless;
//   - errors are Unavailable while the store can't be reached, Invalid for arguments
//     that can never work, Internal for damaged data;
//   - a cancelled context is Unavailable wrapping the context's error.
//
// The conformance suite in package storetest is the long form of this contract.
type Store interface {
	Merger
	Reader
	Remover
	Watcher
	RuleKeeper
	DocumentKeeper
	Checkpointer
	Quarantine
	Corrector
	Sealer
	Copied

	// Ping answers nil when the store can be read and written.
	Ping(ctx context.Context) error
	// Close ends all feeds and releases the store. Calls after it are Unavailable.
	Close() error
}

// Epoch numbers the states of a partition between two descents of its lattice. It
// is random: minted when the partition is created, and anew by everything that goes
// down. The zero Epoch is known to no store.
type Epoch uint64

// Token is what a sender must remember of a partition in order to trust what it has
// cached of it. Two equal tokens of one partition, the second from a request that
// began after the first was answered, prove that all that was durable at the first
// is still there, and that no entry was lowered in between. The server part changes
// where data can go back without the epoch: a restart, a promoted replica.
type Token struct {
	Epoch  Epoch
	Server string
}

// Delta is what one Merge brings to one partition.
type Delta struct {
	Partition Partition
	Epoch     Epoch   // as the sender knows it
	Entries   []Entry // of this partition, any order, an employee and day also repeatedly
}

// Merged is what became of one Delta.
type Merged struct {
	Token Token // of the partition at the moment of merging; set also where Err is Stale
	// Expired counts the delta's entries that were dropped since they lie below the
	// floor or under a tombstone. They are done with: sending them again is useless.
	Expired int
	// Err is nil when the delta is durable. Stale: nothing was applied, since Epoch
	// isn't the partition's; drop all that is cached of the partition, read the day
	// rules, go again with Token.Epoch.
	Err error
}

// Merger joins entries into the store.
type Merger interface {
	// Partitions is the number of partitions, fixed when the store is created.
	Partitions() int
	// Merge joins each delta into its partition, atomically for each delta and
	// blindly: the store applies Join itself. It answers in the order of deltas, at
	// most one per partition, each with an outcome of its own. An entry that can't
	// be stored makes its whole delta Invalid. A delta without entries only probes:
	// with any epoch it answers the token and never Stale, which is the proof that
	// a sender needs to acknowledge what its cache says is there already.
	Merge(ctx context.Context, deltas []Delta) []Merged
}

// Reader reads entries. What was durable before the call is seen.
type Reader interface {
	// Range answers the entries of one employee from day to day, both included,
	// sorted by day; days without clockings are left out.
	Range(ctx context.Context, e EmployeeID, from, to Day) ([]Entry, error)
	// Board answers at most limit (1 to MaxBoard) entries of a day in the store's
	// order, beginning after the cursor ("" = from the start), and the cursor of
	// the rest ("" = none). An entry that is there from the first page to the last
	// comes exactly once, however much is merged meanwhile. A cursor that the store
	// didn't make for that day is Invalid.
	Board(ctx context.Context, day Day, after string, limit int) (entries []Entry, next string, err error)
	// Days answers the days that have entries, ascending.
	Days(ctx context.Context) ([]Day, error)
}

// MaxBoard is the largest page of a board.
const MaxBoard = 10_000

// Replacement changes one entry from exactly Old to exactly New. Either may be the
// zero Entry, for none; else both have the same employee and day.
type Replacement struct {
	Old, New Entry
}

// Named is the side of r that says which entry is meant: New, or Old where New is none.
func (r Replacement) Named() Entry {
	if r.New.IsZero() {
		return r.Old
	}
	return r.New
}

// Validate tells whether r can ever be applied: at least one side, both of the same
// employee and day, each fit to be stored. Its errors are Invalid.
func (r Replacement) Validate() error {
	named := r.Named()
	if named.IsZero() {
		return NewError(Invalid, "replace an entry", errors.New("there is neither an old nor a new one"))
	}
	if r.Old.IsZero() || r.New.IsZero() {
		return named.Validate()
	}
	if r.Old.Employee != named.Employee || r.Old.Day != named.Day {
		return NewError(Invalid, "replace an entry", errors.New("old and new have not the same employee and day"))
	}
	return errors.Join(r.Old.Validate(), r.New.Validate())
}

// Remover goes down the lattice. Each of its methods mints a new epoch for the
// partitions concerned in the same atomic step as the change, so that no cache and
// no merge on its way brings back what was lowered.
type Remover interface {
	// Replace applies each replacement whose Old is what the store holds, flags
	// included, and answers for each in order: nil, Conflict (the entry is another;
	// it stays), or Invalid. It is atomic for each partition, not across partitions.
	// A New below the floor or under a tombstone is dropped, leaving none.
	Replace(ctx context.Context, rs []Replacement) []error
	// Purge raises the floor to day, which never goes down again, then removes all
	// entries and corrections before it, and the sealed months that end before it. A purge that was cut short is finished by the next Open or
	// Purge. It answers how many entries it removed itself.
	Purge(ctx context.Context, floor Day) (removed int, err error)
	// Erase writes a tombstone for e (a hash keyed by a secret of the store, not the
	// id), then removes all its entries, corrections, sealed and rejected rows, and what
	// the feed still holds of it. The tombstone stays for good. An erasure that was cut
	// short is finished by the next Open or Erase of e; until then nothing new of e is
	// stored.
	Erase(ctx context.Context, e EmployeeID) (removed int, err error)
	// Floor is the first day that is kept; FirstDay where nothing was ever purged.
	Floor(ctx context.Context) (Day, error)
	// Erased tells whether there is a tombstone for e.
	Erased(ctx context.Context, e EmployeeID) (bool, error)
}

// ChangeKind says what happened to an entry.
type ChangeKind uint8

const (
	// Set says: Change.Entry is the entry's resulting state.
	Set ChangeKind = iota + 1
	// Removed says: the entry named by Change.Entry's employee and day is gone.
	Removed
	// Reset says: events of Change.Partition are missing (a gap, a purge, an erasure);
	// what is known of the partition must be read afresh.
	Reset
	// Corrected says: Change.Correction is the newest one of its employee and day, whose
	// entry may be unchanged or none at all.
	Corrected
)

// Change is one event of a feed.
type Change struct {
	Kind      ChangeKind
	Partition Partition
	Entry     Entry // zero for Reset; employee and day alone for Corrected
	// Correction is nil but for Corrected. It is shared and never changed.
	Correction *Correction
}

// Watcher tells of changes.
type Watcher interface {
	// Watch begins a feed: every change that becomes durable after Watch answered
	// is told at least once, or covered by a Reset. So a reader that watches first,
	// then reads the boards, then applies the changes in order (Set replaces,
	// Removed removes, Reset reads the partition again) ends with the store's state.
	Watch(ctx context.Context) (Feed, error)
}

// Feed is a running subscription. It holds a bounded number of changes for a slow
// reader, and beyond that turns them into a Reset.
type Feed interface {
	// Next waits for changes and answers at least one. The changes of one partition
	// come in their order. A lost connection is not an error here: the feed
	// reconnects and resumes, or resets. After Close, Next is Unavailable.
	Next(ctx context.Context) ([]Change, error)
	// Sync waits until the one reader of the feed is done with every change that was
	// durable before the call: until Next has answered it (or a Reset for it), and then
	// was called again. So who reads from what the reader keeps, after Sync, sees what
	// was acknowledged before. It may be called by any number of goroutines, during Next;
	// nobody must call it who is the reader himself. After Close it is Unavailable.
	Sync(ctx context.Context) error
	// Close ends the feed; it may be called repeatedly, and during Next and Sync.
	Close() error
}

// RuleKeeper keeps the day rules, which all instances share.
type RuleKeeper interface {
	// DayRules answers the assignments in force and their version; version 0 and no
	// assignments in a store that has none yet.
	DayRules(ctx context.Context) (version uint64, assignments []Assignment, err error)
	// SetDayRules replaces all assignments if the version in force is still the
	// expected one, else Conflict, and answers the new version, which is larger. All
	// partitions then get new epochs, so that no entry is merged any more under a
	// day that the old rules gave it: a sender that meets the new epoch reads rules
	// at least as new. What the assignments mean is not the store's business.
	SetDayRules(ctx context.Context, expected uint64, assignments []Assignment) (version uint64, err error)
}
