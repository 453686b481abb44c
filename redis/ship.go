package redis

import (
	"context"
	"strconv"
	"strings"

	"timesheet"
)

// maxCall is how many entries a call of the merge script brings: more would hold
// the server up, and Lua can't pass on 4,000 pairs at once.
const maxCall = 1000

// minSpan and maxSpan are the lengths of a span without flags and with them, in bytes.
const (
	minSpan = 8
	maxSpan = 9
)

// parcel is the part of a delta that travels in one call.
type parcel struct {
	out   *outgoing
	items []item
}

// ship sends deltas, settles what is decided, and answers those to send again.
func (s *Store) ship(ctx context.Context, outs []*outgoing) []*outgoing {
	loads := s.pack(outs)
	calls, durable := make([]*call, len(loads)), false
	for i, l := range loads {
		var err error
		if calls[i], err = s.write(l); err != nil {
			for _, o := range outs { // Validate would have refused it: a defect
				o.merged.Err = fail("merge entries", err)
			}
			return nil
		}
		for _, p := range l {
			durable = durable || len(p.items) > 0
		}
	}
	s.run(ctx, durable, calls...)
	for i, l := range loads {
		s.settle(calls[i], l)
	}
	return s.rest(ctx, outs)
}

// pack distributes deltas over calls. On a cluster a call has one partition.
func (s *Store) pack(outs []*outgoing) (loads [][]parcel) {
	var load []parcel
	room := maxCall
	for _, o := range outs {
		left := o.items
		for first := true; first || len(left) > 0; first = false {
			if len(load) > 0 && (room == 0 || s.cluster != nil) {
				loads, load, room = append(loads, load), nil, maxCall
			}
			n := min(room, len(left))
			load = append(load, parcel{o, left[:n]})
			left, room = left[n:], room-n
		}
	}
	return append(loads, load)
}

// write makes the call that merges a load; merge.lua describes its arguments.
func (s *Store) write(load []parcel) (*call, error) {
	keys, n := make([]string, len(load)), 2
	for i, p := range load {
		keys[i] = stateKey(p.out.delta.Partition)
		n += 9 + len(p.items)*9/4 // two each, and three for each hash, mostly of a dozen at least
	}
	c := newCall(mergeScript, n, keys...).add(s.fields, s.o.FeedLength)
	for _, p := range load {
		if err := c.addParcel(p); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *call) addParcel(p parcel) error {
	head := len(c.args)
	c.add(strconv.FormatUint(uint64(p.out.delta.Epoch), 10), 0, 0, 0)
	days := 0
	for i := range p.items {
		if day := p.items[i].Day; i == 0 || day != p.items[i-1].Day { // they are sorted by day
			c.add(dayKey(day), p.out.splits.of(day))
			days++
		}
	}
	groups, named, name, split := 0, timesheet.Day(-1), "", 0
	for items := p.items; len(items) > 0; groups++ {
		day := items[0].Day
		if groups == 0 || day != named {
			named, name, split = day, dayKey(day), p.out.splits.of(day)
		}
		bucket, n := bucketOf(items[0].hash, split), 1
		for n < len(items) && items[n].Day == day && bucketOf(items[n].hash, split) == bucket {
			n++
		}
		c.add(name, bucket, n)
		if err := c.addEntries(items[:n]); err != nil {
			return err
		}
		items = items[n:]
	}
	c.args[head+1], c.args[head+2], c.args[head+3] = days, groups, len(c.args)-head-4
	return nil
}

// addEntries adds all ids, then all spans: as pointers, which need no memory each.
func (c *call) addEntries(items []item) error {
	for i := range items {
		c.args = append(c.args, (*string)(&items[i].Employee))
	}
	var all strings.Builder // its parts stay where they are: it never grows again
	all.Grow(maxSpan * len(items))
	spans := make([]string, len(items))
	for i := range items {
		var room [maxSpan]byte
		span, err := timesheet.AppendSpan(room[:0], items[i].Entry)
		if err != nil {
			return err
		}
		from := all.Len()
		all.Write(span)
		spans[i] = all.String()[from:]
		c.args = append(c.args, &spans[i])
	}
	return nil
}
