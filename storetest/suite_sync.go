package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"timesheet"
)

// atOnce is long enough for what needs no waiting, and short enough to be waited for.
const atOnce = 100 * time.Millisecond

// syncTests are about who reads what the reader of a feed keeps.
var syncTests = []test{
	{"waits until the reader is done", func(k *kit) {
		f := k.watch(k.s)
		k.synced(f, "nothing has happened")
		k.merge(entry("7", monday, 8, 9))
		k.waits(f, "nobody has read")
		k.sees(f, timesheet.Set, entry("7", monday, 8, 9))
		k.waits(f, "the reader may still be busy with it")
		ctx, cancel := context.WithCancel(k.ctx)
		ended := make(chan error, 1)
		go func() { ended <- drain(ctx, f) }()
		k.synced(f, "the reader wants more")
		k.replace(entry("7", monday, 8, 9), entry("7", monday, 9, 9))
		k.purge(monday+1, 1)
		k.synced(f, "it reads on")
		cancel()
		k.code(k.await(ended), timesheet.Unavailable, "Next")
	}},
	{"shows what was durable before", func(k *kit) {
		f := k.follow()
		var writers sync.WaitGroup
		for w, s := range k.handles() {
			writers.Go(func() {
				for n := range 60 {
					e := entry(timesheet.EmployeeID(fmt.Sprintf("sync-%d-%d", w, n)), monday, 8, 8+n%10)
					if _, err := mergeAll(k.ctx, s, e); err != nil {
						k.Errorf("merge: %v", err)
						return
					}
					k.synced(f.m.feed, "somebody reads")
					if got := f.entry(e); got != e {
						k.Errorf("the reader has %v, not %v", got, e)
					}
				}
			})
		}
		writers.Wait()
	}},
	{"comes to an end beside a reader who is far behind", func(k *kit) {
		f := k.watch(k.s)
		for n := 0; n < min(k.h.FeedBound+1000, 5000); n += 100 { // resets where that is enough for them
			es := make([]timesheet.Entry, 100)
			for i := range es {
				es[i] = entry(timesheet.EmployeeID(fmt.Sprintf("slow-%d", n+i)), monday, 8, 9)
			}
			k.merge(es...)
		}
		go func() { _ = drain(k.ctx, f) }()
		k.synced(f, "it reads")
	}},
	{"a cancelled Sync is Unavailable", func(k *kit) {
		f := k.watch(k.s)
		k.merge(entry("7", monday, 8, 9))
		ctx, cancel := context.WithCancel(k.ctx)
		ended := make(chan error, 1)
		go func() { ended <- f.Sync(ctx) }()
		cancel()
		k.code(k.await(ended), timesheet.Unavailable, "Sync")
	}},
	{"closing the feed or the store ends it", func(k *kit) {
		f, g := k.watch(k.s), k.watch(k.s)
		k.merge(entry("7", monday, 8, 9))
		ended := make(chan error, 2)
		go func() { ended <- f.Sync(k.ctx) }()
		k.must(f.Close(), "close the feed")
		k.code(k.await(ended), timesheet.Unavailable, "Sync")
		go func() { ended <- g.Sync(k.ctx) }()
		k.must(k.s.Close(), "close the store")
		k.code(k.await(ended), timesheet.Unavailable, "Sync of the other feed")
		k.code(f.Sync(k.ctx), timesheet.Unavailable, "Sync after Close")
	}},
}

// synced says that Sync ends in good time.
func (k *kit) synced(f timesheet.Feed, why string) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	if err := f.Sync(ctx); err != nil {
		k.Errorf("Sync, though %s: %v", why, err)
	}
}

// waits says that Sync doesn't end.
func (k *kit) waits(f timesheet.Feed, why string) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, atOnce)
	defer cancel()
	if err := f.Sync(ctx); err == nil {
		k.Errorf("Sync ended, though %s", why)
	}
}

// follower is a mirror that is kept current in the background.
type follower struct {
	mu sync.Mutex // guards m.entries and m.corrected
	m  *mirror
}

func (k *kit) follow() *follower {
	k.Helper()
	f := &follower{m: k.mirror(k.s)}
	go func() {
		for {
			changes, err := f.m.feed.Next(k.ctx)
			if err != nil {
				return // closed with the test
			}
			f.mu.Lock()
			err = f.m.apply(k.ctx, changes)
			f.mu.Unlock()
			if err != nil {
				k.Errorf("apply: %v", err)
				return
			}
		}
	}()
	return f
}

func (f *follower) entry(e timesheet.Entry) timesheet.Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.m.entries[KeyOf(e)]
}
