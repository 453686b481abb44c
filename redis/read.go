package redis

import (
	"cmp"
	"context"
	"maps"
	"slices"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// maxListed is up to how many days a range names each of them.
const maxListed = 366

// Range answers the entries of e from day to day; none where from is after to.
func (s *Store) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	const op = "read entries of an employee"
	if err := validID(e); err != nil {
		return nil, err
	}
	p := s.partitionOf(e)
	from, to = max(from, timesheet.FirstDay), min(to, timesheet.LastDay)
	args := []any{string(e), hashOf(e), dayKey(from), dayKey(to)}
	if to-from < maxListed {
		for d := from; d <= to; d++ {
			args = append(args, dayKey(d))
		}
	}
	a := s.ask(ctx, false, rangeScript, []timesheet.Partition{p}, func(timesheet.Partition) []any { return args })[p]
	if a.err != nil {
		return nil, fail(op, a.err)
	}
	w, ok := words(a.rest)
	if !ok || len(w)%2 != 0 {
		return nil, damaged(op, a.rest)
	}
	entries := make([]timesheet.Entry, 0, len(w)/2)
	for i := 0; i < len(w); i += 2 {
		day, ok := parseDayKey(w[i])
		if !ok {
			return nil, damaged(op, w[i])
		}
		entry, err := timesheet.ParseSpan(e, day, []byte(w[i+1]))
		if err != nil {
			return nil, fail(op, err)
		}
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, timesheet.Compare)
	return entries, nil
}

func validID(e timesheet.EmployeeID) error {
	id, err := timesheet.ParseEmployeeID(string(e))
	if err == nil && id != e {
		err = invalid("employee_id", "it has spaces around it")
	}
	return err
}

// Days answers the days that have entries, ascending.
func (s *Store) Days(ctx context.Context) ([]timesheet.Day, error) {
	const op = "read the days"
	var cmds []goredis.Cmder
	if err := s.direct(ctx, op, func(ctx context.Context) (err error) {
		pipe := s.client.Pipeline()
		for _, p := range s.all() {
			pipe.HKeys(ctx, partitionKey(p, "days"))
		}
		cmds, err = pipe.Exec(ctx)
		return err
	}); err != nil {
		return nil, err
	}
	days := make(map[timesheet.Day]bool)
	for _, c := range cmds {
		keys, _ := c.(interface{ Result() ([]string, error) }).Result()
		for _, k := range keys {
			d, ok := parseDayKey(k)
			if !ok {
				return nil, damaged(op, k)
			}
			days[d] = true
		}
	}
	return slices.Sorted(maps.Keys(days)), nil
}

// Board answers entries of a day, ordered by partition, hash and id: see [timesheet.Reader].
func (s *Store) Board(ctx context.Context, day timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	const op = "read a board"
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(op, "limit: %d is not from 1 to %d", limit, timesheet.MaxBoard)
	}
	from, err := s.parseCursor(day, after)
	if err != nil {
		return nil, "", err
	}
	if day < timesheet.FirstDay || day > timesheet.LastDay {
		return nil, "", fail(op, s.begin(ctx))
	}
	entries, more, err := pages(s, from, limit, func(at cursor, ps []timesheet.Partition, limit int) ([]timesheet.Entry, bool, error) {
		return s.boards(ctx, day, at, ps, limit)
	})
	if err != nil {
		return nil, "", fail(op, err)
	}
	if more {
		return entries, cursorAt(entries[limit-1]), nil
	}
	return entries, "", nil
}

// boards reads a day of neighbouring partitions after a cursor, at least limit
// entries if there are so many. whole says that nothing was left out at the end.
func (s *Store) boards(ctx context.Context, day timesheet.Day, from cursor, ps []timesheet.Partition, limit int) (entries []timesheet.Entry, whole bool, err error) {
	answers := s.ask(ctx, false, boardScript, ps, func(p timesheet.Partition) []any {
		hash := uint32(0)
		if p == from.partition {
			hash = from.hash
		}
		return []any{dayKey(day), hash, limit}
	})
	for _, p := range ps {
		a := answers[p]
		if a.err != nil {
			return nil, false, a.err
		}
		part, complete, err := parseBoard(day, a.rest)
		if err != nil {
			return nil, false, err
		}
		if p == from.partition && from.id != "" {
			part = slices.DeleteFunc(part, func(b placed) bool { return !from.before(b) })
		}
		for _, b := range part {
			entries = append(entries, b.Entry)
		}
		if !complete {
			return entries, false, nil // and the next partition's would leave a hole
		}
	}
	return entries, true, nil
}

// placed is an entry with its place in the partition.
type placed struct {
	timesheet.Entry
	hash uint32
}

func parseBoard(day timesheet.Day, reply []any) (part []placed, complete bool, err error) {
	w, ok := words(reply)
	if !ok || len(w)%2 != 1 {
		return nil, false, damaged("read a board", reply)
	}
	part = make([]placed, 0, len(w)/2)
	for i := 1; i < len(w); i += 2 {
		e, err := timesheet.ParseSpan(timesheet.EmployeeID(w[i]), day, []byte(w[i+1]))
		if err != nil {
			return nil, false, err
		}
		part = append(part, placed{e, hashOf(e.Employee)})
	}
	slices.SortFunc(part, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.Employee, b.Employee))
	})
	return part, w[0] == "1", nil
}
