package ingest

import (
	"context"
	"time"

	"timesheet"
)

// abandonAfter is how long a call of a view is waited for once its context has ended.
const abandonAfter = time.Second

// lockedView is a View that is safe for concurrent use: calls wait for one another. A
// call whose context has ended is left alone after abandonAfter, so that a view that
// doesn't return stops nobody from stopping; the next call waits for it all the same.
type lockedView struct {
	view View
	turn chan struct{} // holds one token while a call is under way
}

func newLockedView(v View) *lockedView {
	return &lockedView{view: v, turn: make(chan struct{}, 1)}
}

// Page implements View. What dst has room for belongs to the view until an abandoned
// call returns.
func (l *lockedView) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	return inTurn(ctx, l.turn, func() ([]timesheet.Row, error) { return l.view.Page(ctx, after, limit, dst) })
}

// Ranges implements View; dst as for Page.
func (l *lockedView) Ranges(ctx context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	return inTurn(ctx, l.turn, func() ([]timesheet.Row, error) { return l.view.Ranges(ctx, ranges, limit, dst) })
}

// someID is the answer of a view that is asked for one id.
type someID struct {
	id  timesheet.RowID
	any bool
}

// Highest implements View.
func (l *lockedView) Highest(ctx context.Context, wait bool) (timesheet.RowID, bool, error) {
	f, err := inTurn(ctx, l.turn, func() (f someID, err error) {
		f.id, f.any, err = l.view.Highest(ctx, wait)
		return f, err
	})
	return f.id, f.any, err
}

// Since implements View.
func (l *lockedView) Since(ctx context.Context, from timesheet.Wall) (timesheet.RowID, bool, error) {
	f, err := inTurn(ctx, l.turn, func() (f someID, err error) {
		f.id, f.any, err = l.view.Since(ctx, from)
		return f, err
	})
	return f.id, f.any, err
}

// answer is what a call of a view came back with.
type answer[T any] struct {
	value T
	err   error
}

// inTurn makes a call when turn, which has room for one token, says that no other is under
// way.
func inTurn[T any](ctx context.Context, turn chan struct{}, call func() (T, error)) (none T, err error) {
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return none, timesheet.NewError(timesheet.Unavailable, "wait for the view", context.Cause(ctx))
	}
	came := make(chan answer[T], 1)
	go func() {
		defer func() { <-turn }()
		value, err := call()
		came <- answer[T]{value, err}
	}()
	select {
	case a := <-came:
		return a.value, a.err
	case <-ctx.Done():
	}
	late := time.NewTimer(abandonAfter)
	defer late.Stop()
	select {
	case a := <-came:
		return a.value, a.err
	case <-late.C:
		return none, timesheet.NewError(timesheet.Unavailable, "read the view", context.Cause(ctx))
	}
}
