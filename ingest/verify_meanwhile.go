package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// reload reads the day rules in force.
func (v *verifier) reload(ctx context.Context) error {
	err := patiently(ctx, v.options.Patience, func() error { return v.sink.Reload(ctx) })
	if err != nil {
		return fmt.Errorf("read the day rules: %w", err)
	}
	return nil
}

// unchanged makes sure that what was compared belongs together: under other day rules
// entries have other days, and a store that went back isn't the one that was read.
func (v *verifier) unchanged(ctx context.Context) error {
	if err := v.reload(ctx); err != nil {
		return err
	}
	if now := v.sink.DayRules(); now == nil || now.Version() != v.rules.Version() {
		return timesheet.NewError(timesheet.Conflict, "", errors.New("the day rules changed meanwhile; check again"))
	}
	return v.look(ctx)
}

// look reads the checkpoint, which must not have gone back since it was read last.
func (v *verifier) look(ctx context.Context) error {
	c, err := v.ledger.Checkpoint(ctx, v.options.Source)
	if err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	if c.Generation != v.checkpoint.Generation || c.Settled < v.checkpoint.Settled {
		return timesheet.NewError(timesheet.Conflict, "", fmt.Errorf(
			"the source is being read again from an earlier row (%s); check again when that is done", c.Reason))
	}
	v.checkpoint = c
	return nil
}

// silence is how long a reader that published lately says nothing until it counts as
// gone.
const silence = 4 * heartbeat

// await waits until all that was visible at since is durable, as far as somebody reads
// the source at all.
func (v *verifier) await(ctx context.Context, since timesheet.Instant) error {
	began, heard := time.Now(), time.Now()
	first, enough := v.published(), silence
	if v.now().Sub(first.AsOf) > time.Minute {
		enough = time.Duration(v.options.Rounds) * v.options.Settle
	}
	for {
		was := v.published()
		durable := was.AsOf > since || was.AsOf.Sub(first.AsOf) >= 2*heartbeat // or its clock is behind
		if v.checkpoint.Generation == 0 || durable || time.Since(heard) >= enough {
			return nil
		}
		if time.Since(began) >= v.options.CatchUp {
			return timesheet.NewError(timesheet.Unavailable, "", fmt.Errorf(
				"after %v the service is still behind the source, at row %d; check again when it has caught up", v.options.CatchUp, was.LastID))
		}
		if !rest(ctx, v.options.Settle) {
			return ctx.Err()
		}
		if err := v.look(ctx); err != nil {
			return err
		}
		if is := v.published(); is.AsOf != was.AsOf || is.LastID != was.LastID || is.SettledID != was.SettledID {
			heard = time.Now()
		}
	}
}

// published is what the reader of the source says of itself.
func (v *verifier) published() timesheet.SourceStatus {
	s, _ := ReadState(v.checkpoint) // of a damaged one the ids are told still
	return s
}

func (v *verifier) now() timesheet.Instant { return timesheet.InstantOf(v.options.Now()) }

// kept is the set of rows that are kept aside.
func kept(ctx context.Context, source string, list func(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error)) (map[timesheet.RowID]struct{}, error) {
	all, err := list(ctx, source, lowest, timesheet.MaxRejected)
	if err != nil {
		return nil, fmt.Errorf("read the rejected rows: %w", err)
	}
	rows := make(map[timesheet.RowID]struct{}, len(all))
	for _, r := range all {
		rows[r.Row] = struct{}{}
	}
	return rows, nil
}
