package actors

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"timesheet"
)

// batch is one Submit on its way. All its fields are safe for concurrent use.
type batch struct {
	version   uint64
	left      atomic.Int32 // pieces without an answer
	expired   atomic.Int64
	abandoned atomic.Bool // nobody waits any more
	answer    chan error  // has room for the first, which counts
}

// piece is the part of a batch that one shard owns; the shard alone touches it.
type piece struct {
	batch *batch
	shard int
	runs  []run
	size  int  // entries in all runs
	left  int  // runs that aren't durable
	over  bool // answered
}

// run is the part of a batch that lies in one partition. Its entries are a copy:
// they are kept until the answer, and handed to the actors again where need be.
type run struct {
	piece   *piece
	slot    int // index of the partition in its shard
	entries []timesheet.Entry
	again   bool // was handed to the actors before
}

// dead tells that nobody waits for r any more.
func (r *run) dead() bool { return r.piece.over || r.piece.batch.abandoned.Load() }

// Submit hands b to the actors and answers when all of it is durable: what it
// changed, and what made it change nothing. It neither keeps nor changes b.
//
// Errors: Invalid, where an entry is; nothing was taken. Stale: b was made under
// day rules that aren't in force any more; make it anew with DayRules and submit
// that. Overloaded: too much is pending; nothing was taken. Unavailable: ctx ended
// or the System stopped before the answer. After the errors Stale and Unavailable
// parts of b may be durable; to submit again is harmless.
func (s *System) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	if err := s.submittable(ctx, b); err != nil {
		return timesheet.Receipt{}, err
	}
	if len(b.Entries) == 0 {
		return timesheet.Receipt{}, nil
	}
	out := &batch{version: b.RulesVersion, answer: make(chan error, 1)}
	if err := s.send(out, b.Entries); err != nil {
		return timesheet.Receipt{}, err
	}
	select {
	case err := <-out.answer:
		return out.receipt(len(b.Entries), err)
	case <-ctx.Done():
	}
	select {
	case err := <-out.answer:
		return out.receipt(len(b.Entries), err)
	default:
		out.abandoned.Store(true)
		return timesheet.Receipt{}, timesheet.NewError(timesheet.Unavailable, "submit", fmt.Errorf("no answer of the store yet: %w", ctx.Err()))
	}
}

func (s *System) submittable(ctx context.Context, b timesheet.Batch) error {
	if err := ctx.Err(); err != nil {
		return timesheet.NewError(timesheet.Unavailable, "submit", err)
	}
	for i := range b.Entries {
		if err := b.Entries[i].Validate(); err != nil {
			return fmt.Errorf("submit: entry %d: %w", i, err)
		}
	}
	return nil
}

func (b *batch) receipt(n int, err error) (timesheet.Receipt, error) {
	if err != nil {
		return timesheet.Receipt{}, err
	}
	return timesheet.Receipt{Accepted: n, Expired: min(n, int(b.expired.Load()))}, nil
}

// worthGoroutine is from how many entries on a piece is handled beside the others.
const worthGoroutine = 64

// send splits entries and gives each shard its piece, in one message.
func (s *System) send(b *batch, entries []timesheet.Entry) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.stopped {
		return timesheet.NewError(timesheet.Unavailable, "submit", errors.New("the service is stopping"))
	}
	if !s.reserve(len(entries)) {
		return timesheet.NewError(timesheet.Overloaded, "submit", fmt.Errorf("%d entries are pending, at most %d may be", s.pending.Load(), s.o.MaxPending))
	}
	if len(entries) == 1 {
		b.left.Store(1)
		p := s.single(b, entries[0])
		s.actors.Root.Send(s.shards[p.shard], p)
		return nil
	}
	pieces := s.split(b, entries)
	b.left.Store(int32(len(pieces)))
	// Sending runs the shard, here and now: several at a time, if they have enough to do.
	var group sync.WaitGroup
	for i := range pieces {
		p := &pieces[i]
		if i < len(pieces)-1 && p.size >= worthGoroutine {
			group.Go(func() { s.actors.Root.Send(s.shards[p.shard], p) })
			continue
		}
		s.actors.Root.Send(s.shards[p.shard], p)
	}
	group.Wait()
	return nil
}

// reserve takes n credits. Mailboxes are unbounded (a full bounded one spins its
// sender, and costs 28 kB an actor), so this is what bounds memory.
func (s *System) reserve(n int) bool {
	for {
		now := s.pending.Load()
		if now > 0 && now+int64(n) > int64(s.o.MaxPending) {
			return false
		}
		if s.pending.CompareAndSwap(now, now+int64(n)) {
			return true
		}
	}
}
