package pebble_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// fullFS has no room while full.
func fullFS(fs vfs.FS, full *atomic.Bool) vfs.FS {
	return errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		switch op.Kind {
		case errorfs.OpFileWrite, errorfs.OpFileWriteAt, errorfs.OpCreate, errorfs.OpLink, errorfs.OpReuseForWrite:
			if full.Load() {
				return syscall.ENOSPC
			}
		}
		return nil
	}))
}

// awaitPing waits until the store takes writes again.
func awaitPing(t *testing.T, s *pebble.Store) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for s.Ping(t.Context()) != nil {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the store takes no writes though there is room")
		}
	}
}

func TestFullDisk(t *testing.T) {
	var full atomic.Bool
	mem := vfs.NewCrashableMem()
	s := open(t, "store", pebble.Options{FS: fullFS(mem, &full), FullDiskRetry: time.Millisecond})
	epochs := epochsOf(t, s)
	mergeAll(t, s, epochs, load(0, 0))
	full.Store(true)
	for range 3 {
		if err := mergeErr(t.Context(), s, epochs, load(0, 1)); !errors.Is(err, timesheet.Unavailable) {
			t.Fatalf("a merge on a full disk answers %v", err)
		}
	}
	if err := s.Ping(t.Context()); !errors.Is(err, timesheet.Unavailable) {
		t.Errorf("Ping on a full disk answers %v", err)
	}
	if es, err := s.Range(t.Context(), employee(0), firstDay, firstDay); err != nil || len(es) != 1 {
		t.Errorf("reading on a full disk: %v, %v", es, err)
	}
	epochsOf(t, s) // probing too
	full.Store(false)
	awaitPing(t, s)
	mergeAll(t, s, epochs, load(0, 2))
	var l ledger
	for i := range 3 {
		l.acked(load(0, i)) // 1 was not acknowledged, yet it was applied when there was room
	}
	if n := missing(t, "store", mem.CrashClone(vfs.CrashCloneCfg{}), l.entries()); n > 0 {
		t.Errorf("%d entries are lost", n)
	}
}

// TestFullDisk_again fills and frees the disk at random while tables are flushed and
// compacted: merges are refused at times, and nothing acknowledged is lost.
func TestFullDisk_again(t *testing.T) {
	var full atomic.Bool
	mem := vfs.NewCrashableMem()
	s := open(t, "store", pebble.Options{FS: fullFS(mem, &full), FullDiskRetry: time.Millisecond, MemTableBytes: 32 << 10})
	epochs := epochsOf(t, s)
	var l ledger
	var wg sync.WaitGroup
	var refused atomic.Int64
	for w := range 4 {
		wg.Go(func() {
			for i := range 120 {
				switch err := mergeErr(t.Context(), s, epochs, load(w, i)); {
				case err == nil:
					l.acked(load(w, i))
				case errors.Is(err, timesheet.Unavailable):
					refused.Add(1)
					full.Store(false)
					awaitPing(t, s)
				default:
					t.Error(err)
				}
				if rand.IntN(50) == 0 {
					full.Store(true)
				}
			}
		})
	}
	wg.Wait()
	full.Store(false)
	awaitPing(t, s)
	if refused.Load() == 0 {
		t.Error("the disk was never full")
	}
	if n := missing(t, "store", mem.CrashClone(vfs.CrashCloneCfg{}), l.entries()); n > 0 {
		t.Errorf("%d of %d entries are lost", n, len(l.entries()))
	}
}

// slowLog has an fsync of the log that waits while its gate is closed, and counts.
type slowLog struct {
	gate  atomic.Pointer[chan struct{}] // waited for, if any
	syncs atomic.Int64
}

func (l *slowLog) fs() vfs.FS {
	return errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if strings.HasSuffix(op.Path, ".log") && isSync(op) {
			l.syncs.Add(1)
			if gate := l.gate.Load(); gate != nil {
				<-*gate
			}
		}
		return nil
	}))
}

// TestMerge_hangingDisk waits for a disk that doesn't answer no longer than asked.
func TestMerge_hangingDisk(t *testing.T) {
	var l slowLog
	s := open(t, "store", pebble.Options{FS: l.fs()})
	epochs := epochsOf(t, s)
	gate := make(chan struct{})
	l.gate.Store(&gate)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := mergeErr(ctx, s, epochs, load(0, 0))
	if !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the merge answers %v", err)
	}
	if err := s.Ping(ctx); !errors.Is(err, timesheet.Unavailable) {
		t.Errorf("Ping answers %v", err)
	}
	l.gate.Store(nil)
	close(gate)
	mergeAll(t, s, epochs, load(0, 1))
}

// TestMerge_shares one fsync among the calls that wait for it.
func TestMerge_shares(t *testing.T) {
	var l slowLog
	s := open(t, "store", pebble.Options{FS: l.fs()})
	epochs := epochsOf(t, s)
	gate := make(chan struct{})
	l.gate.Store(&gate)
	before := l.syncs.Load()
	var wg sync.WaitGroup
	const calls = 100
	var started atomic.Int64
	for i := range calls {
		wg.Go(func() {
			started.Add(1)
			if err := mergeErr(t.Context(), s, epochs, load(0, i)); err != nil {
				t.Error(err)
			}
		})
	}
	for started.Load() < calls || l.syncs.Load() == before {
		<-time.After(time.Millisecond)
	}
	l.gate.Store(nil)
	close(gate)
	wg.Wait()
	// Those that came to the store after the gate was opened share less.
	if n := l.syncs.Load() - before; n > calls*3/4 {
		t.Errorf("%d calls took %d fsyncs", calls, n)
	}
}
