package storetest

import (
	"context"
	"errors"
	"slices"

	"timesheet"
)

// MemoryFeedBound is how many changes a feed of Memory holds for a slow reader,
// unless BoundFeeds says otherwise.
const MemoryFeedBound = 4096

// BoundFeeds sets how many changes each feed holds for a slow reader. A small bound
// makes readers meet Resets.
func (c *core) BoundFeeds(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = n
}

// memoryFeed is a feed of a handle, whose mu guards all but wake and over.
type memoryFeed struct {
	store *Memory
	queue []timesheet.Change
	// fresh are the partitions with a Reset in the queue. It stands for all that
	// happened since, hence nothing of the partition is queued behind it.
	fresh map[timesheet.Partition]bool
	// Changes are numbered: queued is the newest; up to told Next has answered, and up
	// to done the reader has called it again since. moved is closed when done grows.
	queued, told, done uint64
	moved              chan struct{}

	ended bool
	wake  chan struct{} // holds a token while the queue isn't empty
	over  chan struct{} // closed by end
}

// Watch implements timesheet.Watcher.
func (m *Memory) Watch(ctx context.Context) (timesheet.Feed, error) {
	if err := m.lock(ctx, "watch"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	f := &memoryFeed{
		store: m,
		fresh: make(map[timesheet.Partition]bool),
		wake:  make(chan struct{}, 1),
		moved: make(chan struct{}),
		over:  make(chan struct{}),
	}
	m.feeds[f] = struct{}{}
	return f, nil
}

// tell queues a change for all feeds.
func (c *core) tell(change timesheet.Change) {
	for f := range c.feeds {
		f.tell(change)
	}
}

func (c *core) resetAll() {
	for p := range c.partitions {
		c.tell(timesheet.Change{Kind: timesheet.Reset, Partition: timesheet.Partition(p)})
	}
}

func (f *memoryFeed) tell(c timesheet.Change) {
	f.queued++
	switch {
	case f.fresh[c.Partition]:
		return
	case c.Kind == timesheet.Reset:
		f.reset(c.Partition)
	case len(f.queue) >= f.store.bound:
		f.overflow(c.Partition)
	default:
		f.queue = append(f.queue, c)
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// reset puts a Reset of p in the place of all that is queued of p.
func (f *memoryFeed) reset(p timesheet.Partition) {
	f.queue = slices.DeleteFunc(f.queue, func(q timesheet.Change) bool { return q.Partition == p })
	f.queue = append(f.queue, timesheet.Change{Kind: timesheet.Reset, Partition: p})
	f.fresh[p] = true
}

// overflow turns the whole queue, and a change of p, into Resets.
func (f *memoryFeed) overflow(p timesheet.Partition) {
	concerned := map[timesheet.Partition]bool{p: true}
	for _, c := range f.queue {
		concerned[c.Partition] = true
	}
	f.queue, f.fresh = nil, concerned
	for p := range concerned {
		f.queue = append(f.queue, timesheet.Change{Kind: timesheet.Reset, Partition: p})
	}
}

// Next implements timesheet.Feed.
func (f *memoryFeed) Next(ctx context.Context) ([]timesheet.Change, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, timesheet.NewError(timesheet.Unavailable, "next changes", err)
		}
		select {
		case <-f.over:
			return nil, timesheet.NewError(timesheet.Unavailable, "next changes", errFeedClosed)
		default:
		}
		if changes := f.take(); len(changes) > 0 {
			return changes, nil
		}
		select {
		case <-f.wake:
		case <-f.over:
		case <-ctx.Done():
		}
	}
}

var errFeedClosed = errors.New("the feed is closed")

func (f *memoryFeed) take() []timesheet.Change {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	if f.done != f.told {
		f.done = f.told
		close(f.moved)
		f.moved = make(chan struct{})
	}
	changes := f.queue
	f.queue, f.told = nil, f.queued
	clear(f.fresh)
	return changes
}

// Sync implements timesheet.Feed.
func (f *memoryFeed) Sync(ctx context.Context) error {
	f.store.mu.Lock()
	to := f.queued
	f.store.mu.Unlock()
	for {
		f.store.mu.Lock()
		done, moved, ended := f.done, f.moved, f.ended
		f.store.mu.Unlock()
		switch err := ctx.Err(); {
		case ended:
			return timesheet.NewError(timesheet.Unavailable, "wait for the feed", errFeedClosed)
		case done >= to:
			return nil
		case err != nil:
			return timesheet.NewError(timesheet.Unavailable, "wait for the feed", err)
		}
		select {
		case <-moved:
		case <-f.over:
		case <-ctx.Done():
		}
	}
}

// Close implements timesheet.Feed.
func (f *memoryFeed) Close() error {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	delete(f.store.feeds, f)
	f.end()
	return nil
}

// end ends the feed; the store's mu is held.
func (f *memoryFeed) end() {
	if !f.ended {
		f.ended = true
		close(f.over)
	}
}
