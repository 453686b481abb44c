package storetest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"timesheet"
)

// Seal implements timesheet.Sealer. Of two records of one employee the last one counts.
func (m *Memory) Seal(ctx context.Context, s timesheet.Series, records []timesheet.Sealed) error {
	const op = "seal records"
	if err := checkSeal(op, s, records); err != nil {
		return err
	}
	if err := m.lock(ctx, op); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if s.Month.Last() < m.data.floor {
		return nil
	}
	sealed := maps.Clone(m.data.sealed[s]) // a snapshot may have the old one
	if sealed == nil {
		sealed = make(map[timesheet.EmployeeID][]byte)
	}
	for _, r := range records {
		if !m.data.erased(r.Employee) {
			sealed[r.Employee] = bytes.Clone(r.Data)
		}
	}
	m.data.setSealed(s, sealed)
	return nil
}

// checkSeal tells whether records can be sealed. Its errors are Invalid.
func checkSeal(op string, s timesheet.Series, records []timesheet.Sealed) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if len(records) > timesheet.MaxSealedPage {
		return invalid(op, "%d records come in one call, at most %d are allowed", len(records), timesheet.MaxSealedPage)
	}
	for _, r := range records {
		if err := r.Validate(); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
	}
	return nil
}

// setSealed keeps the records of a series, which is no more where there are none.
func (s *state) setSealed(series timesheet.Series, sealed map[timesheet.EmployeeID][]byte) {
	if len(sealed) == 0 {
		delete(s.sealed, series)
		return
	}
	s.sealed[series] = sealed
}

// unseal drops the records for which gone answers true.
func (s *state) unseal(gone func(timesheet.Series, timesheet.EmployeeID) bool) {
	for series, sealed := range s.sealed {
		sealed = maps.Clone(sealed)
		maps.DeleteFunc(sealed, func(e timesheet.EmployeeID, _ []byte) bool { return gone(series, e) })
		s.setSealed(series, sealed)
	}
}

// Sealed implements timesheet.Sealer.
func (m *Memory) Sealed(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) (records []timesheet.Sealed, err error) {
	const op = "read sealed records"
	if limit < 1 || limit > timesheet.MaxSealedPage {
		return nil, invalid(op, "limit %d is not from 1 to %d", limit, timesheet.MaxSealedPage)
	}
	if err := m.readSeries(ctx, op, s); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	sealed := m.data.sealed[s]
	for _, e := range slices.Sorted(maps.Keys(sealed)) {
		if e > after && len(records) < limit {
			records = append(records, timesheet.Sealed{Employee: e, Data: bytes.Clone(sealed[e])})
		}
	}
	return records, nil
}

// readSeries checks s and locks m.
func (m *Memory) readSeries(ctx context.Context, op string, s timesheet.Series) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return m.lock(ctx, op)
}

// SealedOf implements timesheet.Sealer.
func (m *Memory) SealedOf(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
	const op = "read a sealed record"
	if err := checkID(op, e); err != nil {
		return timesheet.Sealed{}, err
	}
	if err := m.readSeries(ctx, op, s); err != nil {
		return timesheet.Sealed{}, err
	}
	defer m.mu.Unlock()
	data, ok := m.data.sealed[s][e]
	if !ok {
		return timesheet.Sealed{}, timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("there is none of the employee for %v", s.Month))
	}
	return timesheet.Sealed{Employee: e, Data: bytes.Clone(data)}, nil
}

// Series implements timesheet.Sealer.
func (m *Memory) Series(ctx context.Context) ([]timesheet.Series, error) {
	if err := m.lock(ctx, "read sealed months"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Keys(m.data.sealed), func(a, b timesheet.Series) int {
		return cmp.Or(cmp.Compare(a.Month.First(), b.Month.First()), cmp.Compare(a.Closing, b.Closing))
	}), nil
}

// Unseal implements timesheet.Sealer.
func (m *Memory) Unseal(ctx context.Context, s timesheet.Series) error {
	if err := m.readSeries(ctx, "drop sealed records", s); err != nil {
		return err
	}
	defer m.mu.Unlock()
	delete(m.data.sealed, s)
	return nil
}
