package pebble_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/pebble"
)

// histories says that each correction that was answered must be there once, with
// numbers from 1 and no holes, though each child sends its first again.
func histories(t *testing.T, s *pebble.Store, said map[int]bool) {
	t.Helper()
	cs, err := s.Corrections(t.Context(), employee(1), timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	counts := make(map[timesheet.Day]uint64)
	for _, c := range cs {
		counts[c.Day]++
		if seen[c.Key] || c.Seq != counts[c.Day] {
			t.Errorf("%v with the key %s comes twice, or has the wrong number", c, c.Key)
		}
		seen[c.Key] = true
	}
	for i := range said {
		if !seen[fmt.Sprint(i)] {
			t.Errorf("correction %d was answered and is lost", i)
		}
	}
}

// TestSeal_givenUp gives up waiting for a disk that hangs and uses the records for
// something else: what becomes durable later is what was given.
func TestSeal_givenUp(t *testing.T) {
	var l slowLog
	s := open(t, "store", pebble.Options{FS: l.fs()})
	gate := make(chan struct{})
	l.gate.Store(&gate)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var callers sync.WaitGroup
	for i := range 40 { // more than wait for the disk: the last ones wait for the writer
		callers.Go(func() {
			rs := records(i, i+100)
			if err := s.Seal(ctx, january, rs); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("Seal answers %v", err)
			}
			copy(rs[0].Data, "XX")
			rs[1].Employee = "another"
		})
	}
	callers.Wait()
	l.gate.Store(nil)
	close(gate)
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	given := make(map[timesheet.EmployeeID]string)
	for i := range 40 {
		for _, r := range records(i, i+100) {
			given[r.Employee] = string(r.Data)
		}
	}
	got, err := s.Sealed(t.Context(), january, "", 100)
	if err != nil || len(got) < 40 {
		t.Errorf("%d records were sealed, %v", len(got), err)
	}
	for _, r := range got {
		if string(r.Data) != given[r.Employee] {
			t.Errorf("there is %q of %s", r.Data, r.Employee)
		}
	}
}

// TestCorrections_damaged tells damage from what was said, and erases it all the same.
func TestCorrections_damaged(t *testing.T) {
	s := open(t, t.TempDir(), pebble.Options{})
	correct(t, s, correction(firstDay, "a"), correction(firstDay+1, "b"))
	for name, value := range map[string][]byte{
		"no value":       nil,
		"a cut one":      pebble.EncodeCorrection(nil, correction(firstDay, "a"))[:9],
		"an unsaid one":  pebble.EncodeCorrection(nil, timesheet.Correction{}),
		"a far-off time": pebble.EncodeCorrection(nil, timesheet.Correction{ClockIn: 1, Reason: "r", Actor: "a"}),
	} {
		if err := s.Write(pebble.CorrectionKey(firstDay, employee(1), 2), value); err != nil {
			t.Fatal(err)
		}
		_, err := s.Corrections(t.Context(), employee(1), firstDay, firstDay)
		wantError(t, err, timesheet.Internal, "damaged")
		_, _, err = s.Corrected(t.Context(), firstDay, firstDay, "", 10)
		wantError(t, err, timesheet.Internal, "damaged")
		_, _, err = s.Histories(t.Context(), "", 10)
		wantError(t, err, timesheet.Internal, "damaged")
		_, err = s.Correct(t.Context(), correction(firstDay, name), timesheet.AnySeq)
		wantError(t, err, timesheet.Internal, "damaged")
	}
	if cs, err := s.Corrections(t.Context(), employee(1), firstDay+1, firstDay+1); err != nil || len(cs) != 1 {
		t.Errorf("of another day there are %v, %v", cs, err)
	}
	if _, err := s.Erase(t.Context(), employee(1)); err != nil {
		t.Fatal(err)
	}
	if cs, _, err := s.Histories(t.Context(), "", 10); err != nil || len(cs) != 0 {
		t.Errorf("after the erasure there are %v, %v", cs, err)
	}
	if err := s.EachKey(func(key, _ []byte) {
		if key[0] == 'k' {
			t.Errorf("there is the key %q", key)
		}
	}); err != nil {
		t.Fatal(err)
	}
}
