package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// Rescan reads everything from an id on again, in a new generation of the checkpoint,
// and ends an alarm. It needs no running Poller: whoever reads the source notices.
//
// Without an alarm the ids are still the ones they were: those that are awaited below
// from stay so, and from an id that was not read yet nothing is left out. After an alarm
// nothing below from is read.
//
// Errors: those of the store; Conflict when others rewind all the time.
func Rescan(ctx context.Context, store timesheet.Checkpointer, source string, from timesheet.RowID, now time.Time, reason string) error {
	const tries = 5
	for range tries {
		c, err := store.Checkpoint(ctx, source)
		if err != nil {
			return fmt.Errorf("rescan: %w", err)
		}
		was, _ := positionOf(c) // of a damaged one nothing else is known
		next := was.again(max(from, lowest+1)-1, c.Generation > 0, timesheet.InstantOf(now))
		_, err = store.Rewind(ctx, source, c.Generation, next.settled(), next.encode(), reason)
		if err == nil {
			return nil
		}
		if !errors.Is(err, timesheet.Conflict) {
			return fmt.Errorf("rescan: %w", err)
		}
	}
	return timesheet.NewError(timesheet.Conflict, "rescan", errors.New("the checkpoint changed again and again meanwhile; try again"))
}

// again is p for reading what lies above an id again. read tells whether p comes from
// reading at all.
func (p *position) again(above timesheet.RowID, read bool, now timesheet.Instant) position {
	next := p.anew(above)
	next.asOf = now
	if read && p.alarm == "" {
		next.watermark = p.upTo(min(above, p.head))
		next.asOf, next.complete = min(now, p.asOf), min(now, p.complete) // what was durable is
	}
	next.moments = []moment{{now, next.readable, next.head}} // first seen is at least now
	return next
}
