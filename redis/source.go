package redis

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"timesheet"
)

// maxSource bounds the name of a source, in bytes.
const maxSource = 256

// sourceKey names a source's checkpoint or lease. Both have one slot, whatever
// braces the name has: the hash tag begins with "s:" and ends at the first brace.
func sourceKey(source, name string) string { return "ts:1:{s:" + source + "}:" + name }

func checkSource(op, source string) error {
	if source == "" || len(source) > maxSource {
		return invalid(op, "a source's name has 1 to %d bytes", maxSource)
	}
	return nil
}

// rowBias makes the byte order of row ids their order.
const rowBias = 1 << 63

func appendRow(id timesheet.RowID) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(id)^rowBias)
}

// Checkpoint answers the current checkpoint of a source.
func (s *Store) Checkpoint(ctx context.Context, source string) (c timesheet.Checkpoint, err error) {
	const op = "read a checkpoint"
	if err := checkSource(op, source); err != nil {
		return c, err
	}
	var about map[string]string
	err = s.direct(ctx, op, func(ctx context.Context) (err error) {
		about, err = s.client.HGetAll(ctx, sourceKey(source, "checkpoint")).Result()
		return err
	})
	if err != nil || len(about) == 0 {
		return c, err
	}
	settled := about["settled"]
	c.Generation, err = strconv.ParseUint(about["generation"], 10, 64)
	if err != nil || len(settled) != 8 {
		return timesheet.Checkpoint{}, damaged(op, about["generation"])
	}
	c.Settled = timesheet.RowID(binary.BigEndian.Uint64([]byte(settled)) ^ rowBias)
	if state := about["state"]; state != "" {
		c.State = []byte(state)
	}
	c.Reason = about["reason"]
	return c, nil
}

// Advance stores a checkpoint while the lease is held.
func (s *Store) Advance(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
	const op = "advance a checkpoint"
	if err := checkState(op, source, to.State); err != nil {
		return err
	}
	c := newCall(advanceScript, 4, sourceKey(source, "checkpoint"), sourceKey(source, "lease")).
		add(nonce, strconv.FormatUint(to.Generation, 10), appendRow(to.Settled), to.State)
	s.run(ctx, true, c)
	switch {
	case c.err != nil:
		return fail(op, c.err)
	case c.reply == "ok":
		return nil
	default:
		return timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("the %v is another one", c.reply))
	}
}

func checkState(op, source string, state []byte) error {
	if len(state) > timesheet.MaxCheckpointState {
		return invalid(op, "the state has %d bytes, at most %d are allowed", len(state), timesheet.MaxCheckpointState)
	}
	return checkSource(op, source)
}

// Rewind begins the next generation of a source's checkpoint.
func (s *Store) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	const op = "rewind a checkpoint"
	if err := checkState(op, source, state); err != nil {
		return timesheet.Checkpoint{}, err
	}
	next := timesheet.Checkpoint{Generation: expected + 1, Settled: settled, State: state, Reason: reason}
	c := newCall(rewindScript, 5, sourceKey(source, "checkpoint")).
		add(strconv.FormatUint(expected, 10), strconv.FormatUint(next.Generation, 10), appendRow(settled), state, reason)
	s.run(ctx, true, c)
	switch {
	case c.err != nil:
		return timesheet.Checkpoint{}, fail(op, c.err)
	case c.reply == "ok":
		return next, nil
	default:
		return timesheet.Checkpoint{}, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("the %v is another one", c.reply))
	}
}

// Acquire takes or renews the lease of a source and answers the one in force.
func (s *Store) Acquire(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
	const op = "acquire a lease"
	if err := checkSource(op, source); err != nil {
		return timesheet.Lease{}, err
	}
	if l.Nonce == "" || ttl < time.Second {
		return timesheet.Lease{}, invalid(op, "a lease has a nonce and lasts at least a second")
	}
	c := newCall(acquireScript, 3, sourceKey(source, "lease")).add(l.Holder, l.Nonce, ttl.Milliseconds())
	s.run(ctx, false, c)
	if c.err != nil {
		return timesheet.Lease{}, fail(op, c.err)
	}
	list, _ := c.reply.([]any)
	w, ok := words(list)
	if !ok || len(w) != 2 {
		return timesheet.Lease{}, damaged(op, c.reply)
	}
	return timesheet.Lease{Holder: w[0], Nonce: w[1]}, nil
}

// Release gives the lease up if it is held with that nonce.
func (s *Store) Release(ctx context.Context, source, nonce string) error {
	const op = "release a lease"
	if err := checkSource(op, source); err != nil {
		return err
	}
	c := newCall(releaseScript, 1, sourceKey(source, "lease")).add(nonce)
	s.run(ctx, false, c)
	return fail(op, c.err)
}
