package actors

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// Store is what a System needs of one.
type Store interface {
	timesheet.Merger
	timesheet.RuleKeeper
}

// System is a running set of actors over one store. Its methods are safe for
// concurrent use.
type System struct {
	o          Options
	store      Store
	partitions int
	rules      *rulebook
	counters
	away atomic.Pointer[outage] // nil since any partition had an answer of the store

	actors  *actor.ActorSystem
	nursery *actor.RootContext // spawns the employees' actors
	shards  []*actor.PID
	busy    sync.WaitGroup // shards that aren't drained
	gone    sync.WaitGroup // shards that haven't stopped

	lanes      []*lane
	life       context.Context // of lanes and the keeper
	end        context.CancelFunc
	background sync.WaitGroup // lanes and the keeper

	gate    sync.RWMutex // held for reading while a batch is sent to the shards
	stopped bool         // guarded by gate
}

// Start begins to work for store, whose day rules it reads first; ctx is for
// starting only. A store without day rules is Invalid; otherwise errors are those
// of the store.
func Start(ctx context.Context, store Store, o Options) (*System, error) {
	o, err := o.withDefaults(store.Partitions())
	if err != nil {
		return nil, err
	}
	s := &System{o: o, store: store, partitions: store.Partitions(), rules: newRulebook(store, o.Load)}
	tokens, err := s.learn(ctx)
	if err != nil {
		return nil, err
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.actors = newActorSystem(o.Logger, &s.counters)
	s.nursery = newNursery(s.actors)
	s.startLanes()
	s.busy.Add(o.Shards)
	s.gone.Add(o.Shards)
	for i := range o.Shards {
		s.shards = append(s.shards, s.spawnShard(i, tokens))
	}
	s.background.Go(s.keep)
	return s, nil
}

// learn reads the token of each partition, then the day rules: in this order the
// rules can't be older than the epochs.
func (s *System) learn(ctx context.Context) ([]timesheet.Token, error) {
	probes := make([]timesheet.Delta, s.partitions)
	for p := range probes {
		probes[p].Partition = timesheet.Partition(p)
	}
	tokens := make([]timesheet.Token, s.partitions)
	for p, m := range merge(ctx, s.store, probes, &s.counters) {
		if m.Err != nil {
			return nil, fmt.Errorf("probe partition %d: %w", p, m.Err)
		}
		tokens[p] = m.Token
	}
	_, err := s.rules.read(ctx)
	return tokens, err
}

// newActorSystem is one without logs and metrics of its own: they would show
// messages, and go to the process's default mux. Dead letters are counted
// instead, and a supervisor's decision is what tells of a panic.
func newActorSystem(log *slog.Logger, c *counters) *actor.ActorSystem {
	as := actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }),
		actor.WithDeadLetterRequestLogging(false),
		// Even unheard, the throttle of dead-letter logs starts a goroutine that
		// lives this long.
		actor.WithDeadLetterThrottleInterval(time.Millisecond),
	)
	as.EventStream.Subscribe(func(event any) {
		switch e := event.(type) {
		case *actor.DeadLetterEvent:
			c.letters.Add(1)
		case *actor.SupervisorEvent:
			c.panics.Add(1)
			log.Error("employee actor panicked", slog.String("reason", fmt.Sprint(e.Reason)))
		}
	})
	return as
}

// newNursery spawns actors that aren't children of the shard that has them: the
// library never forgets all of an actor's children (its set of them keeps those that
// were removed last), and what it knows of each is as large as the child. Their
// guardian ends an actor that panicked; a restart would bring it back with nothing
// known.
func newNursery(as *actor.ActorSystem) *actor.RootContext {
	n := as.Root.Copy().WithGuardian(actor.NewOneForOneStrategy(0, 0, func(any) actor.Directive { return actor.StopDirective }))
	n.Self() // makes the guardian
	return n
}

// keep wakes the shards to sweep idle actors, and reads the day rules now and then.
func (s *System) keep() {
	sweeps := time.NewTicker(max(s.o.IdleAfter/sweepsPerIdle, time.Millisecond))
	defer sweeps.Stop()
	rules := time.NewTicker(s.o.RulesEvery)
	defer rules.Stop()
	for {
		select {
		case <-s.life.Done():
			return
		case <-sweeps.C:
			s.sweep()
		case <-rules.C:
			ctx, cancel := context.WithTimeout(s.life, s.o.RulesEvery)
			if err := s.Reload(ctx); err != nil && s.life.Err() == nil {
				s.o.Logger.Warn("day rules can't be read, the known ones stay", slog.Any("error", err))
			}
			cancel()
		}
	}
}

// sweep wakes the shards, unless they stop.
func (s *System) sweep() {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if !s.stopped {
		s.tell(sweep{})
	}
}

// tell sends m to every shard.
func (s *System) tell(m any) {
	for _, pid := range s.shards {
		s.actors.Root.Send(pid, m)
	}
}

// DayRules are the rules that batches should be made with now: those read last.
func (s *System) DayRules() *timesheet.DayRules { return s.rules.inUse.Load() }

// Reload reads the day rules now. It isn't needed for correctness: a batch made
// under older ones is refused as Stale, and they are read when that is learned.
func (s *System) Reload(ctx context.Context) error {
	_, err := s.rules.read(ctx)
	return err
}

// Stats are the counts up to now.
func (s *System) Stats() Stats { return s.stats() }
