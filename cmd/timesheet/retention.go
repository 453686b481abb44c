package main

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// retain is how many days before today are kept; 0: all.
type retain int

// leastRetain keeps a slip of the finger from deleting the month that isn't paid yet.
const leastRetain = 62

func parseRetain(s string) (retain, error) {
	days, ok := strings.CutSuffix(s, "d")
	n, err := strconv.ParseUint(days, 10, 20)
	if !ok || err != nil {
		return 0, errors.New("is no number of days, such as 400d")
	}
	if n < leastRetain {
		return 0, errors.New("is less than 62d: the last month, and what is corrected in it, would be gone before it is paid")
	}
	return retain(n), nil
}

// retention purges what is older than it may be: what the floor says is gone for good,
// in the store's own order (the floor first).
type retention struct {
	keep  retain
	store timesheet.Remover
	tidy  func(context.Context) error // drops what closed months keep beside their records
	rules func() *timesheet.DayRules  // in force
	log   *slog.Logger
}

// retentionEvery bounds how long a failed purge waits for the next one.
const retentionEvery = 15 * time.Minute

// run purges at once, and then whenever a day of the site ends, until ctx ends.
func (r *retention) run(ctx context.Context) {
	for {
		now := timesheet.InstantOf(time.Now())
		if err := r.purge(ctx, now); err != nil && ctx.Err() == nil {
			r.log.Error("what is older than --retain allows can't be removed now; trying again", "error", err)
		}
		site := r.rules().For("")
		next := site.Begin(site.Day(now) + 1).Sub(now)
		if !sleep(ctx, min(max(next, time.Second), retentionEvery)) {
			return
		}
	}
}

// purge raises the floor to what now asks for.
func (r *retention) purge(ctx context.Context, now timesheet.Instant) error {
	floor := r.rules().For("").Day(now) - timesheet.Day(r.keep)
	before, err := r.store.Floor(ctx)
	if err != nil || floor <= before {
		return err
	}
	removed, err := r.store.Purge(ctx, floor)
	if err != nil {
		return err
	}
	r.log.Info("days are no longer kept", "before", floor, "entries", removed)
	return r.tidy(ctx)
}
