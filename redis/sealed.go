package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

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
