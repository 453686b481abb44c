package main

import (
	"cmp"
	"context"
	"runtime/debug"
	"time"

	"timesheet/actors"
)

// What makes it worth while to give memory back: each time costs a collection, and what
// is given back costs a page fault per 4 kB when it is needed again.
const (
	worthFreeing = 1000 // employees who were active at the same time
	freeLooks    = 4    // in the time after which an employee counts as idle
)

// crowd tells when most employees went idle.
type crowd struct {
	peak int // since memory was given back
	last int // at the last look
}

// gone takes how many employees are active now. It tells once that of a crowd less than
// half is left and that they don't become fewer any more.
func (c *crowd) gone(now int) bool {
	c.peak = max(c.peak, now)
	settled := now >= c.last
	c.last = now
	if c.peak < worthFreeing || now >= c.peak/2 || !settled {
		return false
	}
	c.peak = now
	return true
}

// freeMemory, until ctx ends, gives memory back to the system when most employees have gone idle. Go's
// collector would keep what it took for its headroom, which a service that nobody uses
// at night doesn't need.
func freeMemory(ctx context.Context, system *actors.System, idle time.Duration) {
	look := time.NewTicker(cmp.Or(idle, 10*time.Minute) / freeLooks)
	defer look.Stop()
	for c := new(crowd); ; {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if c.gone(system.Stats().Employees) {
				debug.FreeOSMemory()
			}
		}
	}
}
