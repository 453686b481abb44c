package redis

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// Store is a [timesheet.Store] in Redis, shared with other processes. It is safe
// for concurrent use.
type Store struct {
	o       Options
	options *goredis.Options // of new connections
	client  goredis.UniversalClient
	cluster *goredis.ClusterClient // the same client, nil on a single Redis
	fields  int                    // a hash with more is split
	parts   []part                 // by partition
	closed  atomic.Bool

	mu    sync.Mutex         // guards known and feeds
	known meta               // what is restored after a FLUSHALL
	feeds map[*feed]struct{} // the open ones
}

var _ timesheet.Store = (*Store)(nil)

// Open connects to the store at o.URL and creates it where there is none. It
// finishes a purge, erasures and a change of day rules that were cut short. Invalid: options
// or a server that can't work (the error says what to set), or a store of another
// schema. Unavailable: the server can't be reached. No error contains the password.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	options, err := o.client()
	if err != nil {
		return nil, err
	}
	quieten()
	s := &Store{o: o, options: options, feeds: make(map[*feed]struct{})}
	if err := s.boot(ctx); err != nil {
		return nil, err
	}
	s.known = meta{partitions: o.Partitions, secret: rand.Text(), floor: timesheet.FirstDay}
	switch {
	case o.Partitions > 0:
	case s.cluster != nil:
		s.known.partitions = clusterPartitions
	default:
		s.known.partitions = onePartitions
	}
	if err := s.enter(ctx); err != nil {
		_ = s.client.Close()
		return nil, err
	}
	return s, nil
}

// enter reads the store's facts and finishes what was cut short.
func (s *Store) enter(ctx context.Context) error {
	m, err := s.sync(ctx)
	if err != nil {
		return err
	}
	s.parts = make([]part, m.partitions)
	if s.o.FeedLength == 0 {
		s.o.FeedLength = max(1, feedEvents/int64(m.partitions))
	}
	for _, l := range s.load(ctx, s.all()) {
		if l.err != nil {
			return fail("read the partitions", l.err)
		}
	}
	if err := s.finish(ctx, m.floor); err != nil {
		return err
	}
	_, _, err = s.DayRules(ctx)
	return err
}

// Partitions is the number of partitions, fixed when the store was created.
func (s *Store) Partitions() int { return len(s.parts) }

// all are all partitions.
func (s *Store) all() []timesheet.Partition {
	ps := make([]timesheet.Partition, len(s.parts))
	for i := range ps {
		ps[i] = timesheet.Partition(i)
	}
	return ps
}

func (s *Store) partitionOf(e timesheet.EmployeeID) timesheet.Partition {
	return timesheet.PartitionOf(e, len(s.parts))
}

// Ping writes a key that expires, on a cluster one in each partition: a server that
// answers PING may still refuse to write.
func (s *Store) Ping(ctx context.Context) error {
	n := 1
	if s.cluster != nil {
		n = len(s.parts)
	}
	return s.direct(ctx, "ping redis", func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		for p := range n {
			pipe.Do(ctx, "SET", partitionKey(timesheet.Partition(p), "ping"), "", "PX", 60_000)
		}
		_, err := pipe.Exec(ctx)
		return err
	})
}

// Close ends all feeds and closes the connections. It may be called repeatedly.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.mu.Lock()
	feeds := s.feeds
	s.feeds = nil
	s.mu.Unlock()
	for f := range feeds {
		_ = f.Close()
	}
	return fail("close redis", s.client.Close())
}
