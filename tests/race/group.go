package main

import (
	"context"
	"runtime"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// group is group commit and nothing else: one script joins the clockings of all who
// wait. It checks nothing, announces nothing and knows no actors, days, partitions or
// failures: no service that makes them durable in Redis one answer at a time can cost
// less, so it is the ceiling of what the service may reach.
type group struct {
	redis *goredis.Client

	mu      sync.Mutex // guards what follows
	waiting []waiter
	flying  bool
}

// waiter is one clocking and who waits for it.
type waiter struct {
	entry timesheet.Entry
	kept  chan error
}

func newGroup(c *goredis.Client) *group { return &group{redis: c} }

func (g *group) keep(_ context.Context, e timesheet.Entry) error {
	w := waiter{e, make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	begin := !g.flying
	g.flying = true
	g.mu.Unlock()
	if begin {
		go g.fly()
	}
	return <-w.kept
}

// fly brings all who wait to Redis, as long as somebody does.
func (g *group) fly() {
	for {
		for range 3 { // as the service does: requests that are being read come along
			runtime.Gosched()
		}
		g.mu.Lock()
		batch := g.waiting
		g.waiting = nil
		g.flying = len(batch) > 0
		g.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := g.join(batch)
		for _, w := range batch {
			w.kept <- err
		}
	}
}

var joinAllScript = goredis.NewScript(`
for i = 1, #KEYS do
  local have = redis.call('HMGET', KEYS[i], 'in', 'out')
  local at = tonumber(ARGV[i])
  if not have[1] then
    redis.call('HSET', KEYS[i], 'in', ARGV[i], 'out', ARGV[i])
  elseif at < tonumber(have[1]) then
    redis.call('HSET', KEYS[i], 'in', ARGV[i])
  elseif at > tonumber(have[2]) then
    redis.call('HSET', KEYS[i], 'out', ARGV[i])
  end
end
return 1
`)

func (g *group) join(batch []waiter) error {
	keys, times := make([]string, len(batch)), make([]any, len(batch))
	for i, w := range batch {
		keys[i], times[i] = keyOf(w.entry), int64(w.entry.Earliest)
	}
	// Of nobody's request: others wait for it as well.
	return joinAllScript.Run(context.Background(), g.redis, keys, times...).Err()
}
