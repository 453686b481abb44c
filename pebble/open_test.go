package pebble_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"timesheet"
	"timesheet/pebble"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// raw changes a store behind its back.
func raw(t *testing.T, fs vfs.FS, o engine.Options, change func(db *engine.DB) error) {
	t.Helper()
	o.FS = fs
	o.Logger = discard{}
	db, err := engine.Open("store", &o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(change(db), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// sameMerger opens a store's files without its merge operation.
var sameMerger = engine.Options{Merger: &engine.Merger{Name: "timesheet.join.v1"}, FormatMajorVersion: engine.FormatNewest}

// discard is a logger that says nothing.
type discard struct{}

func (discard) Infof(string, ...any)      {}
func (discard) Errorf(string, ...any)     {}
func (discard) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

func setMeta(schema, partitions int, secret []byte) func(*engine.DB) error {
	return func(db *engine.DB) error {
		b, err := json.Marshal(map[string]any{"schema": schema, "partitions": partitions, "secret": secret})
		return errors.Join(err, db.Set([]byte("m"), b, engine.Sync))
	}
}

func TestOpen_refuses(t *testing.T) {
	store := func(t *testing.T) vfs.FS {
		fs := vfs.NewMem()
		if err := openOn(t, fs).Close(); err != nil {
			t.Fatal(err)
		}
		return fs
	}
	for _, tt := range []struct {
		name  string
		fs    func(t *testing.T) vfs.FS
		code  timesheet.Code
		words string
	}{
		{"another schema", func(t *testing.T) vfs.FS {
			fs := store(t)
			raw(t, fs, sameMerger, setMeta(2, 64, make([]byte, 32)))
			return fs
		}, timesheet.Invalid, "has schema 2; this program knows 1 only"},
		{"damaged meta", func(t *testing.T) vfs.FS {
			fs := store(t)
			raw(t, fs, sameMerger, setMeta(1, 0, nil))
			return fs
		}, timesheet.Internal, "damaged"},
		{"a lost epoch", func(t *testing.T) vfs.FS {
			fs := store(t)
			raw(t, fs, sameMerger, func(db *engine.DB) error { return db.Delete([]byte{'p', 0, 3}, engine.Sync) })
			return fs
		}, timesheet.Internal, "partition 3"},
		{"another merge operation", func(t *testing.T) vfs.FS {
			fs := vfs.NewMem()
			raw(t, fs, engine.Options{}, func(db *engine.DB) error { return db.Set([]byte("k"), nil, engine.Sync) })
			return fs
		}, timesheet.Invalid, "another kind of database"},
		{"foreign keys", func(t *testing.T) vfs.FS {
			fs := vfs.NewMem()
			raw(t, fs, sameMerger, func(db *engine.DB) error { return db.Set([]byte("k"), nil, engine.Sync) })
			return fs
		}, timesheet.Invalid, "another kind of database"},
		{"a newer engine's files", func(t *testing.T) vfs.FS {
			fs := store(t)
			renameMarker(t, fs)
			return fs
		}, timesheet.Invalid, "newer program"},
		{"a directory that can't be written", func(*testing.T) vfs.FS {
			return errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
				if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
					return syscall.EROFS
				}
				return nil
			}))
		}, timesheet.Unavailable, "can't be written"},
		{"a directory that forbids it", func(*testing.T) vfs.FS {
			return errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
				if op.Kind == errorfs.OpLock {
					return syscall.EACCES
				}
				return nil
			}))
		}, timesheet.Unavailable, "can't be written"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fs := tt.fs(t)
			s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: fs}))
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			wantError(t, err, tt.code, tt.words)
		})
	}
	_, err := pebble.Open(t.Context(), "store", pebble.Options{Partitions: -1})
	wantError(t, err, timesheet.Invalid, "partitions")
}

func openOn(t *testing.T, fs vfs.FS) *pebble.Store {
	t.Helper()
	s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: fs}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// renameMarker makes the files look like those of a much newer engine.
func renameMarker(t *testing.T, fs vfs.FS) {
	t.Helper()
	names, err := fs.List("store")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, "marker.format-version."); ok {
			at, _, _ := strings.Cut(rest, ".")
			if err := fs.Rename("store/"+n, fmt.Sprintf("store/marker.format-version.%s.999", at)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no format marker among %v", names)
}

// TestOpen_partitions keeps the number of the store's creation.
func TestOpen_partitions(t *testing.T) {
	dir := t.TempDir() + "/not/there/yet"
	s, err := pebble.Open(t.Context(), dir, quiet(pebble.Options{Partitions: 7}))
	if err != nil {
		t.Fatal(err)
	}
	first := epochsOf(t, s)
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, pebble.Options{Partitions: 9})
	if s.Partitions() != 7 {
		t.Errorf("%d partitions, want 7", s.Partitions())
	}
	if again := epochsOf(t, s); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("the epochs changed with no descent: %v, then %v", first, again)
	}
}
