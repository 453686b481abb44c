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

// item is an entry to merge and the hash that its bucket follows from, if its day has
// more than one.
type item struct {
	timesheet.Entry
	hash uint32
}

// outgoing is a delta on its way.
type outgoing struct {
	delta   *timesheet.Delta
	merged  *timesheet.Merged
	filter  filter // of the delta's epoch
	splits  splits
	told    map[timesheet.Day]int // by the script: the partition may remember fewer
	items   []item                // what may be stored, sorted by day and hash, no employee's day twice
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
	all, seen := make([]outgoing, len(deltas)), make([]bool, len(s.parts))
	for i := range deltas {
		d := &deltas[i]
		err := s.valid(d)
		if err == nil && seen[d.Partition] {
			err = invalid("merge entries", "partition %d comes twice", d.Partition)
		}
		if answers[i].Err = err; err == nil {
			seen[d.Partition] = true
			all[i] = outgoing{delta: d, merged: &answers[i]}
			outs = append(outs, &all[i])
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
	o.items, o.splits, o.expired, o.again = nil, splits{}, 0, false
	w := rankings.Get().(*[]rank)
	defer rankings.Put(w)
	ranks := (*w)[:0]
	for i := range o.delta.Entries {
		e := &o.delta.Entries[i]
		if o.filter.drops(e) {
			o.expired++
			continue
		}
		ranks = append(ranks, rankOf(e, o.split(p, e.Day), i))
	}
	*w = ranks[:0]
	entries := o.delta.Entries
	slices.SortFunc(ranks, func(a, b rank) int {
		if a.order != b.order {
			return cmp.Compare(a.order, b.order)
		}
		return cmp.Compare(entries[a.at].Employee, entries[b.at].Employee)
	})
	o.items = make([]item, 0, len(ranks))
	for _, r := range ranks {
		o.add(entries[r.at], uint32(r.order))
	}
}

// split is how many hashes the day of an entry is taken to have.
func (o *outgoing) split(p *part, day timesheet.Day) int {
	if n := o.splits.of(day); n > 0 {
		return n
	}
	n, ok := o.told[day]
	if !ok {
		n = p.split(day)
	}
	o.splits.set(day, n)
	return n
}

// add appends an item, or joins it with the last one if that is the same day of the
// same employee.
func (o *outgoing) add(e timesheet.Entry, hash uint32) {
	if n := len(o.items); n > 0 {
		if last := &o.items[n-1]; last.Day == e.Day && last.Employee == e.Employee {
			last.Entry = timesheet.Join(last.Entry, e)
			return
		}
	}
	o.items = append(o.items, item{e, hash})
}
