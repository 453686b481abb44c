package ingest_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/storetest"
)

// joiner is a sink straight into the store.
type joiner struct {
	testing.TB
	store *storetest.Memory

	mu    sync.Mutex
	rules *timesheet.DayRules // guarded by mu

	// before is called before each Submit; an error is its answer.
	before func(b timesheet.Batch) error
	// mindless acknowledges without storing.
	mindless bool
}

func (j *joiner) DayRules() *timesheet.DayRules {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rules
}

func (j *joiner) Reload(ctx context.Context) error {
	version, assignments, err := j.store.DayRules(ctx)
	if err != nil {
		return err
	}
	rules, err := timesheet.NewDayRules(version, assignments, time.LoadLocation)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rules = rules
	return nil
}

func (j *joiner) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	if j.before != nil {
		if err := j.before(b); err != nil {
			return timesheet.Receipt{}, err
		}
	}
	version, _, err := j.store.DayRules(ctx)
	if err != nil {
		return timesheet.Receipt{}, err
	}
	if version != b.RulesVersion {
		return timesheet.Receipt{}, timesheet.NewError(timesheet.Stale, "submit", nil)
	}
	if !j.mindless {
		storetest.Merge(j, j.store, b.Entries...)
	}
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

// books is the store as Verify sees it.
type books struct {
	*storetest.Memory
	// before is called before each call; an error is its answer.
	before  func(call string) error
	rewound []timesheet.RowID
}

func (b *books) call(name string) error {
	if b.before == nil {
		return nil
	}
	return b.before(name)
}

func (b *books) Export(ctx context.Context, from, to timesheet.Day, fn func(timesheet.Entry) error) error {
	if err := b.call("export"); err != nil {
		return err
	}
	days, err := b.Days(ctx)
	if err != nil {
		return err
	}
	for _, d := range days {
		if d < from || d > to {
			continue
		}
		entries, _, err := b.Board(ctx, d, "", timesheet.MaxBoard)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		if err := b.call("exported a day"); err != nil {
			return err
		}
	}
	return nil
}

func (b *books) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	if err := b.call("checkpoint"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	return b.Memory.Checkpoint(ctx, source)
}

func (b *books) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	if err := b.call("rewind"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	c, err := b.Memory.Rewind(ctx, source, expected, settled, state, reason)
	if err == nil {
		b.rewound = append(b.rewound, settled)
	}
	return c, err
}

func (b *books) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	if err := b.call("replace"); err != nil {
		return slices.Repeat([]error{err}, len(rs))
	}
	return b.Memory.Replace(ctx, rs)
}

func (b *books) Floor(ctx context.Context) (timesheet.Day, error) {
	if err := b.call("floor"); err != nil {
		return 0, err
	}
	return b.Memory.Floor(ctx)
}

func (b *books) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	if err := b.call("erased"); err != nil {
		return false, err
	}
	return b.Memory.Erased(ctx, e)
}

func (b *books) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	if err := b.call("rejected"); err != nil {
		return nil, err
	}
	return b.Memory.Rejected(ctx, source, after, limit)
}
