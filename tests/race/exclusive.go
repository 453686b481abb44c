package main

import (
	"context"
	"errors"
	"hash/maphash"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// lock holds a lock in Redis, of the employee's day, around read and write. It has a
// token so that only its holder gives it up, and a life in case that he dies.
type lock struct{ redis *goredis.Client }

const (
	lockLife  = 5 * time.Second
	lockRetry = time.Millisecond
)

var unlockScript = goredis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`)

func (k lock) keep(ctx context.Context, e timesheet.Entry) error {
	key := "lock:" + keyOf(e)
	token := strconv.FormatUint(rand.Uint64(), 36)
	if err := k.take(ctx, key, token); err != nil {
		return err
	}
	return errors.Join(
		readAndWrite(ctx, k.redis, e),
		unlockScript.Run(ctx, k.redis, []string{key}, token).Err(),
	)
}

// take tries until it has the lock or ctx ends.
func (k lock) take(ctx context.Context, key, token string) error {
	for {
		taken, err := k.redis.SetNX(ctx, key, token, lockLife).Result()
		if taken || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockRetry/2 + rand.N(lockRetry)):
		}
	}
}

// mutex keeps all entries in memory, in maps with a mutex each, and writes what
// changed while it holds the mutex. It forgets them when it ends, and knows nothing
// of a second instance: it is the strongest rival on those terms.
type mutex struct {
	redis  *goredis.Client
	seed   maphash.Seed
	shards [4096]shard
}

type shard struct {
	mu    sync.Mutex
	spans map[string]span // guarded by mu, by key; nil before the first
}

func newMutex(c *goredis.Client) *mutex { return &mutex{redis: c, seed: maphash.MakeSeed()} }

func (k *mutex) keep(ctx context.Context, e timesheet.Entry) error {
	key := keyOf(e)
	s := &k.shards[maphash.String(k.seed, key)%uint64(len(k.shards))]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := span{e.Earliest, e.Latest}
	if old, known := s.spans[key]; known {
		if now = (span{min(now.first, old.first), max(now.last, old.last)}); now == old {
			return nil
		}
	}
	if err := write(ctx, k.redis, key, now); err != nil {
		return err
	}
	if s.spans == nil {
		s.spans = make(map[string]span)
	}
	s.spans[key] = now
	return nil
}
