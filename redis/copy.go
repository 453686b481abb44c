package redis

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

const (
	scanCount = 1000 // keys looked at by one SCAN: some 0.3 ms
	maxBuried = 1000 // tombstones of one call
)

// Documents answers the names of all documents: see [timesheet.Copied]. It goes through all
// keys of the server, for there is no list that an older version would have kept; a copy
// reads them all anyway.
func (s *Store) Documents(ctx context.Context) ([]string, error) {
	const op = "read the names of documents"
	if s.cluster == nil {
		names, err := s.scanDocuments(ctx, op, s.client)
		return dedup(names), err
	}
	var mu sync.Mutex // guards names
	var names []string
	err := s.cluster.ForEachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		found, err := s.scanDocuments(ctx, op, node)
		mu.Lock()
		defer mu.Unlock()
		names = append(names, found...)
		return err
	})
	return dedup(names), fail(op, err)
}

// dedup sorts names and drops those that came twice, as SCAN may answer them.
func dedup(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func (s *Store) scanDocuments(ctx context.Context, op string, node goredis.UniversalClient) (names []string, err error) {
	head, tail, _ := strings.Cut(documentKey("*"), "*")
	for at, first := uint64(0), true; first || at != 0; first = false {
		var keys []string
		if err := s.direct(ctx, op, func(ctx context.Context) (err error) {
			keys, at, err = node.Scan(ctx, at, documentKey("*"), scanCount).Result()
			return err
		}); err != nil {
			return nil, err
		}
		for _, key := range keys {
			names = append(names, strings.TrimSuffix(strings.TrimPrefix(key, head), tail))
		}
	}
	return names, nil
}

// Graves answers the tombstones of all partitions, each once.
func (s *Store) Graves(ctx context.Context) (timesheet.Graves, error) {
	const op = "read the tombstones"
	m, err := s.sync(ctx)
	if err != nil {
		return timesheet.Graves{}, fail(op, err)
	}
	tombs, err := s.tombs(ctx)
	if err != nil {
		return timesheet.Graves{}, fail(op, err)
	}
	return timesheet.Graves{Secret: []byte(m.secret), Hashes: tombs}, nil
}

// tombs are the tombstones of all partitions, ascending, each once.
func (s *Store) tombs(ctx context.Context) (all [][]byte, err error) {
	for _, l := range s.load(ctx, s.all()) {
		if l.err != nil {
			return nil, l.err
		}
		for t := range l.filter.tombs {
			all = append(all, bytes.Clone(t[:]))
		}
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal), nil
}

// Bury takes over tombstones, by each partition, since a hash doesn't tell whose it is: see
// [timesheet.Copied]. The secret comes first; where Bury was cut short, it goes on with what
// is missing when it comes again. It is for a store that isn't in use yet: an erasure at the
// same time may write a tombstone that counts no more.
func (s *Store) Bury(ctx context.Context, g timesheet.Graves) error {
	const op = "take over tombstones"
	if err := g.Validate(); err != nil {
		return fail(op, err)
	}
	m, err := s.sync(ctx)
	if err != nil {
		return fail(op, err)
	}
	secret := string(g.Secret)
	if m.secret != secret {
		if err := s.change(ctx, op, m.secret, secret); err != nil {
			return err
		}
	}
	hashes := slices.Clone(g.Hashes)
	for first := true; first || len(hashes) > 0; first = false {
		some := hashes[:min(len(hashes), maxBuried)]
		hashes = hashes[len(some):]
		for _, a := range s.ask(ctx, true, buryScript, s.all(), func(timesheet.Partition) []any {
			args := []any{mint(), secret}
			for _, h := range some {
				args = append(args, h)
			}
			return args
		}) {
			if a.err != nil {
				return fail(op, a.err)
			}
		}
	}
	_, err = s.tombs(ctx) // learned at once, so that this process restores them after a FLUSHALL
	return fail(op, err)
}

// change replaces the secret of a store that has no tombstones.
func (s *Store) change(ctx context.Context, op, from, to string) error {
	own, err := s.tombs(ctx)
	if err != nil {
		return fail(op, err)
	}
	if len(own) > 0 {
		return timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("this store has %d tombstones of its own, by another secret", len(own)))
	}
	c := newCall(secretScript, 2, metaKey).add(from, to)
	s.run(ctx, true, c)
	if c.err != nil {
		return fail(op, c.err)
	}
	if c.reply != to {
		return timesheet.NewError(timesheet.Unavailable, op, errRestless)
	}
	_, err = s.sync(ctx)
	return fail(op, err)
}
