package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"timesheet"
)

// Key names an entry.
type Key struct {
	Employee timesheet.EmployeeID
	Day      timesheet.Day
}

// KeyOf is the key of e.
func KeyOf(e timesheet.Entry) Key { return Key{e.Employee, e.Day} }

// patience bounds the helpers that are used outside the suite.
const patience = 30 * time.Second

// Merge merges es into s whatever their partitions: it probes for the epochs, and
// does so again when one is stale. Any other error ends the test.
func Merge(t testing.TB, s timesheet.Store, es ...timesheet.Entry) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, err := mergeAll(ctx, s, es...); err != nil {
		t.Fatalf("merge %d entries: %v", len(es), err)
	}
}

// Contents is all that s holds, read through Days and Board.
func Contents(t testing.TB, s timesheet.Store) map[Key]timesheet.Entry {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all, err := contents(ctx, s)
	if err != nil {
		t.Fatalf("read the store: %v", err)
	}
	return all
}

// mergeAll is Merge without a test. It answers how many entries were expired.
func mergeAll(ctx context.Context, s timesheet.Store, es ...timesheet.Entry) (expired int, err error) {
	todo := deltasOf(s, es)
	ask := make([]timesheet.Delta, len(todo)) // probes
	for i, d := range todo {
		ask[i].Partition = d.Partition
	}
	for len(todo) > 0 {
		for i, m := range s.Merge(ctx, ask) {
			if m.Err != nil {
				return expired, fmt.Errorf("probe partition %d: %w", ask[i].Partition, m.Err)
			}
			todo[i].Epoch = m.Token.Epoch
		}
		var stale []timesheet.Delta
		for i, m := range s.Merge(ctx, todo) {
			switch {
			case errors.Is(m.Err, timesheet.Stale):
				stale = append(stale, todo[i])
			case m.Err != nil:
				return expired, fmt.Errorf("partition %d: %w", todo[i].Partition, m.Err)
			}
			expired += m.Expired
		}
		todo, ask = stale, nil
		for _, d := range todo {
			ask = append(ask, timesheet.Delta{Partition: d.Partition})
		}
	}
	return expired, nil
}

// deltasOf sorts es into deltas, one for each partition, without epochs.
func deltasOf(s timesheet.Store, es []timesheet.Entry) []timesheet.Delta {
	parts := make(map[timesheet.Partition][]timesheet.Entry)
	for _, e := range es {
		p := timesheet.PartitionOf(e.Employee, s.Partitions())
		parts[p] = append(parts[p], e)
	}
	var deltas []timesheet.Delta
	for _, p := range slices.Sorted(maps.Keys(parts)) {
		deltas = append(deltas, timesheet.Delta{Partition: p, Entries: parts[p]})
	}
	return deltas
}

func contents(ctx context.Context, s timesheet.Store) (map[Key]timesheet.Entry, error) {
	days, err := s.Days(ctx)
	if err != nil {
		return nil, fmt.Errorf("days: %w", err)
	}
	all := make(map[Key]timesheet.Entry)
	for _, d := range days {
		for cursor := ""; ; {
			page, next, err := s.Board(ctx, d, cursor, timesheet.MaxBoard)
			if err != nil {
				return nil, fmt.Errorf("board of %v: %w", d, err)
			}
			for _, e := range page {
				if _, ok := all[KeyOf(e)]; ok || e.Day != d {
					return nil, fmt.Errorf("board of %v: %v came twice, or is of another day", d, e)
				}
				all[KeyOf(e)] = e
			}
			if next == cursor && next != "" {
				return nil, fmt.Errorf("board of %v: the cursor %q leads to itself", d, next)
			}
			if cursor = next; next == "" {
				break
			}
		}
	}
	return all, nil
}
