package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"timesheet"

	"github.com/google/go-cmp/cmp"
)

// mirror is a reader that follows a store by its feed, as [timesheet.Watcher] says:
// it watches first, then reads everything, then applies the changes in order.
type mirror struct {
	s       timesheet.Store
	feed    timesheet.Feed
	entries map[Key]timesheet.Entry
	// corrected are the newest corrections, also the withdrawn that the feed told.
	corrected map[Key]timesheet.Correction
	sets      int // changes of kind Set and Removed applied
	resets    int
}

func newMirror(ctx context.Context, s timesheet.Store) (*mirror, error) {
	feed, err := s.Watch(ctx)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	m := &mirror{s: s, feed: feed}
	if m.entries, err = contents(ctx, s); err != nil {
		return m, err
	}
	m.corrected, err = corrected(ctx, s)
	return m, err
}

// corrected are all corrections that count.
func corrected(ctx context.Context, s timesheet.Corrector) (map[Key]timesheet.Correction, error) {
	all := make(map[Key]timesheet.Correction)
	for cursor := ""; ; {
		page, next, err := s.Corrected(ctx, timesheet.FirstDay, timesheet.LastDay, cursor, timesheet.MaxBoard)
		if err != nil {
			return nil, fmt.Errorf("corrected: %w", err)
		}
		for _, c := range page {
			all[Key{c.Employee, c.Day}] = c
		}
		if cursor = next; next == "" {
			return all, nil
		}
	}
}

// follow applies changes until has answers true, which it is asked after each Next.
func (m *mirror) follow(ctx context.Context, has func() bool) error {
	for !has() {
		changes, err := m.feed.Next(ctx)
		if err != nil {
			return fmt.Errorf("next, after %d sets and %d resets: %w", m.sets, m.resets, err)
		}
		if len(changes) == 0 {
			return fmt.Errorf("next answered no change and no error")
		}
		if err := m.apply(ctx, changes); err != nil {
			return err
		}
	}
	return nil
}

func (m *mirror) apply(ctx context.Context, changes []timesheet.Change) error {
	afresh := make(map[timesheet.Partition]bool) // resets in a row need one reading
	for i, c := range changes {
		if err := m.check(c); err != nil {
			return fmt.Errorf("change %+v: %w", c, err)
		}
		switch c.Kind {
		case timesheet.Set:
			m.sets++
			m.entries[KeyOf(c.Entry)] = c.Entry
		case timesheet.Removed:
			m.sets++
			delete(m.entries, KeyOf(c.Entry))
		case timesheet.Corrected:
			m.corrected[KeyOf(c.Entry)] = *c.Correction
		case timesheet.Reset:
			m.resets++
			afresh[c.Partition] = true
			if i+1 < len(changes) && changes[i+1].Kind == timesheet.Reset {
				continue
			}
			if err := m.read(ctx, afresh); err != nil {
				return err
			}
			clear(afresh)
		}
	}
	return nil
}

// check tells whether c is well formed.
func (m *mirror) check(c timesheet.Change) error {
	if int(c.Partition) >= m.s.Partitions() {
		return fmt.Errorf("there is no such partition")
	}
	if (c.Kind == timesheet.Corrected) != (c.Correction != nil) {
		return fmt.Errorf("a correction is missing, or too much")
	}
	switch c.Kind {
	case timesheet.Reset:
		if !c.Entry.IsZero() {
			return fmt.Errorf("a reset has an entry")
		}
		return nil
	case timesheet.Corrected:
		if (timesheet.Entry{Employee: c.Correction.Employee, Day: c.Correction.Day}) != c.Entry {
			return fmt.Errorf("the correction is of another day")
		}
	case timesheet.Set, timesheet.Removed:
	default:
		return fmt.Errorf("unknown kind")
	}
	if own := timesheet.PartitionOf(c.Entry.Employee, m.s.Partitions()); own != c.Partition {
		return fmt.Errorf("the entry is of partition %d", own)
	}
	if c.Kind == timesheet.Set {
		return c.Entry.Validate()
	}
	return nil
}

// read reads partitions afresh.
func (m *mirror) read(ctx context.Context, afresh map[timesheet.Partition]bool) error {
	all, err := contents(ctx, m.s)
	if err != nil {
		return err
	}
	concerned := func(key Key, _ timesheet.Entry) bool {
		return afresh[timesheet.PartitionOf(key.Employee, m.s.Partitions())]
	}
	maps.DeleteFunc(m.entries, concerned)
	for key, e := range all {
		if concerned(key, e) {
			m.entries[key] = e
		}
	}
	corrections, err := corrected(ctx, m.s)
	if err != nil {
		return err
	}
	maps.DeleteFunc(m.corrected, func(key Key, _ timesheet.Correction) bool { return concerned(key, timesheet.Entry{}) })
	for key, c := range corrections {
		if concerned(key, timesheet.Entry{}) {
			m.corrected[key] = c
		}
	}
	return nil
}

// differs tells how the mirror differs from what it should show, at most a few
// entries, or "".
func (m *mirror) differs(want map[Key]timesheet.Entry) string {
	keys := maps.Clone(want)
	maps.Copy(keys, m.entries)
	var text strings.Builder
	for i, key := range slices.SortedFunc(maps.Keys(keys), keyOrder) {
		if got := m.entries[key]; got != want[key] {
			fmt.Fprintf(&text, "%v: the feed says %v, the store %v\n", key, got, want[key])
		}
		if i > 1000 && text.Len() > 0 {
			break
		}
	}
	return text.String()
}

// corrects tells how the mirror's corrections differ from what they should be, or "".
func (m *mirror) corrects(want map[Key]timesheet.Correction) string {
	got := maps.Clone(m.corrected)
	maps.DeleteFunc(got, func(_ Key, c timesheet.Correction) bool { return c.Withdrawn })
	return cmp.Diff(want, got)
}
