package storetest

import (
	"context"
	"errors"
	"fmt"

	"timesheet"
)

// feedTests are about one feed at a time.
var feedTests = []test{
	{"a set tells the resulting state", func(k *kit) {
		k.merge(flagged(entry("7", monday, 8, 9), timesheet.Direct))
		f := k.watch(k.s)
		k.merge(entry("7", monday, 12, 12))
		k.sees(f, timesheet.Set, flagged(entry("7", monday, 8, 12), timesheet.Direct))
		k.merge(entry("7", monday, 6, 7), entry("7", monday, 10, 10))
		k.sees(f, timesheet.Set, flagged(entry("7", monday, 6, 12), timesheet.Direct))
		k.replace(flagged(entry("7", monday, 6, 12), timesheet.Direct), entry("7", monday, 9, 10))
		k.sees(f, timesheet.Set, entry("7", monday, 9, 10))
	}},
	{"a removal is told", func(k *kit) {
		old := entry("7", monday, 8, 9)
		k.merge(old)
		f := k.watch(k.s)
		k.replace(old, timesheet.Entry{})
		k.sees(f, timesheet.Removed, timesheet.Entry{Employee: "7", Day: monday})
		k.merge(entry("7", monday, 10, 10))
		k.sees(f, timesheet.Set, entry("7", monday, 10, 10))
	}},
	{"odd ids and far edges are told", func(k *kit) {
		m := k.mirror(k.s)
		for i, id := range oddIDs() {
			k.merge(flagged(entry(id, monday, 8, 9), timesheet.Flags(i%8)))
		}
		k.merge(edges("7")...)
		k.settles(m)
	}},
	{"purge and erase are told", func(k *kit) {
		ids := spread(k.s.Partitions(), 4, "feed-")
		for _, id := range ids {
			k.merge(entry(id, monday-1, 8, 9), entry(id, monday, 8, 9))
		}
		first, second := k.mirror(k.s), k.mirror(k.s)
		k.purge(monday, 4)
		k.settles(first)
		k.erase(ids[1], 1)
		k.settles(first)
		k.settles(second)
	}},
	{"day rules change no entry", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		m := k.mirror(k.s)
		_, err := k.s.SetDayRules(k.ctx, 0, someRules())
		k.must(err, "set day rules")
		k.settles(m)
	}},
	{"feeds begin and end on their own", func(k *kit) {
		first := k.mirror(k.s)
		k.merge(entry("7", monday, 8, 9))
		second := k.mirror(k.s)
		k.merge(entry("7", monday, 8, 10))
		k.settles(first)
		k.must(first.feed.Close(), "close the first feed")
		k.merge(entry("7", monday, 8, 11), entry("8", monday, 8, 11))
		k.settles(second)
		third := k.mirror(k.s)
		k.settles(third)
	}},
	{"a cancelled Next is Unavailable and the feed goes on", func(k *kit) {
		m := k.mirror(k.s)
		ctx, cancel := context.WithCancel(k.ctx)
		ended := make(chan error, 1)
		go func() {
			for {
				if _, err := m.feed.Next(ctx); err != nil {
					ended <- err
					return
				}
			}
		}()
		cancel()
		err := k.await(ended)
		k.code(err, timesheet.Unavailable, "Next")
		if !errors.Is(err, context.Canceled) {
			k.Errorf("Next: %v, want it to wrap context.Canceled", err)
		}
		k.merge(entry("7", monday, 8, 9))
		k.settles(m)
	}},
	{"closing a feed ends Next", func(k *kit) {
		f := k.watch(k.s)
		ended := make(chan error, 1)
		go func() { ended <- drain(k.ctx, f) }()
		k.must(f.Close(), "close")
		k.code(k.await(ended), timesheet.Unavailable, "Next during Close")
		k.must(f.Close(), "close again")
		_, err := f.Next(k.ctx)
		k.code(err, timesheet.Unavailable, "Next after Close")
		k.merge(entry("7", monday, 8, 9))
		_, err = f.Next(k.ctx)
		k.code(err, timesheet.Unavailable, "Next after Close and a merge")
	}},
	{"closing the store ends its feeds", func(k *kit) {
		f, g := k.watch(k.s), k.watch(k.s)
		ended := make(chan error, 2)
		go func() { ended <- drain(k.ctx, f) }()
		go func() { ended <- drain(k.ctx, g) }()
		k.must(k.s.Close(), "close the store")
		k.code(k.await(ended), timesheet.Unavailable, "Next")
		k.code(k.await(ended), timesheet.Unavailable, "Next of the other feed")
		k.must(ignore(f.Close(), timesheet.Unavailable), "close the feed")
	}},
}

func drain(ctx context.Context, f timesheet.Feed) error {
	for {
		if _, err := f.Next(ctx); err != nil {
			return err
		}
	}
}

// watch begins a feed that is closed with the test.
func (k *kit) watch(s timesheet.Store) timesheet.Feed {
	k.Helper()
	f, err := s.Watch(k.ctx)
	k.must(err, "watch")
	k.t.Cleanup(func() { _ = f.Close() })
	return f
}

func (k *kit) mirror(s timesheet.Store) *mirror {
	k.Helper()
	m, err := newMirror(k.ctx, s)
	k.must(err, "begin to follow")
	k.t.Cleanup(func() { _ = m.feed.Close() })
	return m
}

// await is what comes from c, in good time.
func (k *kit) await(c <-chan error) error {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	select {
	case err := <-c:
		return err
	case <-ctx.Done():
		k.Fatalf("it didn't end in %v", k.h.Patience)
		return nil
	}
}

// sees reads f until it tells the change; resets don't do.
func (k *kit) sees(f timesheet.Feed, kind timesheet.ChangeKind, e timesheet.Entry) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	want := timesheet.Change{Kind: kind, Partition: k.part(e.Employee), Entry: e}
	var seen []timesheet.Change
	for {
		changes, err := f.Next(ctx)
		if err != nil {
			k.Fatalf("waiting for %+v, after %+v: %v", want, seen, err)
		}
		for _, c := range changes {
			if c.Kind == timesheet.Removed { // of which only the name counts
				c.Entry = timesheet.Entry{Employee: c.Entry.Employee, Day: c.Entry.Day}
			}
			if c == want {
				return
			}
		}
		seen = append(seen, changes...)
	}
}

// settles merges a last entry into each partition, follows the feed until all of
// them were told, and compares.
func (k *kit) settles(m *mirror) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	for again := true; again; {
		last, resets := k.lastOnes(), m.resets
		k.merge(last...)
		all := func() bool {
			for len(last) > 0 && m.entries[KeyOf(last[0])].Covers(last[0]) && !m.entries[KeyOf(last[0])].IsZero() {
				last = last[1:]
			}
			return len(last) == 0
		}
		if err := m.follow(ctx, all); err != nil {
			k.Fatalf("follow the feed: %v", err)
		}
		// What a reset made it read may be newer than changes that it hasn't been told
		// yet: the last ones prove something only where the feed itself told them.
		again = m.resets > resets
	}
	want, err := contents(k.ctx, k.s)
	k.must(err, "read the store")
	if diff := m.differs(want); diff != "" {
		k.Fatalf("after %d sets and %d resets:\n%s", m.sets, m.resets, diff)
	}
	corrections, err := corrected(k.ctx, k.s)
	k.must(err, "read the store")
	if diff := m.corrects(corrections); diff != "" {
		k.Fatalf("after %d resets corrections differ (-store +feed):\n%s", m.resets, diff)
	}
}

// lastOnes are entries of all partitions, on a day above all floors, each time later.
func (k *kit) lastOnes() []timesheet.Entry {
	const day = timesheet.LastDay - 100
	known, err := k.s.Range(k.ctx, "last", day, day) // counts the calls
	k.must(err, "count")
	count := entry("last", day, 0, 0)
	for _, e := range known {
		count.Latest = e.Latest + 1
	}
	es := []timesheet.Entry{count}
	for _, id := range spread(k.s.Partitions(), k.s.Partitions(), fmt.Sprintf("last-%d-", count.Latest-count.Earliest)) {
		es = append(es, entry(id, day, 0, 0))
	}
	return es
}
