package pebble_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestPowerCut clones the file system, as a power cut would leave it, while four
// callers merge and the tables are flushed and compacted: what was acknowledged
// before is in the clone.
func TestPowerCut(t *testing.T) {
	mem := vfs.NewCrashableMem()
	lost := cutPower(t, mem, mem)
	if lost != 0 {
		t.Errorf("%d acknowledged entries are lost", lost)
	}
}

// TestPowerCut_lying tells that TestPowerCut can fail: on a disk whose fsync does
// nothing acknowledged entries are lost.
func TestPowerCut_lying(t *testing.T) {
	mem := vfs.NewCrashableMem()
	lost := cutPower(t, mem, lyingFS{mem})
	if lost == 0 {
		t.Error("nothing was lost though nothing was synced: the test sees nothing")
	}
}

// cutPower answers how many acknowledged entries the clones lack.
func cutPower(t *testing.T, mem *vfs.MemFS, fs vfs.FS) (lost int) {
	const dir = "a/b/store"
	first := open(t, dir, pebble.Options{FS: fs, MemTableBytes: 64 << 10})
	epochs := epochsOf(t, first)
	var l ledger
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	defer writers.Wait()
	defer stop()
	progress := make(chan struct{})
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				es := load(w, i)
				if err := mergeErr(context.WithoutCancel(ctx), first, epochs, es); err != nil {
					t.Errorf("merge: %v", err)
					return
				}
				l.acked(es)
				select {
				case progress <- struct{}{}:
				case <-ctx.Done():
				}
			}
		})
	}
	for cut := range 12 {
		for range 1 + cut*7%40 {
			<-progress
		}
		want := l.entries()
		clone := mem.CrashClone(vfs.CrashCloneCfg{})
		lost += missing(t, dir, clone, want)
	}
	return lost
}

// missing opens a clone and counts what of want it lacks.
func missing(t *testing.T, dir string, clone vfs.FS, want map[entryKey]timesheet.Entry) (n int) {
	t.Helper()
	s, err := pebble.Open(t.Context(), dir, quiet(pebble.Options{FS: clone}))
	if err != nil {
		t.Logf("the clone can't be opened: %v", err)
		return len(want)
	}
	defer s.Close()
	return lacks(t, s, want)
}

// lacks counts the entries of want that s doesn't cover.
func lacks(t *testing.T, s *pebble.Store, want map[entryKey]timesheet.Entry) (n int) {
	t.Helper()
	have := everything(t, s)
	for k, e := range want {
		if !have[k].Covers(e) || have[k].IsZero() {
			n++
		}
	}
	return n
}

type entryKey struct {
	e   timesheet.EmployeeID
	day timesheet.Day
}

// ledger joins what was acknowledged.
type ledger struct {
	mu  sync.Mutex
	all map[entryKey]timesheet.Entry
}

func (l *ledger) acked(es []timesheet.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = make(map[entryKey]timesheet.Entry)
	}
	for _, e := range es {
		k := entryKey{e.Employee, e.Day}
		if old, ok := l.all[k]; ok {
			e = timesheet.Join(old, e)
		}
		l.all[k] = e
	}
}

func (l *ledger) entries() map[entryKey]timesheet.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.all)
}

// load is the i-th merge of writer w: some new entries, some that widen older ones.
func load(w, i int) (es []timesheet.Entry) {
	for k := range 20 {
		n := (i*20 + k) % 700
		es = append(es, clocking(employee(w*1000+n%100), firstDay+timesheet.Day(n/100), int64(28_800_000+(i*37+k*11)%10_000_000)))
	}
	return es
}

// everything is what s holds.
func everything(t *testing.T, s timesheet.Reader) map[entryKey]timesheet.Entry {
	t.Helper()
	all := make(map[entryKey]timesheet.Entry)
	days, err := s.Days(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range days {
		for after, more := "", true; more; more = after != "" {
			var es []timesheet.Entry
			if es, after, err = s.Board(t.Context(), day, after, 1000); err != nil {
				t.Fatal(err)
			}
			for _, e := range es {
				all[entryKey{e.Employee, e.Day}] = e
			}
		}
	}
	return all
}

// lyingFS has an fsync that does nothing, for the log.
type lyingFS struct{ vfs.FS }

func (fs lyingFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	return lyingFile{f}, err
}

func (fs lyingFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return lyingFile{f}, err
}

type lyingFile struct{ vfs.File }

func (lyingFile) Sync() error                { return nil }
func (lyingFile) SyncData() error            { return nil }
func (lyingFile) SyncTo(int64) (bool, error) { return true, nil }
