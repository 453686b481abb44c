package storetest

import (
	"context"
	"fmt"
	"maps"

	"timesheet"
)

// Replace implements timesheet.Remover.
func (m *Memory) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	errs := make([]error, len(rs))
	if err := m.lock(ctx, "replace entries"); err != nil {
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	defer m.mu.Unlock()
	concerned := make(map[timesheet.Partition]bool)
	for i, r := range rs {
		if errs[i] = m.replace(r); errs[i] == nil {
			concerned[m.partitionOf(r.Named().Employee)] = true
		}
	}
	for p := range concerned {
		m.mint(p)
	}
	return errs
}

func (m *Memory) replace(r timesheet.Replacement) error {
	if err := r.Validate(); err != nil {
		return err
	}
	n := r.Named()
	p := m.partitionOf(n.Employee)
	if m.data.entry(n.Employee, n.Day) != r.Old {
		return timesheet.NewError(timesheet.Conflict, "replace entry", nil)
	}
	if r.New.IsZero() || m.data.expired(r.New) {
		m.data.remove(n.Employee, n.Day)
		m.tell(timesheet.Change{
			Kind: timesheet.Removed, Partition: p,
			Entry: timesheet.Entry{Employee: n.Employee, Day: n.Day},
		})
		return nil
	}
	m.data.put(r.New)
	m.tell(timesheet.Change{Kind: timesheet.Set, Partition: p, Entry: r.New})
	return nil
}

// Purge implements timesheet.Remover. All partitions get new epochs.
func (m *Memory) Purge(ctx context.Context, floor timesheet.Day) (removed int, err error) {
	if floor < timesheet.FirstDay || floor > timesheet.LastDay+1 {
		return 0, invalid("purge", "day %d can't be a floor", floor)
	}
	if err := m.lock(ctx, "purge"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	m.data.floor = max(m.data.floor, floor)
	for d, entries := range m.data.days {
		if d < m.data.floor {
			removed += len(entries)
			delete(m.data.days, d)
		}
	}
	maps.DeleteFunc(m.data.corrections, func(d timesheet.Day, _ map[timesheet.EmployeeID][]timesheet.Correction) bool {
		return d < m.data.floor
	})
	m.data.unseal(func(s timesheet.Series, _ timesheet.EmployeeID) bool { return s.Month.Last() < m.data.floor })
	m.data.forget()
	for p := range m.data.epochs {
		m.mint(timesheet.Partition(p))
	}
	m.resetAll()
	return removed, nil
}

// Erase implements timesheet.Remover.
func (m *Memory) Erase(ctx context.Context, e timesheet.EmployeeID) (removed int, err error) {
	if err := checkID("erase", e); err != nil {
		return 0, err
	}
	if err := m.lock(ctx, "erase"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	m.data.tombstones[m.data.mark(e)] = struct{}{}
	for d, entries := range m.data.days {
		if _, ok := entries[e]; ok {
			removed++
			m.data.remove(e, d)
		}
	}
	for _, histories := range m.data.corrections {
		delete(histories, e)
	}
	m.data.unseal(func(_ timesheet.Series, other timesheet.EmployeeID) bool { return other == e })
	m.data.forget()
	p := m.partitionOf(e)
	m.mint(p)
	m.tell(timesheet.Change{Kind: timesheet.Reset, Partition: p})
	return removed, nil
}

// Floor implements timesheet.Remover.
func (m *Memory) Floor(ctx context.Context) (timesheet.Day, error) {
	if err := m.lock(ctx, "read floor"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	return m.data.floor, nil
}

// Erased implements timesheet.Remover.
func (m *Memory) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	if err := checkID("read tombstone", e); err != nil {
		return false, err
	}
	if err := m.lock(ctx, "read tombstone"); err != nil {
		return false, err
	}
	defer m.mu.Unlock()
	return m.data.erased(e), nil
}

// checkID refuses an id that no entry can have: nobody would be erased.
func checkID(op string, e timesheet.EmployeeID) error {
	id, err := timesheet.ParseEmployeeID(string(e))
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if id != e {
		return invalid(op, "the employee id has spaces around it")
	}
	return nil
}
