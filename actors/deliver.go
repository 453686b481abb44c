package actors

import (
	"errors"
	"fmt"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// accept takes in a piece of a batch.
func (s *shard) accept(ctx actor.Context, m *piece) {
	s.open[m] = struct{}{}
	for i := range m.runs {
		r := &m.runs[i]
		s.admit(ctx, s.parts[r.slot], r)
	}
}

// admit hands r to the employee actors if it may be now; else it waits in the
// queue, or is refused for good.
func (s *shard) admit(ctx actor.Context, p *partition, r *run) {
	switch version := r.piece.batch.version; {
	case r.dead():
		s.answer(r.piece, nil)
	case p.held && p.down != nil:
		s.answer(r.piece, p.down)
	case !p.open():
		p.queue = append(p.queue, r)
	case version == p.version:
		s.deliver(ctx, p, r)
	case version > p.version || version == s.sys.rules.version():
		// The rules changed and this partition doesn't know yet. Their version can
		// also have gone back, in a store that was restored.
		p.refresh = true
		p.queue = append(p.queue, r)
		s.list(p)
	default:
		s.refuseStale(p, r)
	}
}

func (s *shard) refuseStale(p *partition, r *run) {
	s.answer(r.piece, timesheet.NewError(timesheet.Stale, "submit",
		fmt.Errorf("made under day rules of version %d, in force is %d", r.piece.batch.version, p.version)))
}

// reopen hands over what is queued at p, which isn't held, as far as may be. Where
// certain, the rules were just read: a run that was made under others is refused.
func (s *shard) reopen(ctx actor.Context, p *partition, certain bool) {
	if p.refresh {
		return
	}
	for p.alone > 0 && len(p.queue) > 0 {
		if p.airborne || len(p.waiting) > 0 {
			return
		}
		r := p.queue[0]
		p.queue = p.queue[1:]
		if r.dead() || r.piece.batch.version != p.version {
			p.alone--
			s.refuseStale(p, r)
			continue
		}
		s.deliver(ctx, p, r)
		return
	}
	p.alone = 0
	queue := p.queue
	p.queue = nil
	for _, r := range queue {
		if certain && r.piece.batch.version != p.version && !r.dead() {
			s.refuseStale(p, r)
			continue
		}
		s.admit(ctx, p, r)
	}
}

// deliver hands each employee of r his entries, in one message, and lets r wait for
// the round that gathers.
func (s *shard) deliver(ctx actor.Context, p *partition, r *run) {
	s.gather(r)
	v := &s.visit
	*v = visit{partition: p, entries: r.entries, next: s.next}
	for _, c := range s.touched {
		v.first, v.done = c.first, false
		ctx.Send(c.pid, v) // handled when Send returns
		if !v.done {
			s.lost(c, r)
			continue
		}
		c.part, c.round, c.seen = p, p.round, s.sweeps
	}
	if v.unchanged > 0 {
		s.sys.unchanged.Add(uint64(v.unchanged))
	}
	v.entries = nil
	if r.again {
		s.sys.redelivered.Add(uint64(len(r.entries)))
	} else {
		s.sys.clockings.Add(uint64(len(r.entries)))
		r.again = true
	}
	// Even if r changed nothing it waits for a departure that is still to come: only
	// an answer to something sent from now on proves what the actors know.
	p.waiting = append(p.waiting, r)
	s.list(p)
}

// gather chains the entries of each employee of r and collects who is touched.
func (s *shard) gather(r *run) {
	s.pass++
	s.touched = s.touched[:0]
	if cap(s.next) < len(r.entries) {
		s.next = make([]int32, 2*len(r.entries))
	}
	s.next = s.next[:cap(s.next)]
	for i := range r.entries {
		c := s.child(r.entries[i].Employee)
		if c.pass != s.pass {
			c.pass = s.pass
			c.first = int32(i)
			s.touched = append(s.touched, c)
		} else {
			s.next[c.last] = int32(i)
		}
		c.last = int32(i)
		s.next[i] = -1
	}
}

// lost answers r after an employee's actor panicked over it. The supervisor stops
// that actor; the employee gets another with his next clocking. What the other
// employees of r folded already is merged without anybody waiting for it.
func (s *shard) lost(c *child, r *run) {
	s.forget(c)
	s.answer(r.piece, timesheet.NewError(timesheet.Internal, "submit", errors.New("an employee's actor panicked")))
}

// list makes sure that p is looked at before the next departure.
func (s *shard) list(p *partition) {
	if !p.listed {
		p.listed = true
		s.ready = append(s.ready, p)
	}
}
