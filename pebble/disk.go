package pebble

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// disk is the file system below the engine. It is there since the engine, by
// design, ends the process where its log can't be written (some of it by unlocking
// an unlocked mutex, which nothing recovers from). Once armed:
//
//   - a write that finds no room waits and is tried again until there is room;
//   - any other failing write or sync fails the disk for good: from then on no
//     operation that would change the directory begins, its goroutine stops there.
//     What is on disk is what a crash at that moment would have left, and an fsync
//     that failed is never repeated (the kernel may have dropped the pages, and the
//     second one would lie).
type disk struct {
	vfs.FS
	log   *slog.Logger
	retry time.Duration // between two attempts of a write that finds no room

	failed chan struct{} // closed once the disk has failed

	mu      sync.Mutex
	armed   bool           // guarded by mu: the store is open; errors no longer reach the engine
	err     error          // guarded by mu: why it failed
	running sync.WaitGroup // operations that change the directory; Add only under mu, while not failed
	waiting int            // guarded by mu: operations waiting for room
	full    chan struct{}  // guarded by mu: closed while waiting > 0
}

func newDisk(inner vfs.FS, log *slog.Logger, retry time.Duration) *disk {
	return &disk{FS: inner, log: log, retry: retry, failed: make(chan struct{}), full: make(chan struct{})}
}

// arm begins the protection, when the store is open.
func (d *disk) arm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = true
}

func (d *disk) isArmed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.armed
}

// fail ends the disk: the first reason counts.
func (d *disk) fail(op string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return
	}
	d.err = fmt.Errorf("the store failed and must be opened anew: %s: %w", op, err)
	close(d.failed)
	d.log.Error("the store failed; it answers nothing until the process is restarted", "op", op, "err", err)
}

// state is why the disk can't be used now, nil if it can, and a channel that is
// closed as soon as it is full.
func (d *disk) state() (full <-chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.err != nil:
		return d.full, d.err
	case d.waiting > 0:
		return d.full, errFull
	default:
		return d.full, nil
	}
}

// park stops a goroutine of the engine for good: going on would end the process.
func (d *disk) park() { select {} }

// do runs an operation that changes the directory; f must be able to run again
// after it found no room.
func (d *disk) do(op, name string, f func() error) error {
	for waited := false; ; waited = true {
		err := d.attempt(f)
		if waited && (err == nil || !noRoom(err)) {
			d.resume()
		}
		switch {
		case err == nil, !d.isArmed(), errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
			return err
		case noRoom(err):
			d.wait(!waited, op, name, err)
		default:
			d.fail(op+" "+name, err)
			d.park()
		}
	}
}

// attempt runs f, unless the disk has failed.
func (d *disk) attempt(f func() error) error {
	d.mu.Lock()
	if d.err != nil {
		d.mu.Unlock()
		d.park()
	}
	d.running.Add(1)
	d.mu.Unlock()
	defer d.running.Done()
	return f()
}

// settle waits until no operation changes the directory any more, after fail.
func (d *disk) settle() { d.running.Wait() }

// wait lets the retry interval pass; the store's callers are told at once.
func (d *disk) wait(first bool, op, name string, err error) {
	d.mu.Lock()
	if first {
		if d.waiting++; d.waiting == 1 {
			close(d.full)
			d.log.Warn("no room on the disk; writes wait", "op", op, "file", name, "err", err)
		}
	}
	d.mu.Unlock()
	timer := time.NewTimer(d.retry)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.failed:
	}
}

// resume is called by each operation that waited and goes on.
func (d *disk) resume() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting--; d.waiting == 0 {
		d.full = make(chan struct{})
		d.log.Info("room on the disk again; writes go on")
	}
}

// noRoom tells errors that pass when somebody frees something.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}
