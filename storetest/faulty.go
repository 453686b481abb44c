package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"timesheet"
)

// Fault is what befalls one call of a method. The zero Fault is none. Its parts
// happen in the order of the fields.
type Fault struct {
	// Only restricts a fault of Merge to the deltas of some partitions, and one of
	// Replace to their replacements; the others are done first, undisturbed. Nil means all.
	Only func(timesheet.Partition) bool
	// Delay passes before the call; it is virtual in a synctest bubble.
	Delay time.Duration
	// Block is waited for (closed, or a value) before the call.
	Block <-chan struct{}
	// Before is answered instead of the call: it failed and wasn't applied.
	Before error
	// Stale makes a Merge answer Stale, with the partition's true token, and apply
	// nothing. Other methods ignore it.
	Stale bool
	// Hold is waited for after the call: it is applied, yet not answered.
	Hold <-chan struct{}
	// After is answered instead of the call's result: it failed, yet was applied.
	After error
}

// ErrInjected is the cause of failures that a script names no better. It is Unavailable.
var ErrInjected error = timesheet.NewError(timesheet.Unavailable, "injected fault", errors.New("on purpose"))

// Faulty is a store whose methods fail where a script says, and otherwise do what
// the inner store does. A context that ends while a fault waits makes the call
// Unavailable. It is safe for concurrent use.
type Faulty struct {
	inner timesheet.Store

	mu      sync.Mutex // guards the maps
	scripts map[string]func(n int) Fault
	calls   map[string]int
}

var _ timesheet.Store = (*Faulty)(nil)

// methods are what On knows: those of the store that can fail, and Next of its feeds.
var methods = map[string]bool{
	"Merge": true, "Range": true, "Board": true, "Days": true,
	"Replace": true, "Purge": true, "Erase": true, "Floor": true, "Erased": true,
	"Watch": true, "Next": true, "DayRules": true, "SetDayRules": true,
	"Document": true, "DocumentVersion": true, "SetDocument": true,
	"Checkpoint": true, "Advance": true, "Rewind": true, "Acquire": true, "Release": true,
	"Reject": true, "Rejected": true, "CountRejected": true, "Readmit": true,
	"Correct": true, "Corrections": true, "Corrected": true,
	"Seal": true, "Sealed": true, "SealedOf": true, "Series": true, "Unseal": true,
	"Documents": true, "Histories": true, "Graves": true, "Bury": true,
	"Ping": true, "Close": true,
}

// NewFaulty wraps inner; without a script nothing fails.
func NewFaulty(inner timesheet.Store) *Faulty {
	return &Faulty{inner: inner, scripts: make(map[string]func(int) Fault), calls: make(map[string]int)}
}

// On makes fn decide what befalls each call of a method of the store, or of Next of
// all its feeds; n counts the method's calls from 1, those before On included. It
// replaces an earlier script; nil ends it. fn may be called by several goroutines
// at once. A method that doesn't exist panics.
func (f *Faulty) On(method string, fn func(n int) Fault) {
	mustKnow(method)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scripts[method] = fn
}

// Calls is how many calls of method began.
func (f *Faulty) Calls(method string) int {
	mustKnow(method)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[method]
}

func mustKnow(method string) {
	if !methods[method] {
		panic(fmt.Sprintf("storetest: a store has no method %q", method))
	}
}

// next counts a call of method and answers its fault.
func (f *Faulty) next(method string) Fault {
	f.mu.Lock()
	f.calls[method]++
	n, fn := f.calls[method], f.scripts[method]
	f.mu.Unlock()
	if fn == nil {
		return Fault{}
	}
	return fn(n)
}

// call does call, a call of method, under the method's next fault.
func (f *Faulty) call(ctx context.Context, method string, call func() error) error {
	return f.next(method).around(ctx, call)
}

// around does call under the fault, except for Stale.
func (a Fault) around(ctx context.Context, call func() error) error {
	if err := a.enter(ctx); err != nil {
		return err
	}
	err := call()
	if left := a.leave(ctx); left != nil {
		return left
	}
	return err
}

// enter is the part of the fault before the call; its error replaces the call.
func (a Fault) enter(ctx context.Context) error {
	if a.Delay > 0 {
		timer := time.NewTimer(a.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return gaveUp(ctx)
		}
	}
	if err := await(ctx, a.Block); err != nil {
		return err
	}
	return a.Before
}

// leave is the part after the call; its error replaces the call's result.
func (a Fault) leave(ctx context.Context) error {
	if err := await(ctx, a.Hold); err != nil {
		return err
	}
	return a.After
}

func await(ctx context.Context, c <-chan struct{}) error {
	if c == nil {
		return nil
	}
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return gaveUp(ctx)
	}
}

func gaveUp(ctx context.Context) error {
	return timesheet.NewError(timesheet.Unavailable, "injected wait", ctx.Err())
}
