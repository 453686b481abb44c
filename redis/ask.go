package redis

import (
	"context"
	"strconv"

	"timesheet"
)

// answer is what a partition's script replied after the server's name and "ok".
type answer struct {
	server string
	rest   []any
	err    error
}

// ask runs a script once for each partition. A partition that is missing (a new
// store, or a FLUSHALL) is created, and asked again.
func (s *Store) ask(ctx context.Context, durable bool, sc *script, ps []timesheet.Partition, args func(timesheet.Partition) []any) map[timesheet.Partition]answer {
	answers := make(map[timesheet.Partition]answer, len(ps))
	for range 4 {
		calls := make([]*call, len(ps))
		for i, p := range ps {
			calls[i] = newCall(sc, 0, stateKey(p)).add(args(p)...)
		}
		s.run(ctx, durable, calls...)
		var missing []timesheet.Partition
		for i, p := range ps {
			a, status := parseAnswer(calls[i])
			if status == "missing" {
				missing = append(missing, p)
				a.err = errRestless // should it be missing again and again
			}
			answers[p] = a
		}
		if len(missing) == 0 {
			break
		}
		if err := s.create(ctx, missing); err != nil {
			for _, p := range missing {
				answers[p] = answer{err: err}
			}
			break
		}
		ps = missing
	}
	return answers
}

func parseAnswer(c *call) (a answer, status string) {
	if c.err != nil {
		return answer{err: c.err}, ""
	}
	list, _ := c.reply.([]any)
	if len(list) < 2 {
		return answer{err: damaged("read a reply", c.reply)}, ""
	}
	var ok bool
	if a.server, ok = list[0].(string); !ok {
		return answer{err: damaged("read a reply", c.reply)}, ""
	}
	status, _ = list[1].(string)
	a.rest = list[2:]
	return a, status
}

// create makes partitions, each with a fresh epoch and, after a FLUSHALL, with the
// tombstones that this process knew. Another process that is faster wins.
func (s *Store) create(ctx context.Context, ps []timesheet.Partition) error {
	m, err := s.sync(ctx)
	if err != nil {
		return err
	}
	calls := make([]*call, len(ps))
	for i, p := range ps {
		c := newCall(initScript, 4, stateKey(p)).
			add(mint(), mintGeneration(), dayKey(m.floor), strconv.FormatUint(m.version, 10))
		part := &s.parts[p]
		part.mu.Lock()
		if part.filter.secret == m.secret {
			for t := range part.filter.tombs {
				c.add(t[:])
			}
		}
		part.epoch, part.splits, part.widest = 0, nil, 0
		part.mu.Unlock()
		calls[i] = c
	}
	s.run(ctx, true, calls...)
	return fail("create a partition", firstOf(calls))
}

// loaded is a partition as load found it.
type loaded struct {
	token  timesheet.Token
	filter filter
	err    error
}

// load reads epoch, floor and tombstones of partitions, and learns them.
func (s *Store) load(ctx context.Context, ps []timesheet.Partition) map[timesheet.Partition]loaded {
	found := make(map[timesheet.Partition]loaded, len(ps))
	answers := s.ask(ctx, false, loadScript, ps, func(timesheet.Partition) []any { return nil })
	secret := s.secret() // creating partitions may have changed it
	for p, a := range answers {
		if a.err != nil {
			found[p] = loaded{err: a.err}
			continue
		}
		epoch, f, ok := parseLoaded(a.rest)
		if !ok {
			found[p] = loaded{err: damaged("read a partition", a.rest)}
			continue
		}
		if f.secret == "" {
			f.secret = secret
		}
		s.parts[p].learn(epoch, f)
		found[p] = loaded{token: timesheet.Token{Epoch: epoch, Server: a.server}, filter: f}
	}
	return found
}

func parseLoaded(reply []any) (e timesheet.Epoch, f filter, ok bool) {
	w, ok := words(reply)
	if !ok || len(w) < 3 {
		return 0, f, false
	}
	if e, ok = parseEpoch(w[0]); !ok {
		return 0, f, false
	}
	if f.floor, ok = parseDayKey(w[1]); !ok {
		return 0, f, false
	}
	f.secret = w[2]
	f.tombs = make(map[tombstone]struct{}, len(w)-3)
	for _, t := range w[3:] {
		if len(t) != len(tombstone{}) {
			return 0, f, false
		}
		f.tombs[tombstone([]byte(t))] = struct{}{}
	}
	return e, f, true
}

func parseEpoch(s string) (timesheet.Epoch, bool) {
	e, err := strconv.ParseUint(s, 10, 64)
	return timesheet.Epoch(e), err == nil && e != 0
}
