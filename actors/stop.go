package actors

import (
	"context"
	"fmt"
	"time"

	"timesheet"
)

// stopGrace is how long Stop waits, after its context ended, for merges that were
// told to end.
const stopGrace = 5 * time.Second

// Stop takes no more batches, waits until all that were accepted are answered and
// ends the actors. When ctx ends before that, batches that still wait are answered
// Unavailable, and so is Stop. Later calls do nothing.
func (s *System) Stop(ctx context.Context) error {
	s.gate.Lock()
	again := s.stopped
	s.stopped = true
	s.gate.Unlock()
	if again {
		return nil
	}
	// A Stop or Poison of the library would silently drop what is queued behind it;
	// therefore a message of our own, behind all batches in each mailbox.
	s.tell(drain{})
	drained := make(chan struct{})
	go func() { s.busy.Wait(); close(drained) }()
	err := s.await(ctx, drained)
	if err != nil {
		select {
		case <-drained:
		case <-time.After(stopGrace):
			return fmt.Errorf("the store doesn't end a merge: %w", err)
		}
	}
	s.tell(leave{})
	s.gone.Wait()
	s.end()
	for _, l := range s.lanes {
		close(l.booked)
	}
	s.background.Wait()
	s.actors.Shutdown() // which stops no actor: all are gone already
	return err
}

// await waits until the shards are drained; when ctx ends first it makes them give up.
func (s *System) await(ctx context.Context, drained <-chan struct{}) error {
	select {
	case <-drained:
		return nil
	case <-ctx.Done():
		s.tell(abort{})
		s.end()
		return timesheet.NewError(timesheet.Unavailable, "drain actors", ctx.Err())
	}
}
