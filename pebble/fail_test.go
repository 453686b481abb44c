package pebble_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// TestFailingDisk plays disks that fail for good in a process of their own, since a
// store that failed leaves parked goroutines behind: the process must live, say
// Unavailable, and the directory must open again, in that process already, with all
// that was acknowledged.
func TestFailingDisk(t *testing.T) {
	for _, part := range []string{"sync fails", "log fails", "table fails", "full, closed", "full, opened"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			cmd, lines, _ := child(t, part, t.TempDir())
			var said []string
			for lines.Scan() {
				said = append(said, lines.Text())
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("the process died: %v", err)
			}
			if got := strings.Join(said, "\n"); got != "failed\nopened again\nend" {
				t.Errorf("it said\n%s", got)
			}
		})
	}
}

// failSync makes the fsync of the log fail once.
func failSync(ctx context.Context, dir string) error {
	var broken atomic.Bool
	return outlive(ctx, dir, &broken, func(op errorfs.Op) error {
		if strings.HasSuffix(op.Path, ".log") && isSync(op) && broken.CompareAndSwap(true, false) {
			return syscall.EIO
		}
		return nil
	})
}

// failRotation makes the creation of the next log fail: the engine panics there.
func failRotation(ctx context.Context, dir string) error {
	var broken atomic.Bool
	return outlive(ctx, dir, &broken, func(op errorfs.Op) error {
		if strings.HasSuffix(op.Path, ".log") && (op.Kind == errorfs.OpCreate || op.Kind == errorfs.OpReuseForWrite) && broken.Load() {
			return syscall.EIO
		}
		return nil
	})
}

// failTables makes the flush of a table fail.
func failTables(ctx context.Context, dir string) error {
	var broken atomic.Bool
	return outlive(ctx, dir, &broken, func(op errorfs.Op) error {
		if strings.HasSuffix(op.Path, ".sst") && op.Kind == errorfs.OpFileWrite && broken.Load() {
			return syscall.EIO
		}
		return nil
	})
}

func isSync(op errorfs.Op) bool {
	return op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo
}

// outlive merges until the broken disk made the store fail, and checks what it
// promises then.
func outlive(ctx context.Context, dir string, broken *atomic.Bool, inject errorfs.InjectorFunc) error {
	s, epochs, err := onDisk(ctx, dir, inject)
	if err != nil {
		return err
	}
	feed, err := s.Watch(ctx)
	if err != nil {
		return err
	}
	var l ledger
	for i := 0; err == nil; i++ {
		if i == 20 {
			broken.Store(true)
		}
		if err = mergeErr(ctx, s, epochs, load(i%4, i)); err == nil {
			l.acked(load(i%4, i))
		}
	}
	if !errors.Is(err, timesheet.Unavailable) {
		return fmt.Errorf("merge: %w", err)
	}
	<-s.Failed()
	broken.Store(false) // the failure stays, even though the disk works again
	for {
		if _, err := feed.Next(ctx); err != nil {
			break
		}
	}
	if err := refuses(ctx, s, epochs); err != nil {
		return err
	}
	if err := s.Close(); !errors.Is(err, timesheet.Unavailable) {
		return fmt.Errorf("close: %w", err)
	}
	fmt.Println("failed")
	return holds(ctx, dir, &l)
}

// refuses tells which call isn't Unavailable.
func refuses(ctx context.Context, s *pebble.Store, epochs []timesheet.Epoch) error {
	_, errRange := s.Range(ctx, employee(1), firstDay, firstDay)
	_, errErase := s.Erase(ctx, employee(1))
	_, errDocument := s.Document(ctx, "rules")
	_, errSet := s.SetDocument(ctx, "rules", 0, nil)
	_, errRejected := s.Rejected(ctx, "view", 0, 1)
	for what, err := range map[string]error{
		"ping": s.Ping(ctx), "merge": mergeErr(ctx, s, epochs, load(0, 0)), "range": errRange, "erase": errErase,
		"probe":  s.Merge(ctx, []timesheet.Delta{{}})[0].Err,
		"reject": s.Reject(ctx, "view", rejected(1, 1)), "readmit": s.Readmit(ctx, "view", 1), "rejected": errRejected,
		"document": errDocument, "set document": errSet,
	} {
		if !errors.Is(err, timesheet.Unavailable) {
			return fmt.Errorf("after the failure, %s: %w", what, err)
		}
	}
	return nil
}

// holds opens the store again and tells what it lacks.
func holds(ctx context.Context, dir string, l *ledger) error {
	s, err := pebble.Open(ctx, dir, quiet(pebble.Options{}))
	if err != nil {
		return err
	}
	for k, e := range l.entries() {
		have, err := s.Range(ctx, k.e, k.day, k.day)
		if err != nil || len(have) != 1 || !have[0].Covers(e) {
			return fmt.Errorf("of %v there is %v, want %v (%w)", k, have, e, err)
		}
	}
	fmt.Println("opened again")
	return s.Close()
}

// closeWhileFull closes a store while its disk is full.
func closeWhileFull(ctx context.Context, dir string) error {
	var full atomic.Bool
	s, epochs, err := onDisk(ctx, dir, func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite && full.Load() {
			return syscall.ENOSPC
		}
		return nil
	})
	if err != nil {
		return err
	}
	var l ledger
	if err := mergeErr(ctx, s, epochs, load(0, 0)); err != nil {
		return err
	}
	l.acked(load(0, 0))
	full.Store(true)
	if err := mergeErr(ctx, s, epochs, load(0, 1)); !errors.Is(err, timesheet.Unavailable) {
		return fmt.Errorf("merge: %w", err)
	}
	if err := s.Close(); !errors.Is(err, timesheet.Unavailable) {
		return fmt.Errorf("close: %w", err)
	}
	fmt.Println("failed")
	full.Store(false)
	return holds(ctx, dir, &l)
}

// openWhileFull opens a store while its disk is full: what lies in its log must
// become a table first, and there is no room for that.
func openWhileFull(ctx context.Context, dir string) error {
	var full atomic.Bool
	inject := func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite && full.Load() {
			return syscall.ENOSPC
		}
		return nil
	}
	s, epochs, err := onDisk(ctx, dir, inject)
	if err != nil {
		return err
	}
	var l ledger
	if err := mergeErr(ctx, s, epochs, load(0, 0)); err != nil {
		return err
	}
	l.acked(load(0, 0))
	if err := s.Close(); err != nil {
		return err
	}
	full.Store(true)
	if _, _, err := onDisk(ctx, dir, inject); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("open: %w", err)
	}
	fmt.Println("failed")
	full.Store(false)
	return holds(ctx, dir, &l)
}
