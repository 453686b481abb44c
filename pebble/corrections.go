package pebble

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// The zero byte, which no employee id has, keeps the histories of "7" and "70" apart.
// Behind it stands the Seq with all bits turned: the newest correction comes first, so
// that reading what counts costs one seek, however long a history is.

const correctionTail = 1 + 4

// historyOf are the bounds of the history of e on day.
func historyOf(day timesheet.Day, e timesheet.EmployeeID) (lower, upper []byte) {
	lower = appendDayOf(make([]byte, 0, maxEntryKey+correctionTail), kindCorrection, day)
	lower = append(append(lower, e...), 0)
	upper = bytes.Clone(lower)
	upper[len(upper)-1] = 1
	return lower, upper
}

func correctionKey(day timesheet.Day, e timesheet.EmployeeID, seq uint64) []byte {
	lower, _ := historyOf(day, e)
	return binary.BigEndian.AppendUint32(lower, ^uint32(seq))
}

// parseCorrection takes a correction's key and value apart.
func parseCorrection(key, value []byte) (timesheet.Correction, error) {
	at := len(key) - correctionTail
	if at <= entryHead || at > maxEntryKey || key[0] != kindCorrection || key[at] != 0 {
		return timesheet.Correction{}, timesheet.NewError(timesheet.Internal, "stored key", fmt.Errorf("damaged: %x", key))
	}
	c, err := decodeCorrection(value)
	if err != nil {
		return timesheet.Correction{}, err
	}
	c.Day, c.Employee = dayOf(key), timesheet.EmployeeID(key[entryHead:at])
	c.Seq = uint64(^binary.BigEndian.Uint32(key[at+1:]))
	if err := c.Validate(); err != nil || c.Seq == 0 {
		return timesheet.Correction{}, timesheet.NewError(timesheet.Internal, "stored correction", fmt.Errorf("%d of %v is damaged", c.Seq, c.Day))
	}
	return c, nil
}

// corrections iterates over the corrections of the days from first until before end.
func (s *Store) corrections(first, end timesheet.Day) (*pebble.Iterator, error) {
	first = min(max(first, 0), timesheet.LastDay+1)
	end = min(max(end, first), timesheet.LastDay+1)
	return s.db.NewIter(&pebble.IterOptions{
		LowerBound: appendDayOf(nil, kindCorrection, first), UpperBound: appendDayOf(nil, kindCorrection, end),
	})
}

// Corrections answers e's histories from day to day. As Range does, it skips from one
// day that has corrections to the next.
func (s *Store) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	const op = "read corrections"
	if id, err := timesheet.ParseEmployeeID(string(e)); err != nil || id != e {
		return nil, invalid(op, "%q is not an employee id", e)
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	cs, err := s.histories(ctx, e, from, to)
	return cs, readError(op, err)
}

// histories reads e's histories from day to day.
func (s *Store) histories(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) (cs []timesheet.Correction, err error) {
	err = s.eachHistoryOf(ctx, e, from, to, func(it *pebble.Iterator, upper []byte) (err error) {
		cs, err = appendHistory(cs, it, upper)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cs, nil
}

// eachHistoryOf has read go through each of e's histories from day to day, up to upper.
func (s *Store) eachHistoryOf(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day,
	read func(it *pebble.Iterator, upper []byte) error,
) (err error) {
	it, err := s.corrections(from, min(to, timesheet.LastDay)+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok, n := it.First(), 1; ok; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return cancelled(ctx, "read corrections")
		}
		day := dayOf(it.Key())
		lower, upper := historyOf(day, e)
		switch {
		case bytes.Compare(it.Key(), lower) < 0:
			ok = it.SeekGE(lower)
		case bytes.Compare(it.Key(), upper) < 0:
			if err := read(it, upper); err != nil {
				return err
			}
			ok = it.Valid()
		default:
			lower, _ = historyOf(day+1, e)
			ok = it.SeekGE(lower)
		}
	}
	return it.Error()
}

// appendHistory reads from it to upper, newest first, and appends oldest first.
func appendHistory(cs []timesheet.Correction, it *pebble.Iterator, upper []byte) ([]timesheet.Correction, error) {
	n := len(cs)
	for ; it.Valid() && bytes.Compare(it.Key(), upper) < 0; it.Next() {
		c, err := parseCorrection(it.Key(), it.Value())
		if err != nil {
			return nil, err
		}
		cs = append(cs, c)
	}
	slices.Reverse(cs[n:])
	return cs, nil
}

// newest is the newest correction of e on day; its Seq is 0 where there is none.
func (s *Store) newest(day timesheet.Day, e timesheet.EmployeeID) (c timesheet.Correction, err error) {
	lower, upper := historyOf(day, e)
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	if it.First() {
		return parseCorrection(it.Key(), it.Value())
	}
	return c, it.Error()
}
