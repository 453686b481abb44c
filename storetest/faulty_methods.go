package storetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"timesheet"
)

// Range implements timesheet.Reader.
func (f *Faulty) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	return answer(ctx, f, "Range", func() ([]timesheet.Entry, error) { return f.inner.Range(ctx, e, from, to) })
}

// Board implements timesheet.Reader.
func (f *Faulty) Board(ctx context.Context, day timesheet.Day, after string, limit int) (entries []timesheet.Entry, next string, err error) {
	return answerPage(ctx, f, "Board", func() ([]timesheet.Entry, string, error) { return f.inner.Board(ctx, day, after, limit) })
}

// Days implements timesheet.Reader.
func (f *Faulty) Days(ctx context.Context) ([]timesheet.Day, error) {
	return answer(ctx, f, "Days", func() ([]timesheet.Day, error) { return f.inner.Days(ctx) })
}

// Purge implements timesheet.Remover.
func (f *Faulty) Purge(ctx context.Context, floor timesheet.Day) (int, error) {
	return answer(ctx, f, "Purge", func() (int, error) { return f.inner.Purge(ctx, floor) })
}

// Erase implements timesheet.Remover.
func (f *Faulty) Erase(ctx context.Context, e timesheet.EmployeeID) (int, error) {
	return answer(ctx, f, "Erase", func() (int, error) { return f.inner.Erase(ctx, e) })
}

// Floor implements timesheet.Remover.
func (f *Faulty) Floor(ctx context.Context) (timesheet.Day, error) {
	return answer(ctx, f, "Floor", func() (timesheet.Day, error) { return f.inner.Floor(ctx) })
}

// Erased implements timesheet.Remover.
func (f *Faulty) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	return answer(ctx, f, "Erased", func() (bool, error) { return f.inner.Erased(ctx, e) })
}

// Watch implements timesheet.Watcher; Next of its feed is under the script "Next".
// A feed that was begun though Watch failed is closed.
func (f *Faulty) Watch(ctx context.Context) (timesheet.Feed, error) {
	var feed timesheet.Feed
	err := f.call(ctx, "Watch", func() (err error) {
		feed, err = f.inner.Watch(ctx)
		return err
	})
	if err != nil {
		if feed != nil {
			err = errors.Join(err, feed.Close())
		}
		return nil, err
	}
	return &faultyFeed{Feed: feed, faulty: f}, nil
}

type faultyFeed struct {
	timesheet.Feed
	faulty *Faulty

	mu   sync.Mutex
	kept []timesheet.Change // of a Next that failed after the call
}

// Next loses nothing: the changes of a call that failed after it was applied come
// with the next one.
func (w *faultyFeed) Next(ctx context.Context) ([]timesheet.Change, error) {
	for {
		err := w.faulty.call(ctx, "Next", func() error { return w.fetch(ctx) })
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		changes := w.kept
		w.kept = nil
		w.mu.Unlock()
		if len(changes) > 0 { // else another Next took them
			return changes, nil
		}
	}
}

func (w *faultyFeed) fetch(ctx context.Context) error {
	w.mu.Lock()
	kept := len(w.kept) > 0
	w.mu.Unlock()
	if kept {
		return nil
	}
	changes, err := w.Feed.Next(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, changes...)
	return err
}

// DayRules implements timesheet.RuleKeeper.
func (f *Faulty) DayRules(ctx context.Context) (version uint64, assignments []timesheet.Assignment, err error) {
	err = f.call(ctx, "DayRules", func() (err error) {
		version, assignments, err = f.inner.DayRules(ctx)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	return version, assignments, nil
}

// SetDayRules implements timesheet.RuleKeeper.
func (f *Faulty) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (uint64, error) {
	return answer(ctx, f, "SetDayRules", func() (uint64, error) { return f.inner.SetDayRules(ctx, expected, assignments) })
}

// Checkpoint implements timesheet.Checkpointer.
func (f *Faulty) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	return answer(ctx, f, "Checkpoint", func() (timesheet.Checkpoint, error) { return f.inner.Checkpoint(ctx, source) })
}

// Advance implements timesheet.Checkpointer.
func (f *Faulty) Advance(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
	return f.call(ctx, "Advance", func() error { return f.inner.Advance(ctx, source, nonce, to) })
}

// Rewind implements timesheet.Checkpointer.
func (f *Faulty) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	return answer(ctx, f, "Rewind", func() (timesheet.Checkpoint, error) {
		return f.inner.Rewind(ctx, source, expected, settled, state, reason)
	})
}

// Acquire implements timesheet.Checkpointer.
func (f *Faulty) Acquire(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
	return answer(ctx, f, "Acquire", func() (timesheet.Lease, error) { return f.inner.Acquire(ctx, source, l, ttl) })
}

// Release implements timesheet.Checkpointer.
func (f *Faulty) Release(ctx context.Context, source, nonce string) error {
	return f.call(ctx, "Release", func() error { return f.inner.Release(ctx, source, nonce) })
}

// Ping implements timesheet.Store.
func (f *Faulty) Ping(ctx context.Context) error {
	return f.call(ctx, "Ping", func() error { return f.inner.Ping(ctx) })
}

// Close implements timesheet.Store.
func (f *Faulty) Close() error {
	return f.call(context.Background(), "Close", f.inner.Close)
}

// answer is call for methods with a result, which is zero where there is an error.
func answer[T any](ctx context.Context, f *Faulty, method string, call func() (T, error)) (result T, err error) {
	err = f.call(ctx, method, func() (err error) {
		result, err = call()
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return result, nil
}

// answerPage is answer for methods with a page and the cursor of the rest.
func answerPage[T any](ctx context.Context, f *Faulty, method string, call func() ([]T, string, error)) (page []T, next string, err error) {
	err = f.call(ctx, method, func() (err error) {
		page, next, err = call()
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}
