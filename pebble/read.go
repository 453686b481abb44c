package pebble

import (
	"bytes"
	"context"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// checkEvery is after how many steps a long read looks at its context.
const checkEvery = 256

// get is a copy of key's value, nil where there is none.
func (s *Store) get(key []byte) ([]byte, error) {
	value, closer, err := s.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bytes.Clone(value), closer.Close()
}

// entry is the entry of e on day, zero where there is none.
func (s *Store) entry(e timesheet.EmployeeID, day timesheet.Day) (timesheet.Entry, error) {
	value, closer, err := s.db.Get(appendEntryKey(make([]byte, 0, maxEntryKey), day, e))
	if errors.Is(err, pebble.ErrNotFound) {
		return timesheet.Entry{}, nil
	}
	if err != nil {
		return timesheet.Entry{}, err
	}
	entry, err := timesheet.ParseSpan(e, day, value)
	return entry, errors.Join(err, closer.Close())
}

// entries iterates over the entries of the days from first until before end, as
// keys; both are clamped to the days that there can be.
func (s *Store) entries(first, end timesheet.Day) (*pebble.Iterator, error) {
	first = min(max(first, 0), timesheet.LastDay+1)
	end = min(max(end, first), timesheet.LastDay+1)
	return s.db.NewIter(&pebble.IterOptions{LowerBound: appendDay(nil, first), UpperBound: appendDay(nil, end)})
}

// Range answers e's entries from day to day. It skips from one day that exists to
// the next, so that a long range costs what it finds, not its length.
func (s *Store) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	const op = "read range"
	if id, err := timesheet.ParseEmployeeID(string(e)); err != nil || id != e {
		return nil, invalid(op, "%q is not an employee id", e)
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	entries, err := s.skim(ctx, e, from, to)
	return entries, readError(op, err)
}

// skim reads e's entries from day to day.
func (s *Store) skim(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) (entries []timesheet.Entry, err error) {
	it, err := s.entries(from, min(to, timesheet.LastDay)+1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	key := make([]byte, 0, maxEntryKey)
	ok := it.First()
	for n := 1; ok; n++ {
		if n%checkEvery == 0 && ctx.Err() != nil {
			return nil, cancelled(ctx, "read range")
		}
		day := dayOf(it.Key())
		switch c := bytes.Compare(it.Key()[entryHead:], []byte(e)); {
		case c < 0:
			ok = it.SeekGE(appendEntryKey(key, day, e))
			continue
		case c == 0:
			entry, err := parseEntry(it.Key(), it.Value())
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry)
		}
		ok = it.SeekGE(appendEntryKey(key, day+1, e))
	}
	return entries, it.Error()
}

// Board answers a page of a day, sorted by employee.
func (s *Store) Board(ctx context.Context, day timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	const op = "read board"
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(op, "limit %d is not 1 to %d", limit, timesheet.MaxBoard)
	}
	start := appendDay(nil, day)
	if after != "" {
		last, err := parseCursor(after, day)
		if err != nil {
			return nil, "", err
		}
		start = append(appendEntryKey(nil, day, last), 0) // the smallest key behind it
	}
	if err := s.begin(ctx, op); err != nil {
		return nil, "", err
	}
	defer s.end()
	if day < timesheet.FirstDay || day > timesheet.LastDay {
		return nil, "", nil
	}
	entries, more, err := s.page(ctx, day, start, limit)
	if err != nil || !more {
		return entries, "", readError(op, err)
	}
	return entries, formatCursor(day, entries[len(entries)-1].Employee), nil
}

// page reads at most limit entries of day from the key start on, and tells whether
// there are more.
func (s *Store) page(ctx context.Context, day timesheet.Day, start []byte, limit int) (entries []timesheet.Entry, more bool, err error) {
	it, err := s.entries(day, day+1)
	if err != nil {
		return nil, false, err
	}
	defer func() {
		if err = errors.Join(err, it.Close()); err != nil {
			entries, more = nil, false
		}
	}()
	for ok := it.SeekGE(start); ok; ok = it.Next() {
		if len(entries) == limit {
			return entries, true, nil
		}
		if len(entries)%checkEvery == checkEvery-1 && ctx.Err() != nil {
			return nil, false, cancelled(ctx, "read board")
		}
		e, err := parseEntry(it.Key(), it.Value())
		if err != nil {
			return nil, false, err
		}
		entries = append(entries, e)
	}
	return entries, false, it.Error()
}

// Days answers the days that have entries, skipping from one to the next.
func (s *Store) Days(ctx context.Context) (days []timesheet.Day, err error) {
	const op = "read days"
	if err := s.begin(ctx, op); err != nil {
		return nil, err
	}
	defer s.end()
	it, err := s.entries(0, timesheet.LastDay+1)
	if err != nil {
		return nil, readError(op, err)
	}
	defer func() {
		if err = readError(op, errors.Join(err, it.Close())); err != nil {
			days = nil
		}
	}()
	key := make([]byte, 0, entryHead)
	for ok := it.First(); ok; ok = it.SeekGE(key) {
		if len(days)%checkEvery == checkEvery-1 && ctx.Err() != nil {
			return nil, cancelled(ctx, op)
		}
		day := dayOf(it.Key())
		days = append(days, day)
		key = appendDay(key[:0], day+1)
	}
	return days, it.Error()
}
