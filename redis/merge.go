package redis

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"timesheet"
)

// maxRounds bounds how often a merge begins again: when a partition was created, or
// a day split, by somebody else meanwhile.
const maxRounds = 8

// item is an entry to merge and the hash that its bucket follows from.
type item struct {
	timesheet.Entry
	hash uint32
}

// outgoing is a delta on its way.
type outgoing struct {
	delta   *timesheet.Delta
	merged  *timesheet.Merged
	filter  filter // of the delta's epoch
	splits  map[timesheet.Day]int
	told    map[timesheet.Day]int // by the script: the partition may remember fewer
	items   []item                // what may be stored, sorted by day, hash and id, none twice
	expired int
	again   bool // in the next round
}

// Merge joins deltas into their partitions: see [timesheet.Merger] and the package.
func (s *Store) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	answers := make([]timesheet.Merged, len(deltas))
	outs := s.accept(deltas, answers)
	for range maxRounds {
		outs = s.prepare(ctx, outs)
		if len(outs) == 0 {
			return answers
		}
		outs = s.ship(ctx, outs)
	}
	for _, o := range outs {
		o.merged.Err = fail("merge entries", errRestless)
	}
	return answers
}

// accept answers Invalid for deltas that can never be merged, and goes on with the rest.
func (s *Store) accept(deltas []timesheet.Delta, answers []timesheet.Merged) []*outgoing {
	outs := make([]*outgoing, 0, len(deltas))
	seen := make(map[timesheet.Partition]bool, len(deltas))
	for i := range deltas {
		d := &deltas[i]
		err := s.valid(d)
		if err == nil && seen[d.Partition] {
			err = invalid("merge entries", "partition %d comes twice", d.Partition)
		}
		if answers[i].Err = err; err == nil {
			seen[d.Partition] = true
			outs = append(outs, &outgoing{delta: d, merged: &answers[i], told: make(map[timesheet.Day]int)})
		}
	}
	return outs
}

func (s *Store) valid(d *timesheet.Delta) error {
	if int(d.Partition) >= len(s.parts) {
		return invalid("merge entries", "there is no partition %d", d.Partition)
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		if err := e.Validate(); err != nil {
			return err
		}
		if s.partitionOf(e.Employee) != d.Partition {
			return invalid("merge entries", "an entry isn't of partition %d", d.Partition)
		}
	}
	return nil
}

// prepare filters and sorts each delta by what is known of its partition under its
// epoch, reads that where it isn't known, and answers the deltas still to be sent.
func (s *Store) prepare(ctx context.Context, outs []*outgoing) []*outgoing {
	var unknown []timesheet.Partition
	for _, o := range outs {
		if len(o.delta.Entries) > 0 {
			var ok bool
			if o.filter, ok = s.parts[o.delta.Partition].under(o.delta.Epoch); !ok {
				unknown = append(unknown, o.delta.Partition)
			}
		}
	}
	var found map[timesheet.Partition]loaded
	if len(unknown) > 0 {
		found = s.load(ctx, unknown)
	}
	return slices.DeleteFunc(outs, func(o *outgoing) bool {
		if l, ok := found[o.delta.Partition]; ok {
			o.merged.Token, o.filter = l.token, l.filter
			if o.merged.Err = fail("merge entries", l.err); l.err == nil && l.token.Epoch != o.delta.Epoch {
				o.merged.Err = stale(o.delta)
			}
		}
		if o.merged.Err != nil {
			return true
		}
		o.fill(&s.parts[o.delta.Partition])
		return false
	})
}

func stale(d *timesheet.Delta) error {
	return timesheet.NewError(timesheet.Stale, "merge entries", fmt.Errorf("partition %d has another epoch", d.Partition))
}

// fill makes the items of the delta. The splits are noted, since others learn new
// ones meanwhile: items are sent as they were hashed, or refused by the script.
func (o *outgoing) fill(p *part) {
	o.items, o.expired, o.again = make([]item, 0, len(o.delta.Entries)), 0, false
	o.splits = make(map[timesheet.Day]int)
	var day timesheet.Day
	split := 0
	for i := range o.delta.Entries {
		e := &o.delta.Entries[i]
		if o.filter.drops(e) {
			o.expired++
			continue
		}
		if split == 0 || e.Day != day {
			var ok bool
			if split, ok = o.splits[e.Day]; !ok {
				if split, ok = o.told[e.Day]; !ok {
					split = p.split(e.Day)
				}
				o.splits[e.Day] = split
			}
			day = e.Day
		}
		it := item{Entry: *e}
		if split > 1 {
			it.hash = hashOf(e.Employee)
		}
		o.items = append(o.items, it)
	}
	slices.SortFunc(o.items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.hash, b.hash), cmp.Compare(a.Employee, b.Employee))
	})
	o.items = joined(o.items)
}

// joined joins neighbours of one employee and day, in place.
func joined(items []item) []item {
	n := 0
	for i := range items {
		if n > 0 && items[n-1].Day == items[i].Day && items[n-1].Employee == items[i].Employee {
			items[n-1].Entry = timesheet.Join(items[n-1].Entry, items[i].Entry)
			continue
		}
		items[n] = items[i]
		n++
	}
	return items[:n]
}
