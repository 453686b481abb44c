package pebble_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"timesheet"
	"timesheet/pebble"
)

var firstDay = timesheet.DayOf(2026, 1, 5)

func employee(n int) timesheet.EmployeeID {
	return timesheet.EmployeeID(fmt.Sprintf("%06d", 100_000+n))
}

// clocking is the entry of one touch, ms after 00:00 UTC of the day.
func clocking(e timesheet.EmployeeID, day timesheet.Day, ms int64) timesheet.Entry {
	at := timesheet.Instant(int64(day)*86_400_000 + ms)
	return timesheet.Entry{Employee: e, Day: day, Earliest: at, Latest: at}
}

func quiet(o pebble.Options) pebble.Options {
	o.Logger = slog.New(slog.DiscardHandler)
	return o
}

// open opens a store that is closed at the test's end.
func open(tb testing.TB, dir string, o pebble.Options) *pebble.Store {
	tb.Helper()
	s, err := pebble.Open(tb.Context(), dir, quiet(o))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// epochsOf probes every partition.
func epochsOf(tb testing.TB, s *pebble.Store) []timesheet.Epoch {
	tb.Helper()
	epochs, err := probeAll(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return epochs
}

func probeAll(ctx context.Context, s *pebble.Store) (epochs []timesheet.Epoch, err error) {
	probes := make([]timesheet.Delta, s.Partitions())
	for p := range probes {
		probes[p].Partition = timesheet.Partition(p)
	}
	for _, m := range s.Merge(ctx, probes) {
		epochs = append(epochs, m.Token.Epoch)
		err = errors.Join(err, m.Err)
	}
	return epochs, err
}

// deltasOf sorts entries into one delta for each partition.
func deltasOf(s *pebble.Store, epochs []timesheet.Epoch, entries []timesheet.Entry) (deltas []timesheet.Delta) {
	at := make(map[timesheet.Partition]int)
	for _, e := range entries {
		p := timesheet.PartitionOf(e.Employee, s.Partitions())
		i, ok := at[p]
		if !ok {
			i = len(deltas)
			at[p] = i
			deltas = append(deltas, timesheet.Delta{Partition: p, Epoch: epochs[p]})
		}
		deltas[i].Entries = append(deltas[i].Entries, e)
	}
	return deltas
}

func mergeAll(tb testing.TB, s *pebble.Store, epochs []timesheet.Epoch, entries []timesheet.Entry) {
	tb.Helper()
	if err := mergeErr(tb.Context(), s, epochs, entries); err != nil {
		tb.Fatal(err)
	}
}

// mergeErr merges entries in one call and answers the errors of its deltas.
func mergeErr(ctx context.Context, s *pebble.Store, epochs []timesheet.Epoch, entries []timesheet.Entry) error {
	var errs []error
	for _, m := range s.Merge(ctx, deltasOf(s, epochs, entries)) {
		errs = append(errs, m.Err)
	}
	return errors.Join(errs...)
}
