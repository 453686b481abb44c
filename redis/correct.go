package redis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"timesheet"
)

// Correct appends a correction by one script call, which tells the feed too: see
// [timesheet.Corrector].
func (s *Store) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	const op = "correct a day"
	if err := c.Validate(); err != nil {
		return timesheet.Correction{}, fail(op, err)
	}
	if _, err := s.sync(ctx); err != nil { // the secret in force
		return timesheet.Correction{}, fail(op, err)
	}
	p, tomb, want := s.partitionOf(c.Employee), tombstoneOf(s.secret(), c.Employee), ""
	if expected != timesheet.AnySeq {
		want = strconv.FormatUint(expected, 10)
	}
	a := s.ask(ctx, true, correctScript, []timesheet.Partition{p}, func(timesheet.Partition) []any {
		return []any{
			string(c.Employee), tomb[:], dayKey(c.Day), want, timesheet.MaxCorrections, s.o.FeedLength,
			c.Key, appendForm(nil, c),
		}
	})[p]
	if a.err != nil {
		return timesheet.Correction{}, fail(op, a.err)
	}
	w, ok := words(a.rest)
	if !ok || len(w) != 2 {
		return timesheet.Correction{}, damaged(op, a.rest)
	}
	return corrected(op, c, expected, w[0], w[1])
}

// corrected is what the script's answer says of c.
func corrected(op string, c timesheet.Correction, expected uint64, what, form string) (timesheet.Correction, error) {
	code, why := timesheet.Conflict, error(nil)
	switch what {
	case "new", "same":
		kept, ok := parseForm(c.Employee, c.Day, form)
		if !ok {
			return timesheet.Correction{}, damagedForm(op, form)
		}
		if kept.Same(c) {
			return kept, nil
		}
		why = fmt.Errorf("another correction was sent with the Idempotency-Key %q", c.Key)
	case "newest":
		why = fmt.Errorf("correction %s is the newest, not %d", form, expected)
	case "full":
		why = fmt.Errorf("the day has %d corrections already", timesheet.MaxCorrections)
	case "gone":
		code, why = timesheet.NotFound, fmt.Errorf("the day %v is no longer kept", c.Day)
	default:
		return timesheet.Correction{}, damagedForm(op, form)
	}
	return timesheet.Correction{}, timesheet.NewError(code, op, why)
}

// damagedForm doesn't quote what is personal data.
func damagedForm(op, form string) error {
	return timesheet.NewError(timesheet.Internal, op, fmt.Errorf("a correction of %d bytes is damaged, or a newer version wrote it", len(form)))
}

// Corrections answers whole histories of e from day to day; none where from is after to.
func (s *Store) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	const op = "read corrections"
	if err := validID(e); err != nil {
		return nil, err
	}
	from, to = max(from, timesheet.FirstDay), min(to, timesheet.LastDay)
	p := s.partitionOf(e)
	a := s.ask(ctx, false, correctionsScript, []timesheet.Partition{p}, func(timesheet.Partition) []any {
		return []any{string(e), dayKey(from), dayKey(to)}
	})[p]
	if a.err != nil {
		return nil, fail(op, a.err)
	}
	w, ok := words(a.rest)
	if !ok || len(w)%2 != 0 {
		return nil, damaged(op, a.rest)
	}
	var all overlays
	for i := 0; i < len(w); i += 2 {
		if err := all.add(op, w[i], string(e), w[i+1]); err != nil {
			return nil, err
		}
	}
	histories, err := all.histories(op, true)
	return slices.Concat(histories...), err
}

// overlays are corrections in any order.
type overlays []timesheet.Correction

// add reads a correction from where it is kept: a day, and a field of its hash.
func (o *overlays) add(op, day, field, form string) error {
	id, _, _ := strings.Cut(field, "\x00") // see older in the scripts
	d, ok := parseDayKey(day)
	if !ok {
		return damaged(op, day)
	}
	c, ok := parseForm(timesheet.EmployeeID(strings.Clone(id)), d, form)
	if !ok {
		return damagedForm(op, form)
	}
	*o = append(*o, c)
	return nil
}

// histories are the corrections of each day and employee, by day, id and Seq. Where they are
// whole each must have those from 1 on.
func (o overlays) histories(op string, whole bool) (all [][]timesheet.Correction, err error) {
	slices.SortFunc(o, func(a, b timesheet.Correction) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Seq, b.Seq))
	})
	for i, c := range o {
		if i == 0 || c.Day != o[i-1].Day || c.Employee != o[i-1].Employee {
			all = append(all, nil)
		}
		last := &all[len(all)-1]
		if *last = append(*last, c); whole && int(c.Seq) != len(*last) {
			return nil, timesheet.NewError(timesheet.Internal, op, fmt.Errorf("correction %d of a history is missing", len(*last)))
		}
	}
	return all, nil
}
