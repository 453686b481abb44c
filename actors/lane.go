package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// flight carries what gathered in the partitions of a shard to the store and comes
// back to the shard as a message. While it is in the air it is the lane's.
type flight struct {
	shard    *actor.PID
	boarding bool // is yet to be filled

	parts   []*partition // the shard's; the lane doesn't look into them
	deltas  []timesheet.Delta
	refresh bool // the day rules are wanted in any case

	merged   []timesheet.Merged // one for each delta
	read     bool               // the day rules were read, after all merges
	version  uint64             // of them
	rulesErr error              // why they couldn't be
}

// lane brings flights to the store, all that are booked in one call: the group commit.
type lane struct {
	booked  chan *flight // to be called for boarding
	boarded chan *flight
}

// lanes is how many calls of Merge may run at once. With Pebble 1, 4 and 16 cost the
// same processor time for a clocking, but one lane needs the fewest: for 64 senders
// of single clockings 0.06 merges for each against 0.23 and 0.46, and each merge is
// an fsync.
const lanes = 1

// yields is how often a lane lets others run before it calls for boarding.
const yields = 3

// flushTimeout bounds a merge and the reading of day rules after it. The store has
// its own, shorter timeouts; this one is for a store that hangs.
const flushTimeout = 30 * time.Second

func (s *System) startLanes() {
	for range min(lanes, s.o.Shards) {
		// Each shard has one flight in the air, so with this room it never waits.
		l := &lane{booked: make(chan *flight, s.o.Shards), boarded: make(chan *flight, s.o.Shards)}
		s.lanes = append(s.lanes, l)
		s.background.Go(func() { s.fly(l) })
	}
}

// fly serves l until it is closed.
func (s *System) fly(l *lane) {
	var group []*flight
	var deltas []timesheet.Delta
	for f := range l.booked {
		// Requests that are just being read may board as well: under load a quarter more of
		// them share a merge.
		for range yields {
			runtime.Gosched()
		}
		group, deltas = group[:0], deltas[:0]
		called := 0
		for ; f != nil; called++ {
			s.actors.Root.Send(f.shard, f)
			f = l.next()
		}
		for range called {
			f := <-l.boarded
			if f.size() >= crowded {
				s.background.Go(func() { s.flush([]*flight{f}, f.deltas) })
			} else if len(f.deltas) > 0 {
				group, deltas = append(group, f), append(deltas, f.deltas...)
			}
		}
		if len(group) > 0 {
			s.flush(group, deltas)
		}
		clear(group) // the shards' again
		clear(deltas)
	}
}

// crowded is how many entries let a flight go alone, so that the store works on one
// while the next is prepared, and nobody waits for more than it takes: a merge of so many
// costs far more than an fsync or a round trip.
const crowded = 500

// size is how many entries f carries.
func (f *flight) size() int {
	n := 0
	for i := range f.deltas {
		n += len(f.deltas[i].Entries)
	}
	return n
}

// next is another flight that is booked already, or nil.
func (l *lane) next() *flight {
	select {
	case f := <-l.booked:
		return f
	default:
		return nil
	}
}

// flush merges deltas, those of all flights of group in order, and sends each flight
// home with its answers.
func (s *System) flush(group []*flight, deltas []timesheet.Delta) {
	ctx, cancel := context.WithTimeout(s.life, flushTimeout)
	defer cancel()
	merged := merge(ctx, s.store, deltas, &s.counters)
	refresh := false
	for _, f := range group {
		f.merged, merged = merged[:len(f.deltas)], merged[len(f.deltas):]
		f.refresh = f.refresh || f.learned()
		refresh = refresh || f.refresh
	}
	if refresh {
		s.refresh(ctx, group)
	}
	for _, f := range group {
		f.boarding = false
		s.actors.Root.Send(f.shard, f)
	}
}

// refresh reads the day rules for group: after the merge and never before, so that these
// can't be older than an epoch that the merge told of.
func (s *System) refresh(ctx context.Context, group []*flight) {
	version, err := s.rules.read(ctx)
	if err != nil {
		s.o.Logger.Warn("day rules can't be read, merging waits for them", slog.Any("error", err))
	}
	for _, f := range group {
		f.read, f.version, f.rulesErr = err == nil, version, err
	}
}

// learned tells whether an answer has another epoch than was known.
func (f *flight) learned() bool {
	for i, m := range f.merged {
		if stale := errors.Is(m.Err, timesheet.Stale); stale || m.Err == nil && m.Token.Epoch != f.deltas[i].Epoch {
			return true
		}
	}
	return false
}

// merge is Store.Merge with its contract enforced: an answer for each delta, and
// no panic.
func merge(ctx context.Context, store Store, deltas []timesheet.Delta, c *counters) (merged []timesheet.Merged) {
	c.flushes.Add(1)
	defer func() {
		var err error
		if p := recover(); p != nil {
			c.panics.Add(1)
			err = timesheet.NewError(timesheet.Internal, "merge entries", fmt.Errorf("panic: %s", printable(p)))
		} else if len(merged) != len(deltas) {
			err = timesheet.NewError(timesheet.Internal, "merge entries", fmt.Errorf("%d answers to %d deltas", len(merged), len(deltas)))
		}
		if err != nil {
			merged = make([]timesheet.Merged, len(deltas))
			for i := range merged {
				merged[i].Err = err
			}
		}
	}()
	return store.Merge(ctx, deltas)
}

// printable is a panic's reason for a log, in one line.
func printable(reason any) string {
	return strings.ReplaceAll(fmt.Sprint(reason), "\n", " ")
}
