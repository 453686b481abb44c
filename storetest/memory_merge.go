package storetest

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"timesheet"
)

// Partitions implements timesheet.Merger.
func (m *Memory) Partitions() int { return m.partitions }

// Merge implements timesheet.Merger. A second delta of one partition is Invalid.
func (m *Memory) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	out := make([]timesheet.Merged, len(deltas))
	if err := m.lock(ctx, "merge entries"); err != nil {
		for i := range out {
			out[i].Err = err
		}
		return out
	}
	defer m.mu.Unlock()
	seen := make(map[timesheet.Partition]bool, len(deltas))
	for i, d := range deltas {
		if seen[d.Partition] {
			out[i].Err = invalid("merge entries", "partition %d comes twice in a call", d.Partition)
			continue
		}
		seen[d.Partition] = true
		out[i] = m.merge(d)
	}
	return out
}

func (m *Memory) merge(d timesheet.Delta) (out timesheet.Merged) {
	if int(d.Partition) >= m.partitions {
		out.Err = invalid("merge entries", "there is no partition %d", d.Partition)
		return out
	}
	out.Token = m.touch(d.Partition)
	for _, e := range d.Entries {
		if out.Err = m.storable(e, d.Partition); out.Err != nil {
			return out
		}
	}
	if len(d.Entries) > 0 && d.Epoch != out.Token.Epoch {
		out.Err = timesheet.NewError(timesheet.Stale, "merge entries", nil)
		return out
	}
	for _, e := range d.Entries {
		if m.data.expired(e) {
			out.Expired++
			continue
		}
		if old := m.data.entry(e.Employee, e.Day); !old.IsZero() {
			e = timesheet.Join(old, e)
		}
		m.data.put(e)
		m.tell(timesheet.Change{Kind: timesheet.Set, Partition: d.Partition, Entry: e})
	}
	return out
}

// storable tells whether e can be stored in p.
func (m *Memory) storable(e timesheet.Entry, p timesheet.Partition) error {
	if err := e.Validate(); err != nil {
		return fmt.Errorf("merge entries: %w", err)
	}
	if _, err := timesheet.AppendSpan(nil, e); err != nil {
		return fmt.Errorf("merge entries: %w", err)
	}
	if own := m.partitionOf(e.Employee); own != p {
		return invalid("merge entries", "an entry of partition %d came in a delta of %d", own, p)
	}
	return nil
}

// Range implements timesheet.Reader.
func (m *Memory) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	if err := m.lock(ctx, "read range"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var found []timesheet.Entry
	for d, entries := range m.data.days {
		if entry, ok := entries[e]; ok && from <= d && d <= to {
			found = append(found, entry)
		}
	}
	slices.SortFunc(found, timesheet.Compare)
	return found, nil
}

// Board implements timesheet.Reader; the order is that of employee ids.
func (m *Memory) Board(ctx context.Context, day timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid("read board", "limit %d is not from 1 to %d", limit, timesheet.MaxBoard)
	}
	last, err := parseCursor(day, after)
	if err != nil {
		return nil, "", timesheet.NewError(timesheet.Invalid, "read board", err)
	}
	if err := m.lock(ctx, "read board"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []timesheet.Entry
	for id, entry := range m.data.days[day] {
		if id > last {
			found = append(found, entry)
		}
	}
	slices.SortFunc(found, func(a, b timesheet.Entry) int { return cmp.Compare(a.Employee, b.Employee) })
	if len(found) <= limit {
		return found, "", nil
	}
	return found[:limit], cursor(day, found[limit-1].Employee), nil
}

// Days implements timesheet.Reader.
func (m *Memory) Days(ctx context.Context) ([]timesheet.Day, error) {
	if err := m.lock(ctx, "read days"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.data.days)), nil
}

func cursor(day timesheet.Day, last timesheet.EmployeeID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(day.String() + string(last)))
}

func parseCursor(day timesheet.Day, s string) (last timesheet.EmployeeID, err error) {
	if s == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	id, ok := strings.CutPrefix(string(b), day.String())
	if !ok || id == "" {
		return "", errors.New("the cursor is not of this day")
	}
	return timesheet.EmployeeID(id), nil
}
