package pebble

import (
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options are how a store is opened; the zero value is good.
type Options struct {
	// Partitions is how many a store has that is created, 1 to 4096; 0 means 64. An
	// existing store keeps its own number, whatever is asked for.
	Partitions int
	// FS is the file system; nil means the disk.
	FS vfs.FS
	// Logger takes what the store and its engine log; nil means slog.Default.
	Logger *slog.Logger
	// CacheBytes bounds the cache of uncompressed blocks; 0 means 64 MiB. What the
	// memtables take comes on top.
	CacheBytes int64
	// MemTableBytes is how much is collected in memory before it is written as a
	// sorted file; up to four times of it are in use; 0 means 32 MiB. The log, which
	// a start after a crash replays, grows to about as much.
	MemTableBytes uint64
	// FullDiskRetry is how long a write that found the disk full waits before its
	// next attempt; 0 means 500 ms.
	FullDiskRetry time.Duration
}

const (
	defaultPartitions = 64
	maxPartitions     = 4096
)

func (o Options) withDefaults() Options {
	if o.Partitions == 0 {
		o.Partitions = defaultPartitions
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 64 << 20
	}
	if o.MemTableBytes == 0 {
		o.MemTableBytes = 32 << 20
	}
	if o.FullDiskRetry == 0 {
		o.FullDiskRetry = 500 * time.Millisecond
	}
	return o
}

// engine are the engine's options. The format version is named, so that a newer
// engine doesn't raise it by itself: files of a higher one can't be opened by an
// older program.
func (o Options) engine(d *disk) *pebble.Options {
	// The engine takes the memory of its memtables, the one in use and one kept for the
	// next, off its cache.
	cache := o.CacheBytes + 2*int64(o.MemTableBytes)
	opts := &pebble.Options{
		FS:                          d,
		Logger:                      engineLog{log: o.Logger, disk: d},
		EventListener:               listener(o.Logger, d),
		Merger:                      joinMerger,
		FormatMajorVersion:          pebble.FormatValueSeparation,
		CacheSize:                   cache,
		MemTableSize:                o.MemTableBytes,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               64 << 20,
		MaxOpenFiles:                1000,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
	}
	// Large blocks under zstd: days are dense, and boards read whole blocks. A level
	// takes what the one above it has. Level 0 is rewritten soon: cheap compression.
	opts.Levels[0].BlockSize = 32 << 10
	opts.Levels[0].IndexBlockSize = 32 << 10
	opts.Levels[0].Compression = func() *sstable.CompressionProfile { return sstable.SnappyCompression }
	opts.Levels[1].Compression = func() *sstable.CompressionProfile { return sstable.ZstdCompression }
	opts.TargetFileSizes[0] = 4 << 20
	return opts
}
