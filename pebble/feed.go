package pebble

import (
	"context"
	"sync"

	"timesheet"
)

const (
	feedKeys  = 65_536 // keys that a feed holds for a slow reader
	feedBatch = 1024   // changes that one Next answers, resets not counted
)

// feed is a queue of touched keys. Merges are blind, so what a key holds is read
// when Next takes it out; a change after that queues the key again. Keys that wait
// already are not looked for: that would cost every merge more than it saves a
// reader who keeps up.
type feed struct {
	store  *Store
	ended  chan struct{} // closed by Close
	once   sync.Once
	signal chan struct{} // has a token when something waits

	reading sync.Mutex // held by the Next that takes out and reads, for the order

	mu     sync.Mutex
	keys   []touched                        // guarded by mu: in order of the commits
	resets map[timesheet.Partition]struct{} // guarded by mu: partitions of which no key waits
	turns  turns                            // guarded by mu
}

type touched struct {
	partition timesheet.Partition
	key       string
	n         uint64 // see turns.queued
}

// Watch begins a feed; its changes are those that are committed from now on.
func (s *Store) Watch(ctx context.Context) (timesheet.Feed, error) {
	if err := s.begin(ctx, "watch"); err != nil {
		return nil, err
	}
	defer s.end()
	f := &feed{
		store: s, ended: make(chan struct{}), signal: make(chan struct{}, 1),
		resets: make(map[timesheet.Partition]struct{}), turns: turns{moved: make(chan struct{})},
	}
	s.feeds.mu.Lock()
	defer s.feeds.mu.Unlock()
	if s.feeds.all == nil {
		s.feeds.all = make(map[*feed]struct{})
	}
	s.feeds.all[f] = struct{}{}
	s.feeds.open.Add(1)
	return f, nil
}

// wake lets a Next look for changes.
func (f *feed) wake() {
	select {
	case f.signal <- struct{}{}:
	default: // one is on its way already
	}
}

// add queues a key. Where no room is left its partition is reset instead. mu is held.
func (f *feed) add(p timesheet.Partition, key []byte) {
	f.turns.queued++
	if _, ok := f.resets[p]; ok {
		return
	}
	if len(f.keys) >= feedKeys {
		f.reset(p)
		return
	}
	f.keys = append(f.keys, touched{p, string(key), f.turns.queued})
}

// reset forgets the keys of partitions in favour of a Reset each. mu is held.
func (f *feed) reset(partitions ...timesheet.Partition) {
	f.turns.queued++
	for _, p := range partitions {
		f.resets[p] = struct{}{}
	}
	kept := f.keys[:0]
	for _, t := range f.keys {
		if _, gone := f.resets[t.partition]; !gone {
			kept = append(kept, t)
		}
	}
	clear(f.keys[len(kept):])
	f.keys = kept
}

// take takes out all resets and the oldest keys, and answers up to where that is.
func (f *feed) take() (changes []timesheet.Change, keys []touched, to uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for p := range f.resets {
		changes = append(changes, timesheet.Change{Kind: timesheet.Reset, Partition: p})
	}
	clear(f.resets)
	n := min(len(f.keys), feedBatch)
	keys = append(keys, f.keys[:n]...)
	if f.keys = f.keys[n:]; len(f.keys) == 0 {
		f.keys = nil // else the array would only ever grow
		return changes, keys, f.turns.queued
	}
	f.wake()
	return changes, keys, f.keys[0].n - 1
}

// Next waits for changes.
func (f *feed) Next(ctx context.Context) ([]timesheet.Change, error) {
	const op = "next change"
	for {
		f.turn()
		// An ended feed or context wins over changes that wait.
		switch {
		case ctx.Err() != nil:
			return nil, cancelled(ctx, op)
		case f.over():
			return nil, unavailable(op, errClosed)
		}
		select {
		case <-ctx.Done():
			continue
		case <-f.ended:
			continue
		case <-f.store.ended:
			continue
		case <-f.store.disk.failed:
			_, err := f.store.disk.state()
			return nil, unavailable(op, err)
		case <-f.signal:
		}
		if changes, err := f.read(ctx); err != nil || len(changes) > 0 {
			return changes, err
		}
	}
}

func (f *feed) over() bool {
	select {
	case <-f.ended:
		return true
	case <-f.store.ended:
		return true
	default:
		return false
	}
}

// read takes changes out and reads what they left. With an error they are not lost:
// the partitions concerned are reset.
func (f *feed) read(ctx context.Context) (changes []timesheet.Change, err error) {
	const op = "next change"
	f.reading.Lock()
	defer f.reading.Unlock()
	if err := f.store.begin(ctx, op); err != nil {
		f.wake()
		return nil, err
	}
	defer f.store.end()
	changes, keys, to := f.take()
	for _, t := range keys {
		c, err := f.look(t)
		if err != nil {
			f.putBack(changes, keys)
			return nil, readError(op, err)
		}
		changes = append(changes, c)
	}
	f.mu.Lock()
	f.turns.told = to
	f.mu.Unlock()
	return changes, nil
}

func (f *feed) putBack(changes []timesheet.Change, keys []touched) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range changes {
		f.reset(c.Partition)
	}
	for _, t := range keys {
		f.reset(t.partition)
	}
	f.wake()
}

// Close ends the feed.
func (f *feed) Close() error {
	f.once.Do(func() {
		close(f.ended)
		fs := &f.store.feeds
		fs.mu.Lock()
		defer fs.mu.Unlock()
		delete(fs.all, f)
		fs.open.Add(-1)
	})
	return nil
}
