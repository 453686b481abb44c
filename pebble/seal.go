package pebble

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// seriesHead is the length of a sealed record's key before the employee.
const seriesHead = 1 + 4 + 8

// seriesKey is what the keys of a series' records begin with.
func seriesKey(r timesheet.Series) []byte {
	return binary.BigEndian.AppendUint64(appendDayOf(make([]byte, 0, seriesHead+timesheet.MaxEmployeeID+1), kindSealed, r.Month.First()), r.Closing)
}

// seriesEnd is behind all keys of a series: no employee id has such a byte.
func seriesEnd(r timesheet.Series) []byte { return append(seriesKey(r), 0xff) }

func sealedKey(r timesheet.Series, e timesheet.EmployeeID) []byte { return append(seriesKey(r), e...) }

// parseSealed takes a record's key apart.
func parseSealed(key []byte) (r timesheet.Series, e timesheet.EmployeeID, err error) {
	if len(key) <= seriesHead || key[0] != kindSealed {
		return r, "", timesheet.NewError(timesheet.Internal, "stored key", fmt.Errorf("damaged: %x", key))
	}
	r = timesheet.Series{Month: timesheet.MonthOf(dayOf(key)), Closing: binary.BigEndian.Uint64(key[entryHead:seriesHead])}
	return r, timesheet.EmployeeID(key[seriesHead:]), nil
}

// Seal keeps records. The batch is made here, so that they are copied once; the writer
// then takes out again what the floor or a tombstone forbids.
func (s *Store) Seal(ctx context.Context, r timesheet.Series, records []timesheet.Sealed) error {
	const what = "seal records"
	if err := checkSealed(what, r, records); err != nil {
		return err
	}
	if err := s.begin(ctx, what); err != nil {
		return err
	}
	defer s.end()
	made := s.db.NewBatch()
	ids := make([]timesheet.EmployeeID, len(records))
	for i, record := range records {
		ids[i] = record.Employee
		if err := made.Set(sealedKey(r, record.Employee), record.Data, nil); err != nil {
			return unavailable(what, errors.Join(err, made.Close()))
		}
	}
	return s.submit(ctx, what, &op{made: made, run: func(b *pebble.Batch) (func(), error) {
		check := s.fence.checker()
		if r.Month.Last() < check.floor { // and so there is nothing of it either
			b.Reset()
			return func() {}, nil
		}
		var err error
		for _, e := range ids {
			if !check.keeps(e, check.floor) {
				err = errors.Join(err, b.Delete(sealedKey(r, e), nil))
			}
		}
		return func() {}, err
	}})
}

// checkSealed tells whether records can be sealed. Its errors are Invalid.
func checkSealed(op string, r timesheet.Series, records []timesheet.Sealed) error {
	if err := r.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if n := len(records); n > timesheet.MaxSealedPage {
		return invalid(op, "%d records come in one call, at most %d are allowed", n, timesheet.MaxSealedPage)
	}
	for _, record := range records {
		if err := record.Validate(); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
	}
	return nil
}

// Sealed answers the records of a series behind an employee.
func (s *Store) Sealed(ctx context.Context, r timesheet.Series, after timesheet.EmployeeID, limit int) (records []timesheet.Sealed, err error) {
	const op = "read sealed records"
	if err := r.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if limit < 1 || limit > timesheet.MaxSealedPage {
		return nil, invalid(op, "limit %d is not 1 to %d", limit, timesheet.MaxSealedPage)
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	end := seriesEnd(r)
	begin := append(sealedKey(r, after), 0) // the smallest key behind it
	if bytes.Compare(begin, end) >= 0 {
		return nil, nil
	}
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: begin, UpperBound: end})
	if err != nil {
		return nil, readError(op, err)
	}
	defer func() {
		if err = readError(op, errors.Join(err, it.Close())); err != nil {
			records = nil
		}
	}()
	for ok := it.First(); ok && len(records) < limit; ok = it.Next() {
		_, e, err := parseSealed(it.Key())
		if err != nil {
			return nil, err
		}
		records = append(records, timesheet.Sealed{Employee: e, Data: bytes.Clone(it.Value())})
	}
	return records, it.Error()
}

// SealedOf answers the record of one employee.
func (s *Store) SealedOf(ctx context.Context, r timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
	const op = "read a sealed record"
	if err := r.Validate(); err != nil {
		return timesheet.Sealed{}, fmt.Errorf("%s: %w", op, err)
	}
	if id, err := timesheet.ParseEmployeeID(string(e)); err != nil || id != e {
		return timesheet.Sealed{}, invalid(op, "%q is not an employee id", e)
	}
	if err := s.begin(ctx, op); err != nil {
		return timesheet.Sealed{}, err
	}
	defer s.end()
	data, err := s.get(sealedKey(r, e))
	switch {
	case err != nil:
		return timesheet.Sealed{}, readError(op, err)
	case data == nil:
		return timesheet.Sealed{}, timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("there is none of the employee for %v", r.Month))
	}
	return timesheet.Sealed{Employee: e, Data: data}, nil
}

// Series answers the series that have records, by month and closing.
func (s *Store) Series(ctx context.Context) ([]timesheet.Series, error) {
	const op = "read sealed months"
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	all, err := s.series()
	return all, readError(op, err)
}

// series skips from one series to the next.
func (s *Store) series() (all []timesheet.Series, err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{kindSealed}, UpperBound: []byte{kindSealed + 1}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; {
		r, _, err := parseSealed(it.Key())
		if err != nil {
			return nil, err
		}
		all = append(all, r)
		ok = it.SeekGE(seriesEnd(r))
	}
	return all, it.Error()
}

// Unseal drops a series.
func (s *Store) Unseal(ctx context.Context, r timesheet.Series) error {
	const op = "drop sealed records"
	if err := r.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		return func() {}, b.DeleteRange(seriesKey(r), seriesEnd(r), nil)
	})
}
