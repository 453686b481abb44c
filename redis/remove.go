package redis

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"timesheet"
)

// Replace applies each replacement whose Old is what is stored: see
// [timesheet.Remover]. The replacements of one partition travel in one call.
func (s *Store) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	errs := make([]error, len(rs))
	args := make(map[timesheet.Partition][]any)
	index := make(map[timesheet.Partition][]int)
	var ps []timesheet.Partition
	for i := range rs {
		p, own, err := s.replacement(&rs[i])
		if err != nil {
			errs[i] = err
			continue
		}
		if args[p] == nil {
			args[p] = []any{mint(), s.o.FeedLength}
			ps = append(ps, p)
		}
		args[p] = append(args[p], own...)
		index[p] = append(index[p], i)
	}
	answers := s.ask(ctx, true, replaceScript, ps, func(p timesheet.Partition) []any { return args[p] })
	for _, p := range ps {
		a := answers[p]
		w, ok := words(a.rest)
		if a.err == nil && (!ok || len(w) != len(index[p])) {
			a.err = damaged("replace entries", a.rest)
		}
		for k, i := range index[p] {
			switch {
			case a.err != nil:
				errs[i] = fail("replace entries", a.err)
			case w[k] != "1":
				errs[i] = timesheet.NewError(timesheet.Conflict, "replace an entry", textError("the store holds another one"))
			}
		}
		s.parts[p].forget()
	}
	return errs
}

// replacement checks r and makes its arguments: see replace.lua.
func (s *Store) replacement(r *timesheet.Replacement) (timesheet.Partition, []any, error) {
	if err := r.Validate(); err != nil {
		return 0, nil, err
	}
	key := r.Named()
	forms := [2][]byte{{}, {}}
	for i, e := range []timesheet.Entry{r.Old, r.New} {
		if e.IsZero() {
			continue
		}
		var err error
		if forms[i], err = timesheet.AppendSpan(nil, e); err != nil {
			return 0, nil, err
		}
	}
	tomb := tombstoneOf(s.secret(), key.Employee)
	return s.partitionOf(key.Employee), []any{
		string(key.Employee), hashOf(key.Employee), tomb[:], dayKey(key.Day), forms[0], forms[1],
	}, nil
}

// Purge raises the floor, then removes what lies below it: see [timesheet.Remover].
// The common floor is raised first, and is the intention that Open and the next
// Purge finish.
func (s *Store) Purge(ctx context.Context, floor timesheet.Day) (removed int, err error) {
	const op = "purge"
	if floor < timesheet.FirstDay || floor > timesheet.LastDay {
		return 0, invalid(op, "the floor %v is outside %v to %v", floor, timesheet.FirstDay, timesheet.LastDay)
	}
	m, err := s.raise(ctx, floor, true)
	if err != nil {
		return 0, fail(op, err)
	}
	// These first: Open looks only for unfinished partitions.
	if err := errors.Join(s.forget(ctx, "", m.floor), s.unsealBefore(ctx, m.floor)); err != nil {
		return 0, fail(op, err)
	}
	for ps := s.all(); len(ps) > 0; {
		answers := s.ask(ctx, true, purgeScript, ps, func(timesheet.Partition) []any {
			return []any{dayKey(m.floor), mint(), s.o.FeedLength}
		})
		var more []timesheet.Partition
		for _, p := range ps {
			a := answers[p]
			if a.err != nil {
				err = fail(op, a.err)
				continue
			}
			w, ok := words(a.rest)
			if !ok || len(w) != 2 {
				return removed, damaged(op, a.rest)
			}
			n, _ := strconv.Atoi(w[0])
			removed += n
			if w[1] == "1" {
				more = append(more, p)
			}
		}
		if err != nil {
			return removed, err
		}
		ps = more
	}
	return removed, nil
}

// unsealBefore drops the series of months that end before the floor.
func (s *Store) unsealBefore(ctx context.Context, floor timesheet.Day) error {
	all, err := s.series(ctx, "purge closed months")
	if err != nil {
		return err
	}
	return s.unseal(ctx, slices.DeleteFunc(all, func(series timesheet.Series) bool { return series.Month.Last() >= floor }))
}

// Floor is the first day that is kept.
func (s *Store) Floor(ctx context.Context) (timesheet.Day, error) {
	m, err := s.sync(ctx)
	if err != nil {
		return 0, fail("read the floor", err)
	}
	return m.floor, nil
}
