package redis

import (
	"context"
	"strconv"

	"timesheet"
)

// maxCall is how many entries a call of the merge script brings: more would hold
// the server up, and Lua can't pass on 4,000 pairs at once.
const maxCall = 1000

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
		n += 4 + 4*len(p.items)
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
	days, groups, splits := 0, 0, p.out.splits
	for i := range p.items {
		if day := p.items[i].Day; i == 0 || day != p.items[i-1].Day { // they are sorted by day
			c.add(dayKey(day), splits[day])
			days++
		}
	}
	for i := 0; i < len(p.items); groups++ {
		first := p.items[i]
		bucket, n := bucketOf(first.hash, splits[first.Day]), i+1
		for n < len(p.items) && p.items[n].Day == first.Day && bucketOf(p.items[n].hash, splits[first.Day]) == bucket {
			n++
		}
		c.add(dayKey(first.Day), bucket, n-i)
		if err := c.addEntries(p.items[i:n]); err != nil {
			return err
		}
		i = n
	}
	c.args[head+1], c.args[head+2], c.args[head+3] = days, groups, len(c.args)-head-4
	return nil
}

// addEntries adds all ids, then all spans.
func (c *call) addEntries(items []item) error {
	for i := range items {
		c.args = append(c.args, string(items[i].Employee))
	}
	spans := make([]byte, 0, 9*len(items))
	for i := range items {
		from := len(spans)
		var err error
		if spans, err = timesheet.AppendSpan(spans, items[i].Entry); err != nil {
			return err
		}
		c.args = append(c.args, spans[from:len(spans):len(spans)])
	}
	return nil
}
