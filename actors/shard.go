package actors

import (
	"errors"
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// Messages to a shard, beside *piece and *flight.
type (
	sweep  struct{} // stop employee actors that are idle
	drain  struct{} // tell as soon as all is answered and nothing in the air
	abort  struct{} // answer all now, then as drain
	leave  struct{} // stop
	resume struct { // the pause of these partitions is over
		parts []*partition
		timer *time.Timer
	}
)

// shard is the actor that owns some partitions and has their employees' actors, each
// of which ends by its stop, or by a panic. Only its own goroutine touches its fields.
type shard struct {
	sys      *System
	lane     *lane
	parts    []*partition // by slot
	children map[timesheet.EmployeeID]*child
	crowd    int          // children at most, since the map was made
	props    *actor.Props // of an employee actor; see produce
	spawning timesheet.EmployeeID

	open     map[*piece]struct{} // without an answer
	ready    []*partition        // have something to fly with
	flight   flight              // the shard's only one, used again and again
	air      bool                // it is booked or in the air
	pauses   map[*resume]struct{}
	draining bool
	drained  bool
	sweeps   uint64 // counts them: the shard's clock

	pass    uint64   // numbers the handing over of runs
	visit   visit    // the message, used again and again: it is handled while it is sent
	touched []*child // of this pass
	next    []int32  // see visit
}

func (s *System) spawnShard(i int, tokens []timesheet.Token) *actor.PID {
	sh := &shard{
		sys: s, lane: s.lanes[i%len(s.lanes)], children: make(map[timesheet.EmployeeID]*child),
		open: make(map[*piece]struct{}), pauses: make(map[*resume]struct{}),
	}
	for p := i; p < s.partitions; p += s.o.Shards {
		sh.parts = append(sh.parts, &partition{
			id: timesheet.Partition(p), token: tokens[p], version: s.rules.version(), round: 1, since: 1,
		})
	}
	sh.props = actor.PropsFromProducer(sh.produce, actor.WithMailbox(newMailbox))
	return s.actors.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return sh },
		// A shard runs where it is sent to, which spares the hand-over to another goroutine;
		// unless it runs already: then that run takes the message, too.
		actor.WithDispatcher(actor.NewSynchronizedDispatcher(throughput))))
}

// throughput is how many messages a mailbox handles before other goroutines may run.
const throughput = 300

// Receive handles one message and then starts what became possible by it.
func (s *shard) Receive(ctx actor.Context) {
	defer s.recovered(ctx)
	switch m := ctx.Message().(type) {
	case *piece:
		s.accept(ctx, m)
	case *flight:
		if m.boarding {
			s.board(m)
			return
		}
		s.land(ctx, m)
	case *resume:
		s.resume(ctx, m)
	case sweep:
		s.sweep(ctx)
	case drain:
		s.draining = true
	case abort:
		s.draining = true
		s.answerAll(timesheet.NewError(timesheet.Unavailable, "submit", errors.New("the service stopped before the store answered")))
	case leave:
		s.leave(ctx)
		return
	case *actor.Started:
		s.flight.shard = ctx.Self()
		return
	case *actor.Stopped:
		s.sys.gone.Done()
		return
	default:
		return
	}
	s.book()
	s.rest()
}

// recovered keeps a defect from leaving anybody without an answer: the library
// neither delivers the message again nor tells its sender.
func (s *shard) recovered(ctx actor.Context) {
	reason := recover()
	if reason == nil {
		return
	}
	s.sys.panics.Add(1)
	s.sys.o.Logger.Error("shard actor panicked", slog.String("reason", printable(reason)))
	if f, ok := ctx.Message().(*flight); ok {
		s.air = false
		for _, p := range f.parts {
			p.airborne, p.sent = false, nil
		}
		if f.boarding {
			f.parts, f.deltas = nil, nil
			s.lane.boarded <- f // who waits for it
		}
	}
	s.answerAll(timesheet.NewError(timesheet.Internal, "submit", errors.New("a shard of actors panicked")))
	s.rest()
}

// answerAll answers whatever waits, and forgets what is pending.
func (s *shard) answerAll(err error) {
	for p := range s.open {
		s.answer(p, err)
	}
	for _, p := range s.parts {
		p.void()
		p.queue, p.riding, p.alone = nil, nil, 0
		p.listed, p.held, p.refresh = false, false, false
	}
	s.ready = s.ready[:0]
}

// answer ends p. The credits come first, so that he who has the answer can submit
// again.
func (s *shard) answer(p *piece, err error) {
	if p.over {
		return
	}
	p.over = true
	delete(s.open, p)
	s.sys.pending.Add(-int64(p.size))
	b := p.batch
	if left := b.left.Add(-1); err != nil || left == 0 {
		select {
		case b.answer <- err:
		default: // was answered with another piece's error
		}
	}
}

// rest tells that the shard is drained, once there is nothing left to do.
func (s *shard) rest() {
	if s.draining && !s.drained && len(s.open) == 0 && !s.air {
		s.drained = true
		s.sys.busy.Done()
	}
}

// leave stops the shard, which is drained, and its children.
func (s *shard) leave(ctx actor.Context) {
	for r := range s.pauses {
		r.timer.Stop()
	}
	s.sys.employees.Add(-int64(len(s.children)))
	for _, c := range s.children {
		ctx.Stop(c.pid)
	}
	clear(s.children)
	ctx.Stop(ctx.Self())
}
