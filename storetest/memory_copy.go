package storetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"timesheet"
)

// Documents implements timesheet.Copied.
func (m *Memory) Documents(ctx context.Context) ([]string, error) {
	if err := m.lock(ctx, "read the names of documents"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.data.documents)), nil
}

// Histories implements timesheet.Copied; the order is by day, then employee id.
func (m *Memory) Histories(ctx context.Context, after string, limit int) (cs []timesheet.Correction, next string, err error) {
	const op = "read all corrections"
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(op, "limit %d is not from 1 to %d", limit, timesheet.MaxBoard)
	}
	begin := timesheet.Correction{Day: timesheet.FirstDay}
	if after != "" {
		if begin, err = parseCorrected(timesheet.FirstDay, timesheet.LastDay, after); err != nil {
			return nil, "", timesheet.NewError(timesheet.Invalid, op, err)
		}
	}
	if err := m.lock(ctx, op); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var rest [][]timesheet.Correction
	for d, histories := range m.data.corrections {
		for e, history := range histories {
			if byDay(begin, timesheet.Correction{Day: d, Employee: e}) < 0 {
				rest = append(rest, history)
			}
		}
	}
	slices.SortFunc(rest, func(a, b []timesheet.Correction) int { return byDay(a[0], b[0]) })
	for len(rest) > 0 && len(cs) < limit {
		cs = append(cs, rest[0]...)
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return cs, "", nil
	}
	return cs, formatCorrected(timesheet.FirstDay, timesheet.LastDay, cs[len(cs)-1]), nil
}

// Graves implements timesheet.Copied.
func (m *Memory) Graves(ctx context.Context) (timesheet.Graves, error) {
	if err := m.lock(ctx, "read tombstones"); err != nil {
		return timesheet.Graves{}, err
	}
	defer m.mu.Unlock()
	return m.data.graves(), nil
}

func (s *state) graves() timesheet.Graves {
	g := timesheet.Graves{Secret: bytes.Clone(s.secret)}
	for hash := range s.tombstones {
		g.Hashes = append(g.Hashes, hash[:])
	}
	slices.SortFunc(g.Hashes, bytes.Compare)
	return g
}

// Bury implements timesheet.Copied. All partitions get new epochs, unless nothing changes.
func (m *Memory) Bury(ctx context.Context, g timesheet.Graves) error {
	const op = "take over tombstones"
	if err := g.Validate(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := m.lock(ctx, op); err != nil {
		return err
	}
	defer m.mu.Unlock()
	before := m.data.graves()
	if len(before.Hashes) > 0 && !bytes.Equal(before.Secret, g.Secret) {
		return timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("this store has %d tombstones of its own", len(before.Hashes)))
	}
	m.data.secret = bytes.Clone(g.Secret)
	for _, hash := range g.Hashes {
		m.data.tombstones[grave(hash)] = struct{}{}
	}
	if len(m.data.tombstones) > len(before.Hashes) {
		for p := range m.data.epochs {
			m.mint(timesheet.Partition(p))
		}
	}
	return nil
}
