package pebble

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// Correct appends to a history. It goes through the writer as merges do, so that what
// it reads and checks still holds when it is applied.
func (s *Store) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	const op = "correct a day"
	if err := c.Validate(); err != nil {
		return timesheet.Correction{}, fmt.Errorf("%s: %w", op, err)
	}
	var kept timesheet.Correction
	if err := s.alone(ctx, op, func(b *pebble.Batch) (acked func(), err error) {
		kept, acked, err = s.correct(b, c, expected)
		return acked, err
	}); err != nil {
		return timesheet.Correction{}, err // kept still belongs to the writer
	}
	return kept, nil
}

// correct adds c to the batch unless its key is known. Only the writer calls it.
func (s *Store) correct(b *pebble.Batch, c timesheet.Correction, expected uint64) (kept timesheet.Correction, acked func(), err error) {
	const op = "correct a day"
	if !s.fence.checker().keeps(c.Employee, c.Day) {
		return kept, nil, timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("the day %v is no longer kept", c.Day))
	}
	newest, err := s.newest(c.Day, c.Employee)
	if err == nil && c.Key != "" && newest.Seq > 0 {
		kept, err = s.keyed(c)
	}
	switch {
	case err != nil:
		return kept, nil, readError(op, err)
	case kept.Seq > 0 && kept.Same(c):
		return kept, func() {}, nil
	case kept.Seq > 0:
		return kept, nil, conflict(op, "another correction was sent with the Idempotency-Key %q", c.Key)
	case expected != timesheet.AnySeq && expected != newest.Seq:
		return kept, nil, conflict(op, "correction %d is the newest, not %d", newest.Seq, expected)
	case newest.Seq >= timesheet.MaxCorrections:
		return kept, nil, conflict(op, "the day has %d corrections, and can't have more", newest.Seq)
	}
	c.Seq = newest.Seq + 1
	if err := b.Set(correctionKey(c.Day, c.Employee, c.Seq), encodeCorrection(nil, c), nil); err != nil {
		return kept, nil, err
	}
	history, _ := historyOf(c.Day, c.Employee)
	return c, func() {
		s.feeds.touch(timesheet.PartitionOf(c.Employee, s.Partitions()), []string{string(history)})
	}, nil
}

// keyed is the correction with c's key, zero where there is none.
func (s *Store) keyed(c timesheet.Correction) (timesheet.Correction, error) {
	history, err := s.histories(context.Background(), c.Employee, c.Day, c.Day)
	for _, old := range history {
		if old.Key == c.Key {
			return old, err
		}
	}
	return timesheet.Correction{}, err
}

// A correction is stored as form (1), whether it is withdrawn (0 or 1), then varints:
// clock-in, clock-out, when, what was seen; then remark, reason, actor and key, each
// behind its length. The key has the rest.

const correctionForm = 1

func encodeCorrection(dst []byte, c timesheet.Correction) []byte {
	withdrawn := byte(0)
	if c.Withdrawn {
		withdrawn = 1
	}
	dst = append(dst, correctionForm, withdrawn)
	for _, t := range []timesheet.Instant{c.ClockIn, c.ClockOut, c.At, c.SeenEarliest, c.SeenLatest} {
		dst = binary.AppendVarint(dst, int64(t))
	}
	for _, text := range []string{c.Remark, c.Reason, c.Actor, c.Key} {
		dst = append(binary.AppendUvarint(dst, uint64(len(text))), text...)
	}
	return dst
}

func decodeCorrection(b []byte) (c timesheet.Correction, err error) {
	size := len(b)
	damaged := func() (timesheet.Correction, error) {
		return timesheet.Correction{}, timesheet.NewError(timesheet.Internal, "stored correction", fmt.Errorf("damaged: %d bytes", size))
	}
	if len(b) < 2 || b[0] != correctionForm || b[1] > 1 {
		return damaged()
	}
	c.Withdrawn, b = b[1] == 1, b[2:]
	for _, t := range []*timesheet.Instant{&c.ClockIn, &c.ClockOut, &c.At, &c.SeenEarliest, &c.SeenLatest} {
		v, n := binary.Varint(b)
		if n <= 0 {
			return damaged()
		}
		*t, b = timesheet.Instant(v), b[n:]
	}
	for _, text := range []*string{&c.Remark, &c.Reason, &c.Actor, &c.Key} {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return damaged()
		}
		end := n + int(length)
		*text, b = string(b[n:end]), b[end:]
	}
	if len(b) > 0 {
		return damaged()
	}
	return c, nil
}
