package clocking

import (
	"context"
	"time"

	"timesheet/internal/tds"
)

// fault is what befalls one query.
type fault struct {
	fails           bool
	fail            int32
	failAfter       int   // rows
	cut             int64 // bytes; negative for no cut
	denied, dropped bool
}

// next is what befalls the next query of the view.
func (f *Faults) next() fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := fault{denied: f.set.denied, dropped: f.set.dropped, cut: -1}
	switch {
	case f.set.cuts != 0:
		f.set.cuts = max(f.set.cuts-1, -1)
		now.cut = f.set.cut
	case f.set.cutShare > 0 && f.random.Float64() < f.set.cutShare:
		now.cut = f.random.Int64N(64 << 10)
	}
	if f.set.failures != 0 {
		f.set.failures = max(f.set.failures-1, -1)
		now.fails, now.fail, now.failAfter = true, f.set.fail, f.set.failAfter
		return now
	}
	for _, s := range f.set.shares {
		if f.random.Float64() < s.of {
			now.fails, now.fail, now.failAfter = true, s.number, f.random.IntN(2)*f.random.IntN(1000)
			break
		}
	}
	return now
}

func (f *Faults) refusing() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.set.refuse
}

// pass waits while the system is frozen.
func (f *Faults) pass(ctx context.Context) error {
	f.mu.Lock()
	thawed := f.thawed
	f.mu.Unlock()
	if thawed == nil {
		return nil
	}
	select {
	case <-thawed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pace holds n rows back while the system is frozen, and as long as they should take.
func (f *Faults) pace(ctx context.Context, n int, w *tds.Writer) error {
	if err := f.pass(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	slow := f.set.slow
	f.mu.Unlock()
	if slow <= 0 {
		return nil
	}
	if err := w.Flush(); err != nil { // or nobody would see that some rows are there
		return err
	}
	timer := time.NewTimer(time.Duration(n) * time.Second / time.Duration(slow))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
