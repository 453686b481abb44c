package actors

import (
	"errors"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// book asks for a flight if there is something to fly with and none is booked or in
// the air. The lane calls for boarding when it is about to depart, and not before:
// what comes meanwhile flies too.
func (s *shard) book() {
	if s.air || s.drained || len(s.ready) == 0 {
		return
	}
	s.air = true
	s.flight.boarding = true
	s.lane.booked <- &s.flight // has room: see startLanes
}

// board fills f with all that gathered and gives it back to the lane; it is empty where
// nothing may fly any more.
func (s *shard) board(f *flight) {
	*f = flight{shard: f.shard, boarding: true, parts: f.parts[:0], deltas: f.deltas[:0]}
	for _, p := range s.ready {
		p.listed = false
		if p.held || len(p.waiting) == 0 && !p.refresh {
			continue
		}
		f.refresh = f.refresh || p.refresh
		f.parts = append(f.parts, p)
		f.deltas = append(f.deltas, p.depart())
	}
	s.ready = s.ready[:0]
	s.air = len(f.parts) > 0
	s.rest()
	s.lane.boarded <- f // last: after a panic above, recovered does it
}

// land brings home each partition of f. One partition's trouble is no other's.
func (s *shard) land(ctx actor.Context, f *flight) {
	s.air = false
	var failed []*partition
	for i, p := range f.parts {
		m := f.merged[i]
		riders := p.arrive(m.Err == nil)
		var ok bool
		switch {
		case m.Err == nil && m.Token == p.token:
			ok = s.home(p, f, i, riders)
		case m.Err == nil || errors.Is(m.Err, timesheet.Stale):
			ok = s.renew(p, f, m.Token, riders)
		case final(m.Err):
			ok = s.refuse(p, m.Err, riders)
		default:
			p.requeue(riders) // and ok stays false
		}
		if !ok {
			p.held = true
			p.failures++
			failed = append(failed, p)
			s.giveUp(p, m.Err, f.rulesErr)
			continue
		}
		s.reopen(ctx, p, f.read)
	}
	s.pause(ctx, failed)
}

// home answers the riders of a delta that is durable under the known token. It is
// false where p must pause all the same.
func (s *shard) home(p *partition, f *flight, i int, riders []*run) bool {
	p.settle(riders)
	sent, expired := len(f.deltas[i].Entries), f.merged[i].Expired
	s.sys.merged.Add(uint64(sent))
	s.sys.expired.Add(uint64(expired)) // before the answers: who has one sees it counted
	for _, r := range riders {
		if expired > 0 {
			r.piece.batch.expired.Add(int64(atMost(expired, sent, r, riders)))
		}
		if r.piece.left--; r.piece.left == 0 {
			s.answer(r.piece, nil)
		}
	}
	p.disembark(riders)
	if expired > 0 {
		// What was dropped must not be taken for stored; which it was isn't told.
		p.requeue(nil)
	}
	if p.refresh && f.refresh && !f.read {
		p.requeue(nil)
		return false // and still failing, where it was
	}
	p.failures = 0
	s.up(p)
	p.follow(f)
	return true
}

// atMost bounds how many entries of r were dropped when so many of the deltas that
// were sent have expired. Each of the others carries at least one of r's where r
// is the only rider.
func atMost(expired, sent int, r *run, riders []*run) int {
	if len(riders) == 1 {
		return len(r.entries) - (sent - expired)
	}
	return len(r.entries)
}

// follow takes note of day rules that were read for f. Runs that gathered under
// others may still fly: the epoch under which they do is as old as those.
func (p *partition) follow(f *flight) {
	if f.read {
		p.refresh, p.version = false, f.version
	}
}

// renew drops all caches of p, since its token isn't the known one, and queues the
// riders again, also those whose delta is durable under the new one: others of
// them may have relied on the caches. A new epoch is adopted only with day rules
// that were read after it was learned, else entries of old rules could be merged
// with it.
func (s *shard) renew(p *partition, f *flight, t timesheet.Token, riders []*run) bool {
	s.sys.stale.Add(1)
	p.requeue(riders)
	if f.refresh && !f.read {
		return false
	}
	p.token = t
	s.up(p)
	p.follow(f)
	// Once is usual. A partition that is stale again and again (someone goes down
	// its lattice all the time) is tried at intervals.
	again := p.failures > 0
	if !again {
		p.failures++
	}
	return !again
}

// final tells whether sending again can't help.
func final(err error) bool {
	switch timesheet.CodeOf(err) {
	case timesheet.Unavailable, timesheet.Overloaded, timesheet.Conflict:
		return false
	}
	return true
}

// refuse answers the rider of a delta that the store will never take. Of several
// riders one is to blame and the others must not suffer: each flies again, alone.
func (s *shard) refuse(p *partition, err error, riders []*run) bool {
	riders = s.alive(riders)
	if len(riders) > 1 {
		p.alone = len(riders)
		p.requeue(riders)
		return true
	}
	for _, r := range riders {
		s.answer(r.piece, err)
	}
	p.settle(riders)
	p.requeue(nil)
	return !p.refresh // what waits for the day rules asks again, but not at once
}

// pause holds parts for a while.
func (s *shard) pause(ctx actor.Context, parts []*partition) {
	if len(parts) == 0 {
		return
	}
	s.sys.retries.Add(uint64(len(parts)))
	attempts := 0
	for _, p := range parts {
		attempts = max(attempts, p.failures)
	}
	m, self, root := &resume{parts: parts}, ctx.Self(), s.sys.actors.Root
	s.pauses[m] = struct{}{}
	m.timer = time.AfterFunc(s.sys.o.pause(attempts), func() { root.Send(self, m) })
}

// resume lets partitions go on after their pause, without the runs that nobody
// waits for any more.
func (s *shard) resume(ctx actor.Context, m *resume) {
	delete(s.pauses, m)
	for _, p := range m.parts {
		p.held = false
		p.queue = s.alive(p.queue)
		if p.refresh {
			s.list(p)
		}
		s.reopen(ctx, p, false)
	}
}

// alive are those of runs that somebody waits for; the credits of the others are free.
func (s *shard) alive(runs []*run) []*run {
	return slices.DeleteFunc(runs, func(r *run) bool {
		if !r.dead() {
			return false
		}
		s.answer(r.piece, nil)
		return true
	})
}
