package redis

import (
	"context"
	"slices"
	"sync"

	"timesheet"
)

// turns say how far the reader of a feed is.
type turns struct {
	mu    sync.Mutex    // guards what follows
	done  []place       // by partition: up to here Next has answered, and was called again
	moved chan struct{} // closed when done changes, and made anew
}

// turn says that the reader is done with what Next answered.
func (t *turns) turn(places []place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.Equal(t.done, places) {
		t.done = slices.Clone(places)
		close(t.moved)
		t.moved = make(chan struct{})
	}
}

// reached tells whether the reader is done with all up to the places; if not, what to
// wait for.
func (t *turns) reached(to []place) (bool, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, p := range to {
		if len(t.done) == 0 || t.done[i].server != p.server || t.done[i].generation != p.generation || t.done[i].n < p.n {
			return false, t.moved
		}
	}
	return true, nil
}

// Sync asks for the ends of all streams and waits until the reader is there; it asks
// again when the reader has moved, since the ends may belong to a stream that is gone.
func (f *feed) Sync(ctx context.Context) error {
	const op = "wait for the feed"
	for {
		if err := f.ended(); err != nil {
			return fail(op, err)
		}
		ends, err := f.ends(ctx)
		if err != nil {
			return fail(op, err)
		}
		ok, moved := f.sync.reached(ends)
		if ok {
			return nil
		}
		select {
		case <-moved:
			if ok, _ := f.sync.reached(ends); ok {
				return nil
			}
		case <-ctx.Done():
			return fail(op, ctx.Err())
		case <-f.ctx.Done():
			return fail(op, errFeedClosed)
		}
	}
}

// ends are the places of the newest events, by partition.
func (f *feed) ends(ctx context.Context) ([]place, error) {
	ends := make([]place, len(f.s.parts))
	answers := f.s.ask(ctx, false, tailScript, f.s.all(), func(timesheet.Partition) []any { return []any{"", 0} })
	for p, a := range answers {
		if a.err != nil {
			return nil, a.err
		}
		t, ok := parseTail(a)
		if !ok {
			return nil, damaged("read the feed", a.rest)
		}
		ends[p] = t.place
	}
	return ends, nil
}
