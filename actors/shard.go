package actors

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
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

// shard is the actor that owns some partitions and is the parent of their
// employees' actors. Only its own goroutine touches its fields.
type shard struct {
	sys      *System
	lane     *lane
	parts    []*partition // by slot
	children map[timesheet.EmployeeID]*child
	props    *actor.Props // of an employee actor; see spawn
	spawning timesheet.EmployeeID

	open     map[*piece]struct{} // without an answer
	ready    []*partition        // have something to fly with
	air      bool                // a flight is in the air: at most one
	pauses   map[*resume]struct{}
	draining bool
	drained  bool
	sweeps   uint64 // counts them: the shard's clock

	pass    uint64   // numbers the handing over of runs
	touched []*child // of this pass
	next    []int32  // see visit
}

// child is what the shard knows of an employee actor.
type child struct {
	id    timesheet.EmployeeID
	pid   *actor.PID
	visit visit  // the message, used again and again: it is handled while it is sent
	pass  uint64 // of its last visit
	last  int32  // its last entry in that pass
	round uint64 // of its last change
	seen  uint64 // sweeps at its last visit
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
	sh.props = actor.PropsFromProducer(sh.produce,
		// An employee's mailbox runs on the goroutine of its sender, which spares the
		// hand-over. It is sound only while the shard is its sole sender.
		actor.WithDispatcher(actor.NewSynchronizedDispatcher(300)),
	)
	return s.actors.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return sh },
		actor.WithSupervisor(actor.NewOneForOneStrategy(0, 0, func(any) actor.Directive { return actor.StopDirective }))))
}

// Receive handles one message and then starts what became possible by it.
func (s *shard) Receive(ctx actor.Context) {
	defer s.recovered(ctx)
	switch m := ctx.Message().(type) {
	case *piece:
		s.accept(ctx, m)
	case *flight:
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
	case *actor.Stopped:
		s.sys.gone.Done()
		return
	default:
		return
	}
	s.takeOff(ctx)
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
	}
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
	clear(s.children)
	ctx.Stop(ctx.Self())
}

// sweepsPerIdle is how many sweeps there are in IdleAfter: a child is stopped at
// most a quarter late.
const sweepsPerIdle = 4

// sweep stops the children that were idle for IdleAfter and have nothing pending.
// The library's ReceiveTimeout isn't used: it has data races.
func (s *shard) sweep(ctx actor.Context) {
	s.sweeps++
	for _, c := range s.children {
		if s.sweeps-c.seen > sweepsPerIdle && !c.visit.partition.pending(c.round) {
			s.forget(c)
			s.sys.passivated.Add(1)
			ctx.Stop(c.pid)
		}
	}
}

// forget lets the next clocking of c's employee spawn another actor.
func (s *shard) forget(c *child) {
	if s.children[c.id] == c {
		delete(s.children, c.id)
		s.sys.employees.Add(-1)
	}
}

// child finds the actor of id, or spawns it under a number: its name may show in
// messages of the library, where an employee's id must not.
func (s *shard) child(ctx actor.Context, id timesheet.EmployeeID) *child {
	if c, ok := s.children[id]; ok {
		return c
	}
	id = timesheet.EmployeeID(strings.Clone(string(id)))
	s.spawning = id
	c := &child{id: id, pid: ctx.Spawn(s.props)}
	s.children[id] = c
	s.sys.employees.Add(1)
	return c
}

// produce makes the actor that child spawns, at once and on the same goroutine;
// so one Props serves all.
func (s *shard) produce() actor.Actor {
	return &employee{id: s.spawning, limit: s.sys.o.Days, visited: s.sys.o.visited}
}

func stale(run, now uint64) error {
	return timesheet.NewError(timesheet.Stale, "submit", fmt.Errorf("made under day rules of version %d, in force is %d", run, now))
}
