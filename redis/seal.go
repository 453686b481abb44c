package redis

import (
	"context"
	"maps"
	"slices"

	"timesheet"
)

// maxSealing bounds what one call brings, in bytes, unless a single record is larger.
const maxSealing = 1 << 20

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
	if series.Month.Last() < floor {
		return nil
	}
	records = slices.DeleteFunc(slices.Clone(records), func(r timesheet.Sealed) bool { return erased[r.Employee] })
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
	return fail(op, s.strike(ctx, []timesheet.Series{series}, slices.Collect(maps.Keys(erased))...))
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
	if len(records) == 0 {
		return nil
	}
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
