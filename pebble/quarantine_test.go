package pebble_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
)

// rejected are n rows of employee(1) from an id on, first seen on firstDay.
func rejected(from timesheet.RowID, n int) []timesheet.Rejected {
	rows := make([]timesheet.Rejected, n)
	for i := range rows {
		rows[i] = timesheet.Rejected{
			Row: from + timesheet.RowID(i), Employee: string(employee(1)), Reason: "it has no time", Seen: clocking("", firstDay, 0).Earliest,
		}
	}
	return rows
}

// rejectedOf are the rows kept of the source "view".
func rejectedOf(t *testing.T, s *pebble.Store) []timesheet.Rejected {
	t.Helper()
	rows, err := s.Rejected(t.Context(), "view", -1, timesheet.MaxRejected)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// kept is what a store shows of rejected rows, and what changes with them.
type kept struct {
	Rows    []timesheet.Rejected
	Dropped uint64
	Entries int
	Erased  bool
	Floor   timesheet.Day
}

func (k kept) equal(o kept) bool {
	same := slices.Equal(k.Rows, o.Rows)
	k.Rows, o.Rows = nil, nil
	return same && cmp.Equal(k, o)
}

func keptOf(t *testing.T, s *pebble.Store) (k kept) {
	t.Helper()
	k.Rows, k.Entries = rejectedOf(t, s), len(everything(t, s))
	n, err1 := s.CountRejected(t.Context(), "view")
	erased, err2 := s.Erased(t.Context(), employee(1))
	floor, err3 := s.Floor(t.Context())
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	k.Dropped, k.Erased, k.Floor = n.Dropped, erased, floor
	return k
}

// TestTornQuarantine cuts the log anywhere within the write that rejects rows, drops
// others and counts them, or forgets them: it is there in full or not at all.
func TestTornQuarantine(t *testing.T) {
	for name, do := range map[string]func(ctx context.Context, s *pebble.Store) error{
		"Reject": func(ctx context.Context, s *pebble.Store) error {
			return s.Reject(ctx, "view", rejected(timesheet.MaxRejected, 3))
		},
		"Readmit": func(ctx context.Context, s *pebble.Store) error { return s.Readmit(ctx, "view", 5) },
		"Erase":   func(ctx context.Context, s *pebble.Store) error { _, err := s.Erase(ctx, employee(1)); return err },
		"Purge":   func(ctx context.Context, s *pebble.Store) error { _, err := s.Purge(ctx, firstDay+1); return err },
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewCrashableMem()
			s := open(t, "store", pebble.Options{FS: fs, Partitions: 4})
			mergeAll(t, s, epochsOf(t, s), []timesheet.Entry{clocking(employee(1), firstDay, 0)})
			n := 20
			if name == "Reject" {
				n = timesheet.MaxRejected
			}
			if err := s.Reject(t.Context(), "view", rejected(0, n)); err != nil {
				t.Fatal(err)
			}
			before := keptOf(t, s)
			file, short := logOf(t, fs)
			if err := do(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			after := keptOf(t, s)
			_, long := logOf(t, fs)
			seen := [2]int{}
			for cut := len(short); cut <= len(long); cut += max(1, (len(long)-len(short))/7) {
				got := keptAfter(t, withLog(t, fs, file, long[:cut]))
				switch {
				case got.equal(before):
					seen[0]++
				case got.equal(after):
					seen[1]++
				default:
					t.Errorf("cut at %d from %d to %d: it is there in part: %s", cut, len(short), len(long), cmp.Diff(before, got))
				}
			}
			if got := keptAfter(t, withLog(t, fs, file, long)); !got.equal(after) {
				t.Errorf("it is lost: %s", cmp.Diff(after, got))
			}
			if seen[0] == 0 {
				t.Errorf("no cut undid it: the test sees nothing")
			}
		})
	}
}

// keptAfter opens a store once more and closes it.
func keptAfter(t *testing.T, fs vfs.FS) kept {
	t.Helper()
	s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: fs}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return keptOf(t, s)
}

// TestReject_givenUp gives up waiting for a disk that hangs and uses the rows for
// something else: what becomes durable later is what was given.
func TestReject_givenUp(t *testing.T) {
	var l slowLog
	s := open(t, "store", pebble.Options{FS: l.fs()})
	gate := make(chan struct{})
	l.gate.Store(&gate)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var callers sync.WaitGroup
	for i := range timesheet.RowID(40) { // more than wait for the disk: the last ones wait for the writer
		callers.Go(func() {
			rows := rejected(i, 1)
			if err := s.Reject(ctx, "view", rows); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("Reject answers %v", err)
			}
			rows[0].Reason = "of something else"
		})
	}
	callers.Wait()
	l.gate.Store(nil)
	close(gate)
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := rejectedOf(t, s)
	if len(got) < 20 {
		t.Errorf("only %d calls reached the writer", len(got))
	}
	for _, r := range got {
		if r != rejected(r.Row, 1)[0] {
			t.Errorf("there is %+v", r)
		}
	}
}

// TestRejected_damaged tells damage from an empty quarantine, and doesn't purge what
// can't be read.
func TestRejected_damaged(t *testing.T) {
	s := open(t, t.TempDir(), pebble.Options{})
	if err := s.Reject(t.Context(), "view", rejected(1, 2)); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(pebble.RejectedKey("view", 2), []byte{0, 9, 'x'}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Rejected(t.Context(), "view", 0, 10)
	wantError(t, err, timesheet.Internal, "row 2")
	epochs := epochsOf(t, s)
	_, err = s.Erase(t.Context(), employee(1))
	wantError(t, err, timesheet.Internal, "row 2")
	_, err = s.Purge(t.Context(), firstDay+1)
	wantError(t, err, timesheet.Internal, "row 2")
	mergeAll(t, s, epochs, []timesheet.Entry{clocking(employee(1), firstDay, 0)}) // nothing of both was done
	if err := s.Readmit(t.Context(), "view", 2); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), employee(1)); err != nil {
		t.Fatal(err)
	}
	if rows := rejectedOf(t, s); len(rows) > 0 {
		t.Errorf("there is %+v", rows)
	}
}
