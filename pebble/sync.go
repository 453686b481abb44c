package pebble

import "context"

// turns say how far the reader of a feed is. What is queued is numbered.
type turns struct {
	queued uint64        // the newest
	told   uint64        // up to here Next has answered
	done   uint64        // and up to here was called again since
	moved  chan struct{} // closed when done grows, and made anew
}

// turn says that the reader is done with what Next answered.
func (f *feed) turn() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := &f.turns; t.done != t.told {
		t.done = t.told
		close(t.moved)
		t.moved = make(chan struct{})
	}
}

// Sync waits until the reader is done with all that is queued: commits are, before
// anybody is told of them.
func (f *feed) Sync(ctx context.Context) error {
	const op = "wait for the feed"
	f.mu.Lock()
	to := f.turns.queued
	f.mu.Unlock()
	for {
		f.mu.Lock()
		done, moved := f.turns.done, f.turns.moved
		f.mu.Unlock()
		switch {
		case f.over():
			return unavailable(op, errClosed)
		case done >= to:
			return nil
		case ctx.Err() != nil:
			return cancelled(ctx, op)
		}
		select {
		case <-moved:
		case <-ctx.Done():
		case <-f.ended:
		case <-f.store.ended:
		case <-f.store.disk.failed:
			_, err := f.store.disk.state()
			return unavailable(op, err)
		}
	}
}
