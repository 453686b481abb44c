package pebble_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// logOf is the newest log of a store and what is in it.
func logOf(t *testing.T, fs vfs.FS) (name string, data []byte) {
	t.Helper()
	names, err := fs.List("store")
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !strings.HasSuffix(n, ".log") })
	name = "store/" + slices.Max(names)
	f, err := fs.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err = io.ReadAll(f); err != nil {
		t.Fatal(err)
	}
	return name, data
}

// withLog is a copy of fs whose newest log has other contents.
func withLog(t *testing.T, fs *vfs.MemFS, name string, data []byte) vfs.FS {
	t.Helper()
	clone := fs.CrashClone(vfs.CrashCloneCfg{})
	f, err := clone.Create(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(slices.Clone(data)); err != nil { // Write may change what it is given
		t.Fatal(err)
	}
	return clone
}

// TestTornLog cuts the log's last group of a power cut at every byte, and garbles
// it: the store opens with all that came before, and with none or all of the group.
func TestTornLog(t *testing.T) {
	fs := vfs.NewCrashableMem()
	s := open(t, "store", pebble.Options{FS: fs})
	epochs := epochsOf(t, s)
	var l ledger
	for i := range 5 {
		mergeAll(t, s, epochs, load(0, i))
		l.acked(load(0, i))
	}
	name, before := logOf(t, fs)
	mergeAll(t, s, epochs, load(1, 0))
	_, after := logOf(t, fs)
	if len(after) <= len(before) {
		t.Fatal("the last merge isn't in the log")
	}
	opens := func(t *testing.T, data []byte) {
		t.Helper()
		s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: withLog(t, fs, name, data)}))
		if err != nil {
			t.Fatalf("%d of %d bytes: %v", len(data), len(after), err)
		}
		defer s.Close()
		if n := lacks(t, s, l.entries()); n > 0 {
			t.Errorf("%d of %d bytes: %d entries are lost", len(data), len(after), n)
		}
		var last ledger
		last.acked(load(1, 0))
		if n := lacks(t, s, last.entries()); n != 0 && n != len(last.entries()) {
			t.Errorf("%d of %d bytes: the last group is there in part: %d entries lack", len(data), len(after), n)
		}
		mergeAll(t, s, epochsOf(t, s), load(2, 0)) // it goes on
	}
	t.Run("cut", func(t *testing.T) {
		for n := len(before); n <= len(after); n += 7 {
			opens(t, after[:n])
		}
	})
	t.Run("garbled", func(t *testing.T) {
		for n := len(before); n < len(after); n += 29 {
			data := slices.Clone(after)
			data[n] ^= 0x5a
			opens(t, data)
		}
	})
}

// TestDamagedLog garbles what was acknowledged, with acknowledged groups behind it:
// that is no torn tail, and the store doesn't open as if nothing were lost. (The
// engine can tell from the log's later blocks of 32 KiB only; damage in the last
// block passes for a torn tail.)
func TestDamagedLog(t *testing.T) {
	fs := vfs.NewCrashableMem()
	s := open(t, "store", pebble.Options{FS: fs})
	epochs := epochsOf(t, s)
	mergeAll(t, s, epochs, load(0, 0))
	name, first := logOf(t, fs)
	for i := range 100 {
		mergeAll(t, s, epochs, load(0, i+1))
	}
	newest, data := logOf(t, fs)
	if newest != name || len(data) < 40_000 {
		t.Fatalf("the newest log %s has %d bytes, want more than a block of %s", newest, len(data), name)
	}
	data[len(first)-10] ^= 0x5a
	s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: withLog(t, fs, name, data)}))
	if err == nil {
		s.Close()
	}
	wantError(t, err, timesheet.Internal, "damaged")
}
