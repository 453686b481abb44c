package pebble

import (
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

const (
	queued     = 256     // operations that wait for the writer before callers wait to queue
	inFlight   = 16      // groups whose fsync the acker waits for
	groupBytes = 4 << 20 // a group takes no further merges beyond this
)

// op is one caller's write. The caller reads its results only after done is closed;
// one who gave up earlier never does.
type op struct {
	merge *merge // or, for all other writes:
	// run adds to the batch, which is all its own, and answers what the acker does
	// once the batch is durable. With an error nothing is written.
	run  func(b *pebble.Batch) (acked func(), err error)
	made *pebble.Batch // what run adds to; nil for a new one
	err  error
	done chan struct{}
}

// group is what one commit writes.
type group struct {
	batch *pebble.Batch // nil when there is nothing to write
	ops   []*op
	acked func() // of a single op with run
}

// submit hands o to the writer and waits until it is durable. An error says that
// its outcome is unknown.
func (s *Store) submit(ctx context.Context, what string, o *op) error {
	full, err := s.disk.state()
	if err != nil {
		return unavailable(what, err)
	}
	o.done = make(chan struct{})
	queue := s.ops
	for {
		select {
		case queue <- o:
			queue = nil // from now on only the answer is awaited
		case <-o.done:
			return o.err
		case <-ctx.Done():
			return cancelled(ctx, what)
		case <-full:
			return unavailable(what, errFull)
		case <-s.disk.failed:
			_, err := s.disk.state()
			return unavailable(what, err)
		}
	}
}

// alone submits a write other than a merge.
func (s *Store) alone(ctx context.Context, what string, run func(*pebble.Batch) (func(), error)) error {
	if err := s.begin(ctx, what); err != nil {
		return err
	}
	defer s.end()
	return s.submit(ctx, what, &op{run: run})
}

// write is the writer: it forms groups, applies them and hands them to the acker,
// in order. The engine writes a group to its log while the next is formed.
func (s *Store) write() {
	defer close(s.acks)
	var next *op // taken from the queue, but not for the group before
	for {
		if next == nil {
			var ok bool
			if next, ok = <-s.ops; !ok {
				return
			}
		}
		g := &group{ops: []*op{next}}
		if next.run != nil {
			next = s.formAlone(g)
		} else {
			next = s.formMerges(g)
		}
		if g.batch != nil {
			if err := s.db.ApplyNoSyncWait(g.batch, pebble.Sync); err != nil {
				s.disk.fail("commit", err)
				s.disk.park()
			}
		}
		s.acks <- g
	}
}

// formAlone makes a group of the one op that it has; it answers no next one.
func (s *Store) formAlone(g *group) *op {
	o := g.ops[0]
	b := o.made
	if b == nil {
		b = s.db.NewBatch()
	}
	g.acked, o.err = o.run(b)
	if o.err == nil && !b.Empty() {
		g.batch = b
		return nil
	}
	if err := b.Close(); err != nil && o.err == nil {
		o.err = unavailable("drop batch", err)
	}
	return nil
}

// formMerges adds the merges that wait to the first, and answers the op that ended
// the group, if any.
func (s *Store) formMerges(g *group) (next *op) {
	b := s.db.NewBatchWithSize(len(g.ops[0].merge.arena)*5/4 + 4096)
	o := g.ops[0]
	for {
		s.join(b, o.merge)
		if b.Len() > groupBytes {
			break
		}
		select {
		case o = <-s.ops:
		default:
			o = nil
		}
		if o == nil { // none waits, or the queue is closed
			break
		}
		if o.run != nil {
			next = o
			break
		}
		g.ops = append(g.ops, o)
	}
	if b.Empty() {
		_ = b.Close() // it holds nothing
		return next
	}
	g.batch = b
	return next
}

// acknowledge is the acker: group by group it waits for the fsync, tells the feeds
// and answers the callers.
func (s *Store) acknowledge() {
	defer close(s.idle)
	for g := range s.acks {
		if g.batch != nil {
			if err := g.batch.SyncWait(); err != nil {
				s.disk.fail("sync", fmt.Errorf("log: %w", err))
				s.disk.park()
			}
		}
		for _, o := range g.ops {
			if o.merge != nil {
				s.feeds.announce(o.merge)
			} else if o.err == nil {
				g.acked()
			}
			close(o.done)
		}
		if g.batch != nil {
			_ = g.batch.Close() // it is committed: closing only recycles it
		}
	}
}
