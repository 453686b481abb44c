package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector begins again when the heap has grown by gcHeadroom since the
// last collection, yet at least by gcLeast percent. Go's own rule counts percent alone:
// a service that has little to remember then collects every few milliseconds (a sixth
// of what single posts cost), and one that has much takes twice the memory.
const (
	gcHeadroom = 48 << 20
	gcLeast    = 50
	gcMost     = 1600
)

// paceGC applies that rule from now on, unless the operator has set GOGC.
func paceGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	set := 0
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var collected func(struct{})
	collected = func(struct{}) {
		metrics.Read(live)
		if next := gcPercent(live[0].Value.Uint64()); 10*max(next-set, set-next) > set { // each change stops the world
			set = next
			debug.SetGCPercent(next)
		}
		runtime.AddCleanup(&cycle{}, collected, struct{}{})
	}
	collected(struct{}{})
}

// cycle is garbage at once: its cleanup runs after the next collection.
type cycle struct{ _ *cycle }

func gcPercent(live uint64) int {
	return int(min(max(100*gcHeadroom/max(live, 1), gcLeast), gcMost))
}
