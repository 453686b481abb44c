package pebble

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// engineLog is where the engine logs. Its chatter goes to debug.
type engineLog struct {
	log  *slog.Logger
	disk *disk
}

func (l engineLog) Infof(format string, args ...any)  { l.log.Debug(fmt.Sprintf(format, args...)) }
func (l engineLog) Errorf(format string, args ...any) { l.log.Error(fmt.Sprintf(format, args...)) }

// Fatalf is called where the engine can't go on; it expects the process to exit. A
// library must not do that, so the store fails instead, and the goroutine goes no
// further (the engine's code behind the call would take the write for done). While
// the store is being opened there is nothing to protect yet, and the error comes
// back on its own.
func (l engineLog) Fatalf(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if l.disk.isArmed() {
		l.disk.fail("engine", err)
		l.disk.park()
	}
	l.log.Error("the engine can't go on", "err", err)
}

// listener logs what the engine does in the background. An error that returns at
// once every time is logged every ten seconds. While the store is being opened a
// flush that fails ends that: the engine would wait for its next try, and the next,
// without a pause.
func listener(log *slog.Logger, d *disk) *pebble.EventListener {
	var last atomic.Int64
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			if !d.isArmed() {
				d.fail("open", err)
				d.park()
			}
			now := time.Now().UnixMilli()
			if then := last.Load(); now-then >= 10_000 && last.CompareAndSwap(then, now) {
				log.Error("flush or compaction failed; it is tried again", "err", err)
			}
		},
		DataCorruption: func(i pebble.DataCorruptionInfo) {
			log.Error("data on disk is damaged", "file", i.Path, "err", i.Details)
		},
	}
}
