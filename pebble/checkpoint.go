package pebble

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

const maxSource = 255 // bytes of a source's name

func checkSource(op, source string) error {
	if source == "" || len(source) > maxSource {
		return invalid(op, "a source's name has 1 to %d bytes, not %d", maxSource, len(source))
	}
	return nil
}

// Checkpoint answers the source's checkpoint.
func (s *Store) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	const op = "read checkpoint"
	if err := checkSource(op, source); err != nil {
		return timesheet.Checkpoint{}, err
	}
	if err := s.begin(ctx, op); err != nil {
		return timesheet.Checkpoint{}, err
	}
	defer s.end()
	c, err := s.checkpoint(source)
	return c, readError(op, err)
}

func (s *Store) checkpoint(source string) (timesheet.Checkpoint, error) {
	value, err := s.get(checkpointKey(source))
	if err != nil || value == nil {
		return timesheet.Checkpoint{}, err
	}
	return parseCheckpoint(value)
}

// Advance moves the checkpoint forward. It shares the fsync of merges around it.
func (s *Store) Advance(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
	const op = "advance checkpoint"
	if err := checkCheckpoint(op, source, to.State); err != nil {
		return err
	}
	to.State = bytes.Clone(to.State) // the writer may read it after a caller gave up
	return s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		now, err := s.checkpoint(source)
		switch {
		case err != nil:
			return nil, readError(op, err)
		case !s.leases.holds(source, nonce):
			return nil, conflict(op, "the lease of %s is not held with that nonce", source)
		case now.Generation != to.Generation:
			return nil, conflict(op, "generation %d is current, not %d", now.Generation, to.Generation)
		case to.Settled < now.Settled:
			return nil, conflict(op, "row %d is settled; %d would go back", now.Settled, to.Settled)
		}
		to.Reason = now.Reason
		return func() {}, b.Set(checkpointKey(source), appendCheckpoint(nil, to), nil)
	})
}

// Rewind begins a new generation.
func (s *Store) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	const op = "rewind checkpoint"
	if err := checkCheckpoint(op, source, state); err != nil {
		return timesheet.Checkpoint{}, err
	}
	to := timesheet.Checkpoint{Generation: expected + 1, Settled: settled, State: bytes.Clone(state), Reason: reason}
	err := s.alone(ctx, op, func(b *pebble.Batch) (func(), error) {
		now, err := s.checkpoint(source)
		switch {
		case err != nil:
			return nil, readError(op, err)
		case now.Generation != expected:
			return nil, conflict(op, "generation %d is current, not %d", now.Generation, expected)
		}
		return func() {}, b.Set(checkpointKey(source), appendCheckpoint(nil, to), nil)
	})
	if err != nil {
		return timesheet.Checkpoint{}, err
	}
	return to, nil
}

func checkCheckpoint(op, source string, state []byte) error {
	if len(state) > timesheet.MaxCheckpointState {
		return invalid(op, "the state has %d bytes, at most %d are allowed", len(state), timesheet.MaxCheckpointState)
	}
	return checkSource(op, source)
}

// A checkpoint is stored as generation, settled row and length of the reason, all
// varints, then the reason and the state.

func appendCheckpoint(dst []byte, c timesheet.Checkpoint) []byte {
	dst = binary.AppendUvarint(dst, c.Generation)
	dst = binary.AppendVarint(dst, int64(c.Settled))
	dst = binary.AppendUvarint(dst, uint64(len(c.Reason)))
	return append(append(dst, c.Reason...), c.State...)
}

func parseCheckpoint(b []byte) (c timesheet.Checkpoint, err error) {
	damaged := timesheet.NewError(timesheet.Internal, "stored checkpoint", fmt.Errorf("damaged: %d bytes", len(b)))
	generation, n := binary.Uvarint(b)
	if n <= 0 {
		return c, damaged
	}
	settled, k := binary.Varint(b[n:])
	if n += k; k <= 0 {
		return c, damaged
	}
	reason, k := binary.Uvarint(b[n:])
	if n += k; k <= 0 || reason > uint64(len(b)-n) {
		return c, damaged
	}
	end := n + int(reason)
	c = timesheet.Checkpoint{Generation: generation, Settled: timesheet.RowID(settled), Reason: string(b[n:end])}
	if end < len(b) {
		c.State = bytes.Clone(b[end:])
	}
	return c, nil
}
