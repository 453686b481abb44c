package board

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"timesheet"
)

// Run keeps the days current by one feed of the store until ctx ends, and closes the
// hub then. A feed that can't be begun, or ends, is begun again; it answers nil.
func (b *Boards) Run(ctx context.Context) error {
	defer b.hub.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { b.look(ctx) })
	const shortest, longest = 100 * time.Millisecond, 5 * time.Second
	for pause := shortest; ctx.Err() == nil; pause = min(2*pause, longest) {
		b.awaitWanted(ctx)
		began := time.Now()
		within, stop := b.whileWanted(ctx)
		err := b.watch(within)
		idle := errors.Is(context.Cause(within), errIdle)
		stop()
		if ctx.Err() != nil {
			break
		}
		if idle {
			pause = shortest
			continue
		}
		b.counted.failures.Add(1)
		b.o.Logger.Warn("boards are read from the store until its feed is back", "error", err)
		if time.Since(began) > longest {
			pause = shortest
		}
		wait(ctx, pause)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// watch follows one feed until it fails.
func (b *Boards) watch(ctx context.Context) error {
	feed, err := b.o.Store.Watch(ctx)
	if err != nil {
		return err
	}
	b.hub.resync() // what happened before the feed, nobody was told
	b.fed(true)
	b.feed.Store(&feed)
	for err == nil {
		err = b.follow(ctx, feed)
	}
	b.feed.Store(nil)
	b.fed(false)
	if ctx.Err() == nil {
		b.hub.resync()
	}
	return errors.Join(err, feed.Close())
}

// follow takes changes from the feed, applies them to the days that are kept, and then
// tells of them.
func (b *Boards) follow(ctx context.Context, feed timesheet.Feed) error {
	changes, err := feed.Next(ctx)
	if err != nil {
		return err
	}
	b.counted.takenAt.Store(int64(timesheet.InstantOf(time.Now())))
	defer b.counted.takenAt.Store(0)
	b.counted.changes.Add(uint64(len(changes)))
	for i, c := range slices.Backward(changes) {
		if c.Kind == timesheet.Reset {
			// What the store can't tell must be read again, by day and not by partition,
			// with all that the changes before could have said.
			b.counted.resets.Add(1)
			b.forgetAll()
			b.hub.resync()
			changes = changes[i+1:]
			break
		}
	}
	if len(changes) == 0 {
		return nil
	}
	k, err := b.book()
	if err != nil {
		// Without rules there are no pages; rows that were made before there were any
		// can't be.
		b.forgetAll()
		b.hub.resync()
		return nil
	}
	byDay := slices.Clone(changes)
	slices.SortStableFunc(byDay, func(a, b timesheet.Change) int { return cmp.Compare(a.Entry.Day, b.Entry.Day) })
	for len(byDay) > 0 {
		n := 1
		for n < len(byDay) && byDay[n].Entry.Day == byDay[0].Entry.Day {
			n++
		}
		b.hub.publish(b.applied(ctx, byDay[:n], k)...)
		byDay = byDay[n:]
	}
	return nil
}

// look asks now and then whether the store is there, and whether the rules are other ones.
func (b *Boards) look(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	reached := b.o.Moment().Now
	for {
		asked, cancel := context.WithTimeout(ctx, pingWithin)
		err := b.o.Store.Ping(asked)
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			reached = b.o.Moment().Now
			b.stale.Store(0)
		} else {
			b.stale.Store(int64(reached))
		}
		if k, err := b.book(); err == nil {
			if before := b.told.Swap(&k); before != nil && *before != k {
				b.hub.resync()
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
