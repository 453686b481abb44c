package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

var _ timesheet.Sealer = (*Store)(nil)

// seriesKey is the set of all series that ever had records. Names stay in it, some twenty
// bytes for each closing: so nothing that comes late, beside a purge or an Unseal, is missed
// by the next purge or erasure.
const seriesKey = "ts:1:{series}"

// maxSealing bounds what one call brings, in bytes, unless a single record is larger.
const maxSealing = 1 << 20

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

// Seal keeps records: see [timesheet.Sealer]. Tombstones lie in the slots of the partitions,
// so that an erasure or a purge at the same time may go through the series just before a
// record is in it: what must not be kept is looked for before and after. Should the process
// die in between, Seal hasn't answered, so that the series isn't a month's valid one; sealing
// or erasing again removes what was left.
func (s *Store) Seal(ctx context.Context, series timesheet.Series, records []timesheet.Sealed) error {
	const op = "seal records"
	if err := checkSealed(op, series, records); err != nil {
		return err
	}
	ids := make([]timesheet.EmployeeID, len(records))
	for i, r := range records {
		ids[i] = r.Employee
	}
	floor, erased, err := s.gone(ctx, ids)
	if err != nil {
		return fail(op, err)
	}
	records = slices.DeleteFunc(slices.Clone(records), func(r timesheet.Sealed) bool { return erased[r.Employee] })
	if len(records) == 0 || series.Month.Last() < floor {
		return nil
	}
	if err := s.seal(ctx, series, records); err != nil {
		return fail(op, err)
	}
	floor, erased, err = s.gone(ctx, ids)
	if err != nil {
		return fail(op, err)
	}
	if series.Month.Last() < floor {
		return s.Unseal(ctx, series)
	}
	late := make([]timesheet.EmployeeID, 0, len(erased))
	for e := range erased {
		late = append(late, e)
	}
	return fail(op, s.strike(ctx, []timesheet.Series{series}, late...))
}

func checkSealed(op string, series timesheet.Series, records []timesheet.Sealed) error {
	if err := series.Validate(); err != nil {
		return fail(op, err)
	}
	if len(records) > timesheet.MaxSealedPage {
		return invalid(op, "%d records come in one call, at most %d are allowed", len(records), timesheet.MaxSealedPage)
	}
	for _, r := range records {
		if err := r.Validate(); err != nil {
			return fail(op, err)
		}
	}
	return nil
}

// seal registers the series, before Erase or Purge could miss its records, and writes them.
func (s *Store) seal(ctx context.Context, series timesheet.Series, records []timesheet.Sealed) error {
	register := newCall(registerScript, 1, seriesKey).add(seriesName(series))
	if s.run(ctx, true, register); register.err != nil {
		return register.err
	}
	for len(records) > 0 {
		c, bytes := sealedCall(sealScript, series), 0
		for len(records) > 0 && (bytes == 0 || bytes+len(records[0].Data) <= maxSealing) {
			c.add(string(records[0].Employee), records[0].Data)
			bytes += len(records[0].Data)
			records = records[1:]
		}
		if s.run(ctx, true, c); c.err != nil {
			return c.err
		}
	}
	return nil
}

// strike removes the records of employees from series.
func (s *Store) strike(ctx context.Context, all []timesheet.Series, ids ...timesheet.EmployeeID) error {
	if len(ids) == 0 {
		return nil
	}
	calls := make([]*call, len(all))
	for i, series := range all {
		calls[i] = sealedCall(strikeScript, series)
		for _, id := range ids {
			calls[i].add(string(id))
		}
	}
	s.run(ctx, true, calls...)
	return firstOf(calls)
}

func firstOf(calls []*call) error {
	for _, c := range calls {
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

// Sealed answers records by employee: see [timesheet.Sealer]. Large ones come in parts.
func (s *Store) Sealed(ctx context.Context, series timesheet.Series, after timesheet.EmployeeID, limit int) (records []timesheet.Sealed, err error) {
	const op = "read sealed records"
	if limit < 1 || limit > timesheet.MaxSealedPage {
		return nil, invalid(op, "limit: %d is not from 1 to %d", limit, timesheet.MaxSealedPage)
	}
	if err := series.Validate(); err != nil {
		return nil, fail(op, err)
	}
	for more := true; more; {
		c := sealedCall(sealedScript, series).add(string(after), limit-len(records))
		if s.run(ctx, false, c); c.err != nil {
			return nil, fail(op, c.err)
		}
		list, _ := c.reply.([]any)
		w, ok := words(list)
		if !ok || len(w)%2 != 1 {
			return nil, damaged(op, c.reply)
		}
		for i := 1; i < len(w); i += 2 {
			r := timesheet.Sealed{Employee: timesheet.EmployeeID(w[i]), Data: []byte(w[i+1])}
			if r.Validate() != nil {
				return nil, damaged(op, fmt.Sprintf("a record of %d bytes", len(r.Data)))
			}
			records, after = append(records, r), r.Employee
		}
		more = w[0] == "1"
	}
	return records, nil
}

// SealedOf answers the record of one employee: see [timesheet.Sealer].
func (s *Store) SealedOf(ctx context.Context, series timesheet.Series, e timesheet.EmployeeID) (r timesheet.Sealed, err error) {
	const op = "read a sealed record"
	if err := errors.Join(series.Validate(), validID(e)); err != nil {
		return r, fail(op, err)
	}
	var data []byte
	err = s.direct(ctx, op, func(ctx context.Context) (err error) {
		data, err = s.client.HGet(ctx, recordsKey(series), string(e)).Bytes()
		if errors.Is(err, goredis.Nil) {
			return timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("there is none of the employee for %v", series.Month))
		}
		return err
	})
	if err != nil {
		return r, err
	}
	r = timesheet.Sealed{Employee: e, Data: data}
	if r.Validate() != nil {
		return timesheet.Sealed{}, damaged(op, fmt.Sprintf("a record of %d bytes", len(data)))
	}
	return r, nil
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
