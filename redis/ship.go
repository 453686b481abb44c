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

// settle gives the deltas of a load what the call says of them. Of the calls of one
// delta the first that failed counts.
func (s *Store) settle(c *call, load []parcel) {
	reply, _ := c.reply.([]any)
	if c.err == nil && len(reply) != len(load)+1 {
		c.err = damaged("merge entries", c.reply)
	}
	for i, p := range load {
		if c.err != nil {
			p.out.fail(c.err)
			continue
		}
		server, ok := reply[0].(string)
		list, _ := reply[i+1].([]any)
		w, fine := words(list)
		if !ok || !fine || len(w) == 0 {
			p.out.fail(damaged("merge entries", c.reply))
			continue
		}
		s.decide(p.out, server, w)
	}
}

func (o *outgoing) fail(err error) {
	if o.merged.Err == nil {
		o.merged.Err = fail("merge entries", err)
	}
}

// decide reads one partition's answer of the merge script.
func (s *Store) decide(o *outgoing, server string, w []string) {
	about := &s.parts[o.delta.Partition]
	switch {
	case w[0] == "missing":
		about.forget()
		o.again = true
		return
	case w[0] == "error" && len(w) == 2:
		o.fail(timesheet.NewError(codeOf(w[1]), "merge script", textError(w[1])))
		return
	case len(w) < 2 || len(w)%2 != 0:
		o.fail(damaged("merge entries", w))
		return
	}
	epoch, ok := parseEpoch(w[1])
	if !ok {
		o.fail(damaged("merge entries", w))
		return
	}
	o.merged.Token = timesheet.Token{Epoch: epoch, Server: server}
	if len(o.delta.Entries) > 0 && epoch != o.delta.Epoch {
		about.forget()
		o.fail(stale(o.delta))
		return
	}
	o.again = o.again || w[0] == "split"
	for i := 2; i < len(w); i += 2 {
		day, ok := parseDayKey(w[i])
		n, err := strconv.Atoi(w[i+1])
		if !ok || err != nil || n < 1 {
			o.fail(damaged("merge entries", w))
			return
		}
		about.learnSplit(day, n)
	}
}

// rest are the deltas to send again, their partitions created where they are missing.
func (s *Store) rest(ctx context.Context, outs []*outgoing) (again []*outgoing) {
	var missing []timesheet.Partition
	for _, o := range outs {
		if o.merged.Err == nil && o.again {
			again = append(again, o)
			if p := o.delta.Partition; s.parts[p].unknown() {
				missing = append(missing, p)
			}
			o.again = false
		} else if o.merged.Err == nil {
			o.merged.Expired = o.expired
		}
	}
	if len(missing) == 0 {
		return again
	}
	if err := s.create(ctx, missing); err != nil {
		for _, o := range again {
			o.fail(err)
		}
		return nil
	}
	return again
}

type textError string

func (e textError) Error() string { return string(e) }
