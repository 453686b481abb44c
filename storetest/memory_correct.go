package storetest

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"timesheet"
)

// Correct implements timesheet.Corrector.
func (m *Memory) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	const op = "correct a day"
	if err := c.Validate(); err != nil {
		return timesheet.Correction{}, fmt.Errorf("%s: %w", op, err)
	}
	if err := m.lock(ctx, op); err != nil {
		return timesheet.Correction{}, err
	}
	defer m.mu.Unlock()
	kept, fresh, err := m.data.correct(c, expected)
	if fresh {
		told := kept
		m.tell(timesheet.Change{
			Kind: timesheet.Corrected, Partition: m.partitionOf(c.Employee),
			Entry: timesheet.Entry{Employee: c.Employee, Day: c.Day}, Correction: &told,
		})
	}
	return kept, err
}

// correct appends c, and tells whether it did.
func (s *state) correct(c timesheet.Correction, expected uint64) (kept timesheet.Correction, fresh bool, err error) {
	const op = "correct a day"
	if s.expired(timesheet.Entry{Employee: c.Employee, Day: c.Day}) {
		return kept, false, timesheet.NewError(timesheet.NotFound, op, fmt.Errorf("the day %v is no longer kept", c.Day))
	}
	history := s.corrections[c.Day][c.Employee]
	for _, old := range history {
		if c.Key == "" || old.Key != c.Key {
			continue
		}
		if !old.Same(c) {
			return kept, false, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("another correction was sent with the Idempotency-Key %q", c.Key))
		}
		return old, false, nil
	}
	newest := uint64(len(history))
	switch {
	case expected != timesheet.AnySeq && expected != newest:
		return kept, false, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("correction %d is the newest, not %d", newest, expected))
	case newest >= timesheet.MaxCorrections:
		return kept, false, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("the day has %d corrections already", newest))
	}
	c.Seq = newest + 1
	if s.corrections[c.Day] == nil {
		s.corrections[c.Day] = make(map[timesheet.EmployeeID][]timesheet.Correction)
	}
	s.corrections[c.Day][c.Employee] = append(slices.Clip(history), c)
	return c, true, nil
}

// Corrections implements timesheet.Corrector.
func (m *Memory) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	const op = "read corrections"
	if err := checkID(op, e); err != nil {
		return nil, err
	}
	if err := m.lock(ctx, op); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var found []timesheet.Correction
	for d, histories := range m.data.corrections {
		if from <= d && d <= to {
			found = append(found, histories[e]...)
		}
	}
	slices.SortFunc(found, byDay)
	return found, nil
}

func byDay(a, b timesheet.Correction) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Seq, b.Seq))
}

// Corrected implements timesheet.Corrector; the order is by day, then employee id.
func (m *Memory) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) (cs []timesheet.Correction, next string, err error) {
	const op = "read corrected days"
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(op, "limit %d is not from 1 to %d", limit, timesheet.MaxBoard)
	}
	begin := timesheet.Correction{Day: from}
	if after != "" {
		if begin, err = parseCorrected(from, to, after); err != nil {
			return nil, "", timesheet.NewError(timesheet.Invalid, op, err)
		}
	}
	if err := m.lock(ctx, op); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	for d, histories := range m.data.corrections {
		for _, history := range histories {
			newest := history[len(history)-1]
			if from <= d && d <= to && !newest.Withdrawn && byDay(begin, timesheet.Correction{Day: d, Employee: newest.Employee}) < 0 {
				cs = append(cs, newest)
			}
		}
	}
	slices.SortFunc(cs, byDay)
	if len(cs) <= limit {
		return cs, "", nil
	}
	return cs[:limit], formatCorrected(from, to, cs[limit-1]), nil
}

// formatCorrected is the cursor behind last.
func formatCorrected(from, to timesheet.Day, last timesheet.Correction) string {
	text := fmt.Sprintf("%d,%d,%d,%s", from, to, last.Day, last.Employee)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parseCorrected is the last one of the page before, by its day and employee.
func parseCorrected(from, to timesheet.Day, cursor string) (last timesheet.Correction, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return last, fmt.Errorf("cursor: %w", err)
	}
	rest, ok := strings.CutPrefix(string(b), fmt.Sprintf("%d,%d,", from, to))
	day, id, more := strings.Cut(rest, ",")
	if _, err := fmt.Sscan(day, &last.Day); err != nil || !ok || !more || id == "" {
		return last, fmt.Errorf("the cursor is not of %v to %v", from, to)
	}
	last.Employee = timesheet.EmployeeID(id)
	return last, nil
}
