package redis

import (
	"context"
	"strconv"

	"timesheet"
)

// meta are the facts that all partitions share.
type meta struct {
	partitions int
	secret     string // of the tombstones
	floor      timesheet.Day
	version    uint64 // of the day rules
	fenced     uint64 // the version that all partitions were fenced for
	rules      string // as encodeRules writes them
}

// sync creates the facts where there are none, raises what this store remembers of a
// newer state (after a FLUSHALL, or a promoted replica that lagged), and answers them.
func (s *Store) sync(ctx context.Context) (meta, error) {
	return s.raise(ctx, timesheet.FirstDay, false)
}

// raise is sync with a new floor. Only where it is durable it waits for replicas, so
// that the facts can be read while there are too few.
func (s *Store) raise(ctx context.Context, floor timesheet.Day, durable bool) (meta, error) {
	s.mu.Lock()
	k := s.known
	s.mu.Unlock()
	c := newCall(metaScript, 5, metaKey).
		add(k.partitions, k.secret, dayKey(max(floor, k.floor)), strconv.FormatUint(k.version, 10), k.rules)
	s.run(ctx, durable, c)
	if c.err != nil {
		return meta{}, fail("read the store's facts", c.err)
	}
	m, err := parseMeta(c.reply)
	if err != nil {
		return meta{}, err
	}
	if s.parts != nil && m.partitions != len(s.parts) {
		return meta{}, invalid("read the store's facts", "the store was made anew with %d partitions instead of %d; restart", m.partitions, len(s.parts))
	}
	s.remember(m)
	return m, nil
}

func parseMeta(reply any) (m meta, err error) {
	const op = "read the store's facts"
	list, _ := reply.([]any)
	w, ok := words(list)
	if !ok || len(w)%2 != 0 {
		return m, damaged(op, reply)
	}
	about := make(map[string]string)
	for i := 0; i < len(w); i += 2 {
		about[w[i]] = w[i+1]
	}
	if about["schema"] != "1" {
		return m, invalid(op, "the store has schema %q; this version reads schema 1", about["schema"])
	}
	m.secret, m.rules = about["secret"], about["rules"]
	m.partitions, err = strconv.Atoi(about["partitions"])
	if err != nil || m.partitions < 1 || m.partitions > maxPartitions {
		return m, damaged(op, about["partitions"])
	}
	if m.floor, ok = parseDayKey(about["floor"]); !ok {
		return m, damaged(op, about["floor"])
	}
	if m.version, err = strconv.ParseUint(about["version"], 10, 64); err != nil {
		return m, damaged(op, about["version"])
	}
	if m.fenced, err = strconv.ParseUint(about["fenced"], 10, 64); err != nil {
		return m, damaged(op, about["fenced"])
	}
	return m, nil
}

// remember keeps what must be restored if the store loses it.
func (s *Store) remember(m meta) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.floor = max(m.floor, s.known.floor)
	if m.version < s.known.version {
		m.version, m.rules = s.known.version, s.known.rules
	}
	s.known = m
}

// secret is the key of the tombstones.
func (s *Store) secret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known.secret
}
