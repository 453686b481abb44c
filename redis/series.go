package redis

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// seriesKey is the set of all series that ever had records. Names stay in it, some twenty
// bytes for each closing: so nothing that comes late, beside a purge or an Unseal, is missed
// by the next purge or erasure.
const seriesKey = "ts:1:{series}"

// seriesName is a series in seriesKey: month and closing.
func seriesName(s timesheet.Series) string {
	return s.Month.String() + ":" + strconv.FormatUint(s.Closing, 10)
}

func parseSeries(name string) (s timesheet.Series, ok bool) {
	month, closing, _ := strings.Cut(name, ":")
	var err, errMonth error
	s.Month, errMonth = timesheet.ParseMonth(month)
	s.Closing, err = strconv.ParseUint(closing, 10, 64)
	return s, errors.Join(errMonth, err) == nil && s.Validate() == nil
}

// recordsKey is the hash of a series, employee → record, orderKey the sorted set of its
// employees, whose scores are all alike. Both have the series' slot.
func recordsKey(s timesheet.Series) string { return "ts:1:{sealed:" + seriesName(s) + "}:records" }
func orderKey(s timesheet.Series) string   { return "ts:1:{sealed:" + seriesName(s) + "}:order" }

func sealedCall(sc *script, s timesheet.Series) *call {
	return newCall(sc, 8, recordsKey(s), orderKey(s))
}

// Unseal drops a series; its name stays: see seriesKey.
func (s *Store) Unseal(ctx context.Context, series timesheet.Series) error {
	const op = "drop sealed records"
	if err := series.Validate(); err != nil {
		return fail(op, err)
	}
	return fail(op, s.unseal(ctx, []timesheet.Series{series}))
}

func (s *Store) unseal(ctx context.Context, all []timesheet.Series) error {
	calls := make([]*call, len(all))
	for i, series := range all {
		calls[i] = sealedCall(unsealScript, series)
	}
	s.run(ctx, true, calls...)
	return firstOf(calls)
}

// Series answers all series that have records, by month, and of a month by closing.
func (s *Store) Series(ctx context.Context) ([]timesheet.Series, error) {
	const op = "read the closed months"
	all, err := s.series(ctx, op)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	exist := make([]*goredis.IntCmd, len(all))
	if err := s.direct(ctx, op, func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		for i, series := range all {
			exist[i] = pipe.ZCard(ctx, orderKey(series))
		}
		_, err := pipe.Exec(ctx)
		return err
	}); err != nil {
		return nil, err
	}
	var kept []timesheet.Series
	for i, series := range all {
		if exist[i].Val() > 0 {
			kept = append(kept, series)
		}
	}
	slices.SortFunc(kept, func(a, b timesheet.Series) int {
		return cmp.Or(cmp.Compare(a.Month.First(), b.Month.First()), cmp.Compare(a.Closing, b.Closing))
	})
	return kept, nil
}

// series are all that ever had records.
func (s *Store) series(ctx context.Context, op string) (all []timesheet.Series, err error) {
	var names []string
	if err := s.direct(ctx, op, func(ctx context.Context) (err error) {
		names, err = s.client.SMembers(ctx, seriesKey).Result()
		return err
	}); err != nil {
		return nil, err
	}
	for _, name := range names {
		series, ok := parseSeries(name)
		if !ok {
			return nil, damaged(op, name)
		}
		all = append(all, series)
	}
	return all, nil
}
