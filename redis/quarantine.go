package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// Reject keeps rows aside: see [timesheet.Quarantine]. A purge or an erasure at the
// same time may go through the source just before the rows are in it, so what must
// not be kept is looked for before and after. Should the process die in between,
// erasing again removes what was left.
func (s *Store) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	const op = "reject rows"
	if err := checkSource(op, source); err != nil {
		return err
	}
	for _, r := range rows {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	rows, _, err := s.sift(ctx, rows)
	if err != nil || len(rows) == 0 {
		return fail(op, err)
	}
	register := newCall(registerScript, 1, sourcesKey).add(source)
	reject := newCall(rejectScript, 1+len(rows), sourceKey(source, "rejected"), sourceKey(source, "dropped")).
		add(timesheet.MaxRejected)
	for _, r := range rows {
		reject.add(appendRejected(nil, r))
	}
	for _, c := range []*call{register, reject} { // in this order, or Erase may not find the rows
		s.run(ctx, true, c)
		if c.err != nil {
			return fail(op, c.err)
		}
	}
	_, late, err := s.sift(ctx, rows)
	if err != nil || len(late) == 0 {
		return fail(op, err)
	}
	return s.withdraw(ctx, op, source, late)
}

// sift divides rows into those that may be kept and those that lie below the floor
// or under a tombstone.
func (s *Store) sift(ctx context.Context, rows []timesheet.Rejected) (keep, out []timesheet.Rejected, err error) {
	ids := make([]timesheet.EmployeeID, len(rows)) // "" for nobody's
	for i, r := range rows {
		ids[i], _ = timesheet.ParseEmployeeID(r.Employee)
	}
	floor, erased, err := s.gone(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for i, r := range rows {
		if r.Before(floor) || erased[ids[i]] {
			out = append(out, r)
		} else {
			keep = append(keep, r)
		}
	}
	return keep, out, nil
}

// withdraw removes rows just as they were rejected.
func (s *Store) withdraw(ctx context.Context, op, source string, rows []timesheet.Rejected) error {
	members := make([]any, len(rows))
	for i, r := range rows {
		members[i] = appendRejected(nil, r)
	}
	return s.direct(ctx, op, func(ctx context.Context) error {
		return s.client.ZRem(ctx, sourceKey(source, "rejected"), members...).Err()
	})
}

// forget removes the rejected rows of e ("" for nobody) and those first seen before
// the floor, of all sources.
func (s *Store) forget(ctx context.Context, e timesheet.EmployeeID, floor timesheet.Day) error {
	const op = "forget rejected rows"
	var sources []string
	if err := s.direct(ctx, op, func(ctx context.Context) (err error) {
		sources, err = s.client.SMembers(ctx, sourcesKey).Result()
		return err
	}); err != nil {
		return err
	}
	calls := make([]*call, len(sources))
	for i, source := range sources {
		calls[i] = newCall(forgetScript, 2, sourceKey(source, "rejected")).add(string(e), appendInstant(nil, begin(floor)))
	}
	s.run(ctx, true, calls...)
	return fail(op, firstOf(calls))
}

// Rejected answers the rows kept aside, by id.
func (s *Store) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	const op = "read rejected rows"
	if err := checkSource(op, source); err != nil {
		return nil, err
	}
	if limit < 1 || limit > timesheet.MaxRejected {
		return nil, invalid(op, "limit %d is not 1 to %d", limit, timesheet.MaxRejected)
	}
	var stored []string
	if err := s.direct(ctx, op, func(ctx context.Context) (err error) {
		behind := "(" + string(appendRow(after)) + "\xff" // see appendRejected
		stored, err = s.client.ZRangeByLex(ctx, sourceKey(source, "rejected"),
			&goredis.ZRangeBy{Min: behind, Max: "+", Count: int64(limit)}).Result()
		return err
	}); err != nil {
		return nil, err
	}
	rows := make([]timesheet.Rejected, len(stored))
	for i, member := range stored {
		var ok bool
		if rows[i], ok = parseRejected(member); !ok {
			return nil, damaged(op, fmt.Sprintf("%d bytes of a row", len(member)))
		}
	}
	return rows, nil
}

// CountRejected counts the rows kept aside, and tells how many were dropped.
func (s *Store) CountRejected(ctx context.Context, source string) (n timesheet.RejectedCount, err error) {
	const op = "count rejected rows"
	if err := checkSource(op, source); err != nil {
		return n, err
	}
	err = s.direct(ctx, op, func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		kept, dropped := pipe.ZCard(ctx, sourceKey(source, "rejected")), pipe.Get(ctx, sourceKey(source, "dropped"))
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
			return err
		}
		n.Kept = int(kept.Val())
		n.Dropped, _ = dropped.Uint64() // none yet: 0
		return nil
	})
	return n, err
}

// Readmit forgets that the row was rejected.
func (s *Store) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	const op = "readmit a row"
	if err := checkSource(op, source); err != nil {
		return err
	}
	c := newCall(readmitScript, 1, sourceKey(source, "rejected")).add(appendRow(row))
	s.run(ctx, true, c)
	if c.err != nil {
		return fail(op, c.err)
	}
	if c.reply != int64(1) {
		return timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("row %d of %s is not kept aside", row, source))
	}
	return nil
}
