package storetest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"

	"timesheet"
)

// Memory is a handle on the reference store: the whole contract of [timesheet.Store]
// behind one mutex, hence linearizable, and as plain as can be. Nothing survives the
// process. It starts no goroutine and takes its time from package time, so it can be
// used inside a testing/synctest bubble.
type Memory struct {
	*core
	closed bool // guarded by core.mu
}

// core is what all handles share.
type core struct {
	partitions int

	mu     sync.Mutex // guards all below
	server string
	data   state
	feeds  map[*memoryFeed]struct{}
	bound  int // of the changes that a feed holds
}

var _ timesheet.Store = (*Memory)(nil)

// NewMemory makes an empty store of so many partitions, at least one.
func NewMemory(partitions int) *Memory {
	if partitions < 1 || partitions > 1<<16 {
		panic(fmt.Sprintf("storetest: %d partitions", partitions))
	}
	return &Memory{core: &core{
		partitions: partitions,
		server:     newServer(),
		data:       newState(partitions),
		feeds:      make(map[*memoryFeed]struct{}),
		bound:      MemoryFeedBound,
	}}
}

// Another makes another open handle on the same data, as a second process has it, or
// the same one after a restart; m may be closed or not.
func (m *Memory) Another() *Memory { return &Memory{core: m.core} }

// Restart is what a server does that comes back with all its data: the server part
// of all tokens changes, leases are dropped. Feeds go on.
func (c *core) Restart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = newServer()
	for name, src := range c.data.sources {
		src.lease = held{}
		c.data.sources[name] = src
	}
}

// Clear is Redis's FLUSHALL: everything is gone, corrections, sealed records, floor,
// tombstones, day rules, documents, checkpoints and rejected rows too, while the server part of tokens stays. Partitions
// get new epochs when they are next touched. Feeds get a Reset of every partition.
func (c *core) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = newState(c.partitions)
	c.resetAll()
}

// Snapshot is the state of a Memory at one moment.
type Snapshot struct{ data state }

// Snapshot copies the state.
func (c *core) Snapshot() Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	for p := range c.data.epochs {
		c.touch(timesheet.Partition(p))
	}
	return Snapshot{c.data.clone()}
}

// Restore goes back to a snapshot of this store: a replica that lagged behind was
// promoted. What was stored since is lost; epochs are those of the snapshot, and
// the server part of tokens is new. Feeds get a Reset of every partition.
func (c *core) Restore(s Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = s.data.clone()
	c.server = newServer()
	c.resetAll()
}

// Ping implements timesheet.Store.
func (m *Memory) Ping(ctx context.Context) error {
	if err := m.lock(ctx, "ping"); err != nil {
		return err
	}
	m.mu.Unlock()
	return nil
}

// Close implements timesheet.Store; further calls do nothing. It closes this handle:
// the data stay while there is another one.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for f := range m.feeds {
		if f.store == m {
			f.end()
			delete(m.feeds, f)
		}
	}
	return nil
}

var errClosed = errors.New("the store is closed")

// lock begins an operation: it locks m, or says why the operation can't be done.
func (m *Memory) lock(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return timesheet.NewError(timesheet.Unavailable, op, err)
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return timesheet.NewError(timesheet.Unavailable, op, errClosed)
	}
	return nil
}

// touch is the token of p, whose epoch it mints if p has none.
func (c *core) touch(p timesheet.Partition) timesheet.Token {
	if c.data.epochs[p] == 0 {
		c.mint(p)
	}
	return timesheet.Token{Epoch: c.data.epochs[p], Server: c.server}
}

// mint gives p another epoch.
func (c *core) mint(p timesheet.Partition) {
	old := c.data.epochs[p]
	for c.data.epochs[p] == old || c.data.epochs[p] == 0 {
		c.data.epochs[p] = timesheet.Epoch(rand.Uint64())
	}
}

func (c *core) partitionOf(e timesheet.EmployeeID) timesheet.Partition {
	return timesheet.PartitionOf(e, c.partitions)
}

func newServer() string { return strconv.FormatUint(rand.Uint64(), 36) }

// mark is e's tombstone.
func (s *state) mark(e timesheet.EmployeeID) grave {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(e))
	return grave(mac.Sum(nil))
}

func invalid(op, format string, args ...any) error {
	return timesheet.NewError(timesheet.Invalid, op, fmt.Errorf(format, args...))
}
