package redis

import (
	"context"
	"strconv"

	"timesheet"
)

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
		if o.told == nil {
			o.told = make(map[timesheet.Day]int)
		}
		o.told[day] = n
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
