package pebble

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// schema is the version of the disk layout that this package reads and writes.
const schema = 1

// meta is what a store is, written once at its creation.
type meta struct {
	Schema     int    `json:"schema"`
	Partitions int    `json:"partitions"`
	Secret     []byte `json:"secret"` // the key of the tombstones' hashes
}

// Open opens the store in dir, creating the directory and the store where there is
// none. Its errors: Conflict when another process (or another Store of this one)
// holds the directory; Invalid when the directory holds something else, or was
// written by a newer program; Internal when it is damaged; Unavailable when it can't
// be read or written.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	const op = "open store"
	if o.Partitions < 0 || o.Partitions > maxPartitions {
		return nil, invalid(op, "%d partitions are not 1 to %d", o.Partitions, maxPartitions)
	}
	if ctx.Err() != nil {
		return nil, cancelled(ctx, op)
	}
	o = o.withDefaults()
	d := newDisk(o.FS, o.Logger, o.FullDiskRetry)
	if err := makeDir(d, dir); err != nil {
		return nil, openError(dir, err)
	}
	lock, err := pebble.LockDirectory(dir, d)
	if err != nil {
		return nil, lockError(dir, err)
	}
	s, err := openLocked(dir, o, d, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

// makeDir creates dir durably: a new directory is an entry of its parent. The engine
// syncs dir itself and its parent.
func makeDir(d *disk, dir string) error {
	var parents []string // of those that are created, but for dir
	for p := d.PathDir(dir); p != d.PathDir(p); p = d.PathDir(p) {
		if _, err := d.Stat(p); err == nil {
			break
		}
		parents = append(parents, d.PathDir(p))
	}
	if err := d.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, p := range parents {
		f, err := d.OpenDir(p)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// openLocked opens the store, or says why the disk failed meanwhile: where the log
// can't be made a table, the engine's Open would try it again without end. What then
// is left of it is parked (see disk).
func openLocked(dir string, o Options, d *disk, lock *pebble.Lock) (*Store, error) {
	opened := make(chan error, 1)
	var s *Store // to be read after a nil from opened
	go func() {
		var err error
		s, err = openEngine(dir, o, d, lock)
		opened <- err
	}()
	select {
	case err := <-opened:
		if err != nil {
			return nil, err
		}
	case <-d.failed:
		d.settle()
		_, err := d.state()
		return nil, errors.Join(openError(dir, err), lock.Close()) // the engine's share
	}
	d.arm()
	go s.write()
	go s.acknowledge()
	return s, nil
}

func openEngine(dir string, o Options, d *disk, lock *pebble.Lock) (*Store, error) {
	opts := o.engine(d)
	opts.Lock = lock
	db, err := pebble.Open(dir, opts)
	if err != nil {
		return nil, openError(dir, err)
	}
	s := &Store{
		db: db, disk: d, lock: lock, server: rand.Text(),
		ops: make(chan *op, queued), acks: make(chan *group, inFlight),
		idle: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := s.load(dir, o.Partitions); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// load reads the store's meta and fence, or creates them.
func (s *Store) load(dir string, partitions int) error {
	value, err := s.get([]byte{kindMeta})
	switch {
	case err != nil:
		return openError(dir, err)
	case value == nil:
		if err := s.create(dir, partitions); err != nil {
			return err
		}
		return s.load(dir, partitions)
	}
	var m meta
	if err := json.Unmarshal(value, &m); err != nil {
		return timesheet.NewError(timesheet.Internal, "open store", fmt.Errorf("directory %s: its meta is damaged: %w", dir, err))
	}
	if m.Schema != schema {
		return invalid("open store", "directory %s has schema %d; this program knows %d only", dir, m.Schema, schema)
	}
	if m.Partitions < 1 || m.Partitions > maxPartitions || (timesheet.Graves{Secret: m.Secret}).Validate() != nil {
		return timesheet.NewError(timesheet.Internal, "open store", fmt.Errorf("directory %s: its meta is damaged", dir))
	}
	s.fence = &fence{
		secret: m.Secret, floor: timesheet.FirstDay, tombstones: make(map[tombstone]struct{}),
		epochs: make([]timesheet.Epoch, m.Partitions), acked: make([]atomic.Uint64, m.Partitions),
	}
	return readError("open store", s.loadFence())
}

// create makes an empty database a store, in one batch.
func (s *Store) create(dir string, partitions int) error {
	it, err := s.db.NewIter(nil)
	if err != nil {
		return openError(dir, err)
	}
	foreign := it.First()
	if err := it.Close(); err != nil {
		return openError(dir, err)
	}
	if foreign {
		return invalid("open store", "directory %s holds another kind of database", dir)
	}
	m := meta{Schema: schema, Partitions: partitions, Secret: make([]byte, 32)}
	rand.Read(m.Secret)
	value, err := json.Marshal(m)
	if err != nil {
		return timesheet.NewError(timesheet.Internal, "open store", err)
	}
	b := s.db.NewBatch()
	err = b.Set([]byte{kindMeta}, value, nil)
	for p := range partitions {
		err = errors.Join(err, setEpoch(b, timesheet.Partition(p), newEpoch(0)))
	}
	if err = errors.Join(err, b.Commit(pebble.Sync)); err != nil {
		return openError(dir, err)
	}
	if err := b.Close(); err != nil {
		return openError(dir, err)
	}
	// The engine begins a new database's first log in an old format, in which damage
	// can't be told from a torn tail. A flush begins the next log.
	if err := s.db.Flush(); err != nil {
		return openError(dir, err)
	}
	return nil
}

func setEpoch(b *pebble.Batch, p timesheet.Partition, e timesheet.Epoch) error {
	return b.Set(epochKey(p), binary.BigEndian.AppendUint64(nil, uint64(e)), nil)
}

// loadFence reads epochs, floor and tombstones.
func (s *Store) loadFence() error {
	f := s.fence
	for p := range f.epochs {
		value, err := s.get(epochKey(timesheet.Partition(p)))
		if err != nil {
			return err
		}
		if len(value) != 8 {
			return timesheet.NewError(timesheet.Internal, "stored epoch", fmt.Errorf("of partition %d is damaged: %x", p, value))
		}
		f.epochs[p] = timesheet.Epoch(binary.BigEndian.Uint64(value))
		f.acked[p].Store(uint64(f.epochs[p]))
	}
	floor, err := s.get([]byte{kindFloor})
	if err != nil {
		return err
	}
	if len(floor) == 4 {
		f.floor = timesheet.Day(binary.BigEndian.Uint32(floor))
	}
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{kindTombstone}, UpperBound: []byte{kindTombstone + 1}})
	if err != nil {
		return err
	}
	for it.First(); it.Valid(); it.Next() {
		f.tombstones[tombstone(it.Key()[1:])] = struct{}{}
	}
	return it.Close()
}
