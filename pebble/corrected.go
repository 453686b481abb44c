package pebble

import (
	"bytes"
	"context"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// Corrected answers a page of what counts, sorted by day and employee.
func (s *Store) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
	return s.eachHistory(ctx, "read corrected days", from, to, after, limit,
		func(cs []timesheet.Correction, it *pebble.Iterator, upper []byte) ([]timesheet.Correction, error) {
			c, err := parseCorrection(it.Key(), it.Value())
			if err == nil && !c.Withdrawn {
				cs = append(cs, c)
			}
			it.SeekGE(upper)
			return cs, err
		})
}

// Histories answers a page of all histories, sorted by day and employee.
func (s *Store) Histories(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
	return s.eachHistory(ctx, "read all corrections", timesheet.FirstDay, timesheet.LastDay, after, limit, appendHistory)
}

// eachHistory has read take what it wants of each history from day to day, behind the
// cursor, until there are limit corrections; read leaves the iterator behind the history.
func (s *Store) eachHistory(ctx context.Context, op string, from, to timesheet.Day, after string, limit int,
	read func(cs []timesheet.Correction, it *pebble.Iterator, upper []byte) ([]timesheet.Correction, error),
) (cs []timesheet.Correction, next string, err error) {
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(op, "limit %d is not 1 to %d", limit, timesheet.MaxBoard)
	}
	start := appendDayOf(nil, kindCorrection, max(from, 0))
	if after != "" {
		day, last, err := parsePlace(op, after, from, to)
		if err != nil {
			return nil, "", err
		}
		_, start = historyOf(day, last)
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, "", err
	}
	defer s.end()
	it, err := s.corrections(from, min(to, timesheet.LastDay)+1)
	if err != nil {
		return nil, "", readError(op, err)
	}
	defer func() {
		if err = readError(op, errors.Join(err, it.Close())); err != nil {
			cs, next = nil, ""
		}
	}()
	it.SeekGE(start)
	for n := 1; it.Valid(); n++ {
		if len(cs) >= limit {
			last := cs[len(cs)-1]
			return cs, formatPlace(from, to, last.Day, last.Employee), nil
		}
		if n%checkEvery == 0 && ctx.Err() != nil {
			return nil, "", cancelled(ctx, op)
		}
		upper := bytes.Clone(it.Key()[:max(len(it.Key())-correctionTail+1, entryHead)])
		upper[len(upper)-1] = 1
		if cs, err = read(cs, it, upper); err != nil {
			return nil, "", err
		}
	}
	return cs, "", it.Error()
}
