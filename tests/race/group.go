package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// group is group commit and nothing else: all who wait share one commit. It announces
// nothing and knows no actors, days, partitions or failures: no service that answers when a
// clocking is durable can cost less, so it is the ceiling of what the service may reach.
type group struct {
	commit func([]waiter) error

	mu      sync.Mutex // guards what follows
	waiting []waiter
	flying  bool
}

// waiter is one clocking and who waits for it.
type waiter struct {
	entry timesheet.Entry
	kept  chan error
}

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

// fly commits for all who wait, as long as somebody does.
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
		err := g.commit(batch)
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

// joinAll commits by one script that joins all clockings.
func joinAll(c *goredis.Client) func([]waiter) error {
	return func(batch []waiter) error {
		keys, times := make([]string, len(batch)), make([]any, len(batch))
		for i, w := range batch {
			keys[i], times[i] = keyOf(w.entry), int64(w.entry.Earliest)
		}
		// Of nobody's request: others wait for it as well.
		return joinAllScript.Run(context.Background(), c, keys, times...).Err()
	}
}

// syncAll commits by an fdatasync after all clockings were appended to a file, in whole
// pages as a log has them.
func syncAll(f *os.File) func([]waiter) error {
	var page []byte
	return func(batch []waiter) error {
		page = page[:0]
		for _, w := range batch {
			page = fmt.Appendln(page, keyOf(w.entry), int64(w.entry.Earliest))
		}
		page = append(page, make([]byte, -len(page)&(pageSize-1))...)
		if _, err := f.Write(page); err != nil {
			return err
		}
		return syscall.Fdatasync(int(f.Fd()))
	}
}
