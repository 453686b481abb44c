package pebble_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// bareEngine is the engine with nothing around it: no epochs, no feed, no writer.
type bareEngine struct{ db *pebble.DB }

func newBareEngine(b *testing.B) *bareEngine {
	b.Helper()
	db, err := pebble.Open(b.TempDir(), &pebble.Options{
		MemTableSize: 32 << 20, MemTableStopWritesThreshold: 4,
		FormatMajorVersion: pebble.FormatValueSeparation, Logger: nothing{},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return &bareEngine{db}
}

// commit writes entries in one batch, durably, as blind merges.
func (e *bareEngine) commit(b *testing.B, entries []timesheet.Entry) {
	batch := e.db.NewBatchWithSize(40 * len(entries))
	var key, value []byte
	for i := range entries {
		x := &entries[i]
		key = binary.BigEndian.AppendUint32(append(key[:0], 'e'), uint32(x.Day))
		key = append(key, x.Employee...)
		var err error
		if value, err = timesheet.AppendSpan(value[:0], *x); err != nil {
			b.Error(err)
		}
		if err := batch.Merge(key, value, nil); err != nil {
			b.Error(err)
		}
	}
	if err := batch.Commit(pebble.Sync); err != nil {
		b.Error(err)
	}
	if err := batch.Close(); err != nil {
		b.Error(err)
	}
}

type nothing struct{}

func (nothing) Infof(string, ...any)  {}
func (nothing) Errorf(string, ...any) {}
func (nothing) Fatalf(string, ...any) {}

// bareDisk writes 4 KiB after 4 KiB to a file, each with fdatasync.
type bareDisk struct{ file *os.File }

func newBareDisk(b *testing.B) *bareDisk {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = file.Close() })
	return &bareDisk{file}
}

func (d *bareDisk) writes(b *testing.B, n int) time.Duration {
	block, began := make([]byte, 4<<10), time.Now()
	for range n {
		if _, err := d.file.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(d.file.Fd())); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}
