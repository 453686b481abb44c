package redis

import (
	"context"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// wait waits until partitions may have news, and answers which. A wait that the
// context cut short goes on for the next Next.
func (f *feed) wait(ctx context.Context) ([]timesheet.Partition, error) {
	if f.client == nil {
		return f.s.all(), f.sleep(ctx, feedPoll)
	}
	if f.news == nil {
		if err := f.begin(); err != nil {
			return nil, err
		}
	}
	select {
	case n := <-f.news:
		f.news = nil
		if n.err != nil {
			return f.s.all(), f.sleep(ctx, feedPoll)
		}
		var ps []timesheet.Partition
		for p, is := range n.hot {
			if is {
				ps = append(ps, timesheet.Partition(p))
			}
		}
		if len(ps) == 0 || time.Since(f.checked) >= feedBlock {
			ps = f.s.all()
		}
		return ps, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-f.ctx.Done():
		return nil, errFeedClosed
	}
}

// begin starts a wait in the background, unless Close has begun, which waits for it.
func (f *feed) begin() error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if err := f.ended(); err != nil {
		return err
	}
	f.news = make(chan news, 1)
	result, args := f.news, f.blockingRead()
	f.wg.Go(func() { result <- f.block(args) })
	return nil
}

// blockingRead is the command that waits for an event in any partition.
func (f *feed) blockingRead() []any {
	args := []any{"XREAD", "COUNT", 1, "BLOCK", max(1, min(feedBlock, f.s.o.Timeout/2).Milliseconds()), "STREAMS"}
	for p := range f.places {
		args = append(args, partitionKey(timesheet.Partition(p), "feed"))
	}
	for _, at := range f.places {
		args = append(args, at.id())
	}
	return args
}

// block sends the command and answers which partitions have news, none when the
// time is up.
func (f *feed) block(args []any) news {
	reply, err := f.client.Do(f.ctx, args...).Slice()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return news{err: err}
	}
	hot := make([]bool, len(f.places))
	keys := args[6 : 6+len(f.places)]
	for _, stream := range reply {
		if pair, ok := stream.([]any); ok && len(pair) == 2 {
			if p := slices.Index(keys, pair[0]); p >= 0 {
				hot[p] = true
			}
		}
	}
	return news{hot: hot}
}

// backoff doubles from 20 ms to 2 s.
type backoff struct{ last time.Duration }

func (b *backoff) next() time.Duration {
	b.last = min(max(20*time.Millisecond, 2*b.last), 2*time.Second)
	return b.last
}
