package pebble

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// Documents answers the names of all documents, skipping over their texts.
func (s *Store) Documents(ctx context.Context) (names []string, err error) {
	const op = "read the names of documents"
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{kindDocument}, UpperBound: []byte{kindDocument + 1}})
	if err != nil {
		return nil, readError(op, err)
	}
	defer func() {
		if err = readError(op, errors.Join(err, it.Close())); err != nil {
			names = nil
		}
	}()
	for ok := it.First(); ok; {
		name, _, _ := bytes.Cut(it.Key()[1:], []byte{0})
		names = append(names, string(name))
		ok = it.SeekGE(documentEnd(string(name)))
	}
	return names, it.Error()
}

// Graves answers the tombstones and the secret that made them.
func (s *Store) Graves(ctx context.Context) (timesheet.Graves, error) {
	if err := s.begin(ctx, "read tombstones"); err != nil {
		return timesheet.Graves{}, err
	}
	defer s.end()
	return s.fence.graves(), nil
}

// Bury takes over tombstones and their secret, and fences all partitions, in one commit.
func (s *Store) Bury(ctx context.Context, g timesheet.Graves) error {
	const op = "take over tombstones"
	if err := g.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	mine := timesheet.Graves{Secret: bytes.Clone(g.Secret)} // the writer may read it after a caller gave up
	for _, h := range g.Hashes {
		mine.Hashes = append(mine.Hashes, bytes.Clone(h))
	}
	return s.alone(ctx, op, func(b *pebble.Batch) (func(), error) { return s.bury(b, mine) })
}

// bury adds to the batch what of g is new. Only the writer calls it.
func (s *Store) bury(b *pebble.Batch, g timesheet.Graves) (acked func(), err error) {
	before := s.fence.graves()
	same := bytes.Equal(before.Secret, g.Secret)
	if len(before.Hashes) > 0 && !same {
		return nil, conflict("take over tombstones", "this store has %d tombstones of its own, by another secret", len(before.Hashes))
	}
	known := make(map[tombstone]bool, len(before.Hashes))
	for _, h := range before.Hashes {
		known[tombstone(h)] = true
	}
	var fresh []tombstone
	for _, h := range g.Hashes {
		if t := tombstone(h); !known[t] {
			known[t] = true
			fresh = append(fresh, t)
			err = errors.Join(err, b.Set(tombstoneKey(t), nil, nil))
		}
	}
	if !same {
		var value []byte
		value, marshalErr := json.Marshal(meta{Schema: schema, Partitions: s.Partitions(), Secret: g.Secret})
		err = errors.Join(err, marshalErr, b.Set([]byte{kindMeta}, value, nil))
	}
	if err != nil || same && len(fresh) == 0 {
		return func() {}, err
	}
	publish, err := s.mint(b, s.allPartitions())
	if err != nil {
		return nil, err
	}
	s.fence.takeOver(g.Secret, fresh)
	return publish, nil
}
