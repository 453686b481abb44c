package pebble

import (
	"context"
	"errors"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

var _ timesheet.Store = (*Store)(nil)

// Store is a timesheet.Store in a directory of its own, which one process holds at
// a time. See the package comment for how it writes and what it does about failing
// disks.
type Store struct {
	db     *pebble.DB
	disk   *disk
	lock   *pebble.Lock // of the directory
	fence  *fence
	server string // random for each Open: Token.Server
	leases leases
	feeds  feeds

	ops   chan *op      // to the writer
	acks  chan *group   // from the writer to the acker
	idle  chan struct{} // closed when writer and acker have ended
	ended chan struct{} // closed when Close begins

	// life is read-locked by every call as long as it uses db, and locked by Close,
	// which thus waits for them.
	life     sync.RWMutex
	closed   bool // guarded by life
	closing  sync.Once
	closeErr error // set within closing
}

// Partitions is the number that the store was created with.
func (s *Store) Partitions() int { return len(s.fence.epochs) }

// Failed is closed when the disk refused a write or a sync for another reason than
// a lack of room. All calls are Unavailable then, and stay so: what was
// acknowledged is safe, and a new process (or a new Open, after Close) finds it.
func (s *Store) Failed() <-chan struct{} { return s.disk.failed }

// begin is called first by every call that uses the engine, and end when it is done
// with it; where begin answers an error, end must not be called.
func (s *Store) begin(ctx context.Context, op string) error {
	if ctx.Err() != nil {
		return cancelled(ctx, op)
	}
	select {
	case <-s.ended: // don't queue up behind Close
		return unavailable(op, errClosed)
	default:
	}
	s.life.RLock()
	if s.closed {
		s.life.RUnlock()
		return unavailable(op, errClosed)
	}
	if _, err := s.disk.state(); err != nil && !errors.Is(err, errFull) {
		s.life.RUnlock()
		return unavailable(op, err)
	}
	return nil
}

func (s *Store) end() { s.life.RUnlock() }

// Ping goes the way of a write, through writer and acker, and so finds out whether
// they move; it writes nothing. While the disk is full it is Unavailable.
func (s *Store) Ping(ctx context.Context) error {
	return s.alone(ctx, "ping", func(*pebble.Batch) (func(), error) { return func() {}, nil })
}

// Close ends the feeds, waits for the calls that run, and gives the directory free.
// What was acknowledged needs no Close. After a failure, or while the disk is full,
// it leaves the engine behind as a crash would, and answers why.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Store) close() error {
	close(s.ended)
	locked := make(chan struct{})
	go func() {
		s.life.Lock()
		s.closed = true
		s.life.Unlock()
		close(s.ops)
		close(locked)
	}()
	done := make(chan error, 1)
	go func() {
		<-locked
		<-s.idle
		done <- s.db.Close()
	}()
	full, _ := s.disk.state()
	select {
	case err := <-done:
		if err != nil {
			err = unavailable("close store", err)
		}
		return errors.Join(err, s.lock.Close())
	case <-s.disk.failed:
	case <-full:
		s.disk.fail("close", errFull)
	}
	return s.abandon()
}

// abandon gives the directory free without closing the engine, some of whose
// goroutines are parked (see disk) and stay so until the process ends.
func (s *Store) abandon() error {
	s.disk.settle()
	_, err := s.disk.state()
	err = unavailable("close store", err)
	// The lock has two holders, us and the engine, which will not give up its share.
	return errors.Join(err, s.lock.Close(), s.lock.Close())
}
