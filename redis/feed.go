package redis

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

const (
	// feedBlock is how long a feed waits for news before it looks at all partitions:
	// a FLUSHALL or a promotion makes no event.
	feedBlock = time.Second
	// feedPoll is how often a feed looks on a cluster, where one command can't wait
	// for keys of several slots.
	feedPoll = 100 * time.Millisecond
	// feedCount is how many events of all partitions, of at most 128 entries each, are
	// read at once; it bounds what a Next holds.
	feedCount = 2048
)

// feed follows the streams of all partitions. It reads them only in Next, so what a
// slow reader hasn't fetched stays in the streams, which are bounded; what is trimmed
// there, a gap in the ids tells.
type feed struct {
	s      *Store
	client *goredis.Client // own connection, for blocking reads; nil on a cluster
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup // the waiting goroutine

	next    sync.Mutex // one Next at a time; guards what follows
	places  []place    // by partition
	checked time.Time  // when all partitions were last looked at
	news    chan news  // the running wait's result; nil when none runs

	sync turns
}

// news is how a wait ended.
type news struct {
	hot []bool // partitions with events
	err error  // of the connection
}

// Watch begins a feed at the present: see [timesheet.Watcher].
func (s *Store) Watch(ctx context.Context) (timesheet.Feed, error) {
	f := &feed{s: s, places: make([]place, len(s.parts)), sync: turns{moved: make(chan struct{})}}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	tails, err := f.tails(ctx, s.all())
	if err != nil {
		f.cancel()
		return nil, fail("watch", err)
	}
	for p, t := range tails {
		f.places[p] = t.place
	}
	f.sync.turn(f.places)
	f.checked = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feeds == nil {
		f.cancel()
		return nil, fail("watch", errClosed)
	}
	if s.cluster == nil {
		o := *s.options
		o.PoolSize, o.MaxRetries = 1, -1
		f.client = goredis.NewClient(&o)
	}
	s.feeds[f] = struct{}{}
	return f, nil
}

// Next waits for changes: see [timesheet.Feed].
func (f *feed) Next(ctx context.Context) ([]timesheet.Change, error) {
	f.next.Lock()
	defer f.next.Unlock()
	pause := backoff{}
	ps := f.s.all() // what came since the last Next
	for {
		f.sync.turn(f.places)
		if err := errors.Join(f.ended(), ctx.Err()); err != nil {
			return nil, fail("read the feed", err)
		}
		changes, err := f.pull(ctx, ps)
		if len(changes) > 0 {
			return changes, nil
		}
		if err != nil {
			if timesheet.CodeOf(fail("", err)) == timesheet.Internal {
				return nil, fail("read the feed", err)
			}
			if err := f.sleep(ctx, pause.next()); err != nil {
				return nil, fail("read the feed", err)
			}
			ps = f.s.all()
			continue
		}
		pause = backoff{}
		if ps, err = f.wait(ctx); err != nil {
			return nil, fail("read the feed", err)
		}
	}
}

func (f *feed) ended() error {
	if f.ctx.Err() != nil {
		return errFeedClosed
	}
	return nil
}

var errFeedClosed = errors.New("the feed is closed")

// sleep waits for d, the context or Close.
func (f *feed) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-f.ctx.Done():
		return errFeedClosed
	}
}

// Close ends the feed, also a running Next.
func (f *feed) Close() error {
	f.cancel()
	f.s.mu.Lock()
	delete(f.s.feeds, f)
	f.s.mu.Unlock()
	var err error
	if f.client != nil {
		if err = f.client.Close(); errors.Is(err, goredis.ErrClosed) {
			err = nil
		}
	}
	f.wg.Wait()
	return err
}

// place is where a feed stands in a partition's stream: after event number n of a
// generation, whose numbers have no gaps; n is -1 before the first.
type place struct {
	server     string
	generation string
	n          int64
}

func (p place) id() string {
	if p.n < 0 {
		return "0-0"
	}
	return p.generation + "-" + strconv.FormatInt(p.n, 10)
}
