package pebble_test

import (
	"bytes"
	"errors"
	"testing"

	"timesheet"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// What was answered survives the loss of all that wasn't synced.
func TestDocumentIsDurable(t *testing.T) {
	fs := vfs.NewCrashableMem()
	s := openOn(t, fs)
	defer s.Close()
	text := bytes.Repeat([]byte("schedules: {office: {}}\n"), 100_000)
	first, err := s.SetDocument(t.Context(), "rules", 0, text)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.SetDocument(t.Context(), "rules", first, text[1:])
	if err != nil {
		t.Fatal(err)
	}
	after := openOn(t, fs.CrashClone(vfs.CrashCloneCfg{}))
	defer after.Close()
	if d, err := after.Document(t.Context(), "rules"); err != nil || d.Version != second || !bytes.Equal(d.Text, text[1:]) {
		t.Errorf("after the crash there are %d bytes of version %d, %v", len(d.Text), d.Version, err)
	}
}

// A text lies in pieces: as one value of 16 MiB the engine would take four times its size
// in memory to write it, and here it took 1.1 times.
func TestDocumentLiesInPieces(t *testing.T) {
	fs := vfs.NewMem()
	s := openOn(t, fs)
	if _, err := s.SetDocument(t.Context(), "rules", 0, make([]byte, timesheet.MaxDocument)); err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, fs, sameMerger, func(db *engine.DB) error {
		it, err := db.NewIter(&engine.IterOptions{LowerBound: []byte("x"), UpperBound: []byte("y")})
		if err != nil {
			return err
		}
		keys, most := 0, 0
		for ok := it.First(); ok; ok = it.Next() {
			keys++
			most = max(most, len(it.Value()))
		}
		if keys != 1+256 || most != 64<<10 {
			t.Errorf("%d keys, the largest value has %d bytes", keys, most)
		}
		return it.Close()
	})
}

func TestDamagedDocument(t *testing.T) {
	const head = "\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x05" // version 7, 5 bytes
	for name, c := range map[string]struct {
		stored map[string]string
		text   bool // is all that is damaged
	}{
		"a short head":         {map[string]string{"xrules\x00": "short"}, false},
		"an impossible length": {map[string]string{"xrules\x00": head[:8] + "\xff\xff\xff\xff"}, false},
		"no pieces":            {map[string]string{"xrules\x00": head}, true},
		"too short a piece":    {map[string]string{"xrules\x00": head, "xrules\x00\x00\x00": "four"}, true},
		"too long pieces":      {map[string]string{"xrules\x00": head, "xrules\x00\x00\x00": "four", "xrules\x00\x00\x01": "four"}, true},
		"a piece without head": {map[string]string{"xrules\x00\x00\x00": head[:8] + "\x00\x00\x00\x00"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewMem()
			if err := openOn(t, fs).Close(); err != nil {
				t.Fatal(err)
			}
			raw(t, fs, sameMerger, func(db *engine.DB) (err error) {
				for key, value := range c.stored {
					err = errors.Join(err, db.Set([]byte(key), []byte(value), engine.Sync))
				}
				return err
			})
			s := openOn(t, fs)
			defer s.Close()
			if d, err := s.Document(t.Context(), "rules"); timesheet.CodeOf(err) != timesheet.Internal || d.Version != 0 {
				t.Errorf("%+v, %v, want Internal", d, err)
			}
			version, err := s.DocumentVersion(t.Context(), "rules")
			if c.text {
				if err != nil {
					t.Errorf("version: %v", err)
				}
				if _, err := s.SetDocument(t.Context(), "rules", version, []byte("mended")); err != nil {
					t.Errorf("mend: %v", err)
				}
				if d, err := s.Document(t.Context(), "rules"); err != nil || string(d.Text) != "mended" {
					t.Errorf("mended: %+v, %v", d, err)
				}
				return
			}
			_, errSet := s.SetDocument(t.Context(), "rules", 0, nil)
			if timesheet.CodeOf(err) != timesheet.Internal || timesheet.CodeOf(errSet) != timesheet.Internal {
				t.Errorf("version: %v, set: %v, want Internal", err, errSet)
			}
		})
	}
}
