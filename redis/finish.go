package redis

import (
	"context"
	"errors"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// finish goes on with erasures and a purge that were cut short, maybe in another process. One
// that is still at it is in no way disturbed: all its steps can be done twice.
func (s *Store) finish(ctx context.Context, floor timesheet.Day) error {
	ids, purged, err := s.unfinished(ctx, floor)
	if err != nil {
		return err
	}
	for _, e := range ids {
		if _, err := s.Erase(ctx, e); err != nil {
			return fail("finish an erasure", err)
		}
	}
	if purged {
		return nil
	}
	_, err = s.Purge(ctx, floor)
	return fail("finish a purge", err)
}

// unfinished answers whose erasure was cut short, and whether all partitions are purged up to
// the floor. Those of an older version don't say, and are purged once more.
func (s *Store) unfinished(ctx context.Context, floor timesheet.Day) (ids []timesheet.EmployeeID, purged bool, err error) {
	notes, floors := make([]*goredis.StringSliceCmd, len(s.parts)), make([]*goredis.StringCmd, len(s.parts))
	const op = "look for what was cut short"
	if err := s.direct(ctx, op, func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		for p := range notes {
			notes[p] = pipe.SMembers(ctx, partitionKey(timesheet.Partition(p), "erasing"))
			floors[p] = pipe.HGet(ctx, stateKey(timesheet.Partition(p)), "purged")
		}
		_, _ = pipe.Exec(ctx) // each command has its own error
		var failed error
		for p := range notes {
			if err := floors[p].Err(); !errors.Is(err, goredis.Nil) {
				failed = errors.Join(failed, err)
			}
			failed = errors.Join(failed, notes[p].Err())
		}
		return failed
	}); err != nil {
		return nil, false, err
	}
	purged = true
	for p := range notes {
		for _, note := range notes[p].Val() {
			id := timesheet.EmployeeID(note)
			if validID(id) != nil {
				return nil, false, damaged(op, "a note of an erasure")
			}
			ids = append(ids, id)
		}
		day, ok := parseDayKey(floors[p].Val())
		purged = purged && ok && day >= floor
	}
	return ids, purged, nil
}
