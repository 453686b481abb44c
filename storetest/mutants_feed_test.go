package storetest

import (
	"context"
	"slices"

	"timesheet"
)

// feedMutants tell wrong stories.
var feedMutants = []mutant{
	{"a feed loses a change", "flow/snapshot and feed make the state", func(m *Memory, b *broken) {
		b.watch = m.telling(func(n int, c timesheet.Change) []timesheet.Change {
			if n%11 == 0 {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a feed loses removals", "feed/a removal is told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Removed {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a feed loses resets", "feed/purge and erase are told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Reset {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a feed tells what came, not what it became", "feed/a set tells the resulting state", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			c.Entry.Earliest = c.Entry.Latest
			return []timesheet.Change{c}
		})
	}},
	{"a feed tells no flags", "feed/odd ids and far edges are told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			c.Entry.Flags = 0
			return []timesheet.Change{c}
		})
	}},
	{"a feed names a wrong partition", "feed/odd ids and far edges are told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			c.Partition ^= 1
			return []timesheet.Change{c}
		})
	}},
	{"a feed changes the order", "flow/snapshot and feed make the state", func(m *Memory, b *broken) {
		b.watch = func(ctx context.Context) (timesheet.Feed, error) {
			f, err := m.Watch(ctx)
			return &retold{Feed: f, all: func(cs []timesheet.Change) []timesheet.Change {
				slices.Reverse(cs)
				return cs
			}}, err
		}
	}},
	{"a feed holds all changes", "flow/a slow reader is reset", func(m *Memory, _ *broken) { m.BoundFeeds(1 << 40) }},
	{"a full feed drops changes", "flow/a slow reader is reset", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Reset {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a feed begins late", "feed/feeds begin and end on their own", func(m *Memory, b *broken) {
		b.watch = func(context.Context) (timesheet.Feed, error) { return &late{m: m}, nil }
	}},
	{"Sync doesn't wait", "sync/waits until the reader is done", func(m *Memory, b *broken) {
		b.watch = func(ctx context.Context) (timesheet.Feed, error) {
			f, err := m.Watch(ctx)
			return hasty{f}, err
		}
	}},
	{"Close doesn't end Next", "feed/closing a feed ends Next", func(m *Memory, b *broken) {
		b.watch = func(ctx context.Context) (timesheet.Feed, error) {
			f, err := m.Watch(ctx)
			return unclosable{f}, err
		}
	}},
	{"a store's Close leaves its feeds", "feed/closing the store ends its feeds", func(m *Memory, b *broken) { b.watch = m.Another().Watch }},
	{"a cancelled Next ends the feed", "feed/a cancelled Next is Unavailable and the feed goes on", func(m *Memory, b *broken) {
		b.watch = func(ctx context.Context) (timesheet.Feed, error) {
			f, err := m.Watch(ctx)
			return fragile{f}, err
		}
	}},
}

// retold is a feed whose changes are altered.
type retold struct {
	timesheet.Feed
	all func([]timesheet.Change) []timesheet.Change
}

func (f *retold) Next(ctx context.Context) ([]timesheet.Change, error) {
	for {
		cs, err := f.Feed.Next(ctx)
		if err != nil {
			return nil, err
		}
		if cs = f.all(cs); len(cs) > 0 {
			return cs, nil
		}
	}
}

// telling is a Watch whose feed tells each change, the n-th, otherwise.
func (m *Memory) telling(tell func(n int, c timesheet.Change) []timesheet.Change) func(context.Context) (timesheet.Feed, error) {
	return func(ctx context.Context) (timesheet.Feed, error) {
		f, err := m.Watch(ctx)
		n := 0
		return &retold{Feed: f, all: func(cs []timesheet.Change) (told []timesheet.Change) {
			for _, c := range cs {
				n++
				told = append(told, tell(n, c)...)
			}
			return told
		}}, err
	}
}

// late is a feed that begins with the first Next.
type late struct {
	m *Memory
	f timesheet.Feed
}

func (l *late) Next(ctx context.Context) ([]timesheet.Change, error) {
	if l.f == nil {
		var err error
		if l.f, err = l.m.Watch(ctx); err != nil {
			return nil, err
		}
	}
	return l.f.Next(ctx)
}

func (l *late) Close() error { return nil }

func (l *late) Sync(ctx context.Context) error { return l.f.Sync(ctx) }

type unclosable struct{ timesheet.Feed }

func (unclosable) Close() error { return nil }

// hasty is a feed whose Sync waits for nobody.
type hasty struct{ timesheet.Feed }

func (hasty) Sync(context.Context) error { return nil }

// fragile is a feed that a context can end.
type fragile struct{ timesheet.Feed }

func (f fragile) Next(ctx context.Context) ([]timesheet.Change, error) {
	cs, err := f.Feed.Next(ctx)
	if ctx.Err() != nil {
		_ = f.Close()
	}
	return cs, err
}
