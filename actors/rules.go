package actors

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"timesheet"
)

// rulebook holds the day rules that were read last.
type rulebook struct {
	keeper timesheet.RuleKeeper
	load   func(string) (*time.Location, error)
	inUse  atomic.Pointer[timesheet.DayRules]

	// turn lets one read at a time, from its request to its effect: so the rules
	// in use are those of the latest read, also where their version went back (a
	// store that was restored). It guards raw.
	turn chan struct{}
	raw  []timesheet.Assignment // of the rules in use, as the store gave them
}

func newRulebook(k timesheet.RuleKeeper, load func(string) (*time.Location, error)) *rulebook {
	return &rulebook{keeper: k, load: load, turn: make(chan struct{}, 1)}
}

// version is that of the rules in use.
func (r *rulebook) version() uint64 { return r.inUse.Load().Version() }

// read takes the store's rules in use and answers their version. The request
// begins after read was called.
func (r *rulebook) read(ctx context.Context) (version uint64, err error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return 0, timesheet.NewError(timesheet.Unavailable, "read day rules", ctx.Err())
	}
	defer func() {
		if p := recover(); p != nil {
			err = timesheet.NewError(timesheet.Internal, "read day rules", fmt.Errorf("panic: %v", p))
		}
	}()
	version, raw, err := r.stored(ctx)
	if err != nil {
		return 0, fmt.Errorf("read day rules: %w", err)
	}
	if now := r.inUse.Load(); now != nil && now.Version() == version && slices.Equal(r.raw, raw) {
		return version, nil
	}
	rules, err := timesheet.NewDayRules(version, raw, r.load)
	if err != nil {
		return 0, fmt.Errorf("compile day rules of version %d: %w", version, err)
	}
	r.inUse.Store(rules)
	r.raw = slices.Clone(raw)
	return version, nil
}

// stored reads the rules. A store that has lost them (it was emptied) gets those in
// use again: without them nothing could be merged.
func (r *rulebook) stored(ctx context.Context) (version uint64, raw []timesheet.Assignment, err error) {
	version, raw, err = r.keeper.DayRules(ctx)
	if err != nil || len(raw) > 0 || r.raw == nil {
		return version, raw, err
	}
	version, err = r.keeper.SetDayRules(ctx, version, r.raw)
	return version, r.raw, err
}
