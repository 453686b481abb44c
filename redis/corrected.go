package redis

import (
	"context"
	"slices"

	"timesheet"
)

// Corrected answers the newest corrections of days, ordered by partition, day and id: see
// [timesheet.Corrector].
func (s *Store) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
	return s.overlays(ctx, overlayQuery{op: "read corrected days", from: from, to: to}, after, limit)
}

// Histories answers all corrections, ordered by partition, day, id and Seq: see
// [timesheet.Copied].
func (s *Store) Histories(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
	return s.overlays(ctx, overlayQuery{op: "read all corrections", from: timesheet.FirstDay, to: timesheet.LastDay, whole: true}, after, limit)
}

// overlayQuery says which corrections are read.
type overlayQuery struct {
	op       string
	from, to timesheet.Day
	whole    bool // whole histories, not only what counts
}

// overlays reads a page of corrections. A history is never cut.
func (s *Store) overlays(ctx context.Context, q overlayQuery, after string, limit int) ([]timesheet.Correction, string, error) {
	if limit < 1 || limit > timesheet.MaxBoard {
		return nil, "", invalid(q.op, "limit: %d is not from 1 to %d", limit, timesheet.MaxBoard)
	}
	begin, err := s.parseOverlayCursor(q, after)
	if err != nil {
		return nil, "", err
	}
	page, more, err := pages(s, begin, limit, func(at cursor, ps []timesheet.Partition, limit int) ([][]timesheet.Correction, bool, error) {
		return s.overlayed(ctx, q, at, ps, limit)
	})
	if err != nil {
		return nil, "", fail(q.op, err)
	}
	var cs []timesheet.Correction
	for i, history := range page {
		if cs = append(cs, history...); len(cs) >= limit {
			more = more || i+1 < len(page)
			break
		}
	}
	if !more {
		return cs, "", nil
	}
	return cs, q.cursorAt(cs[len(cs)-1]), nil
}

// overlayed reads the histories of neighbouring partitions after a cursor, at least limit if
// there are so many. whole says that nothing was left out at the end.
func (s *Store) overlayed(ctx context.Context, q overlayQuery, at cursor, ps []timesheet.Partition, limit int) (all [][]timesheet.Correction, whole bool, err error) {
	from, to := max(q.from, timesheet.FirstDay), min(q.to, timesheet.LastDay)
	answers := s.ask(ctx, false, correctedScript, ps, func(p timesheet.Partition) []any {
		first, uncounted, mode := dayKey(from), "", ""
		if p == at.partition && at.id != "" {
			first = dayKey(at.day)
			uncounted = first
		}
		if q.whole {
			mode = "1"
		}
		return []any{uncounted, first, dayKey(to), limit, mode}
	})
	for _, p := range ps {
		a := answers[p]
		if a.err != nil {
			return nil, false, a.err
		}
		part, complete, err := q.parse(a.rest)
		if err != nil {
			return nil, false, err
		}
		if p == at.partition && at.id != "" {
			part = slices.DeleteFunc(part, func(h []timesheet.Correction) bool {
				return h[0].Day == at.day && h[0].Employee <= at.id
			})
		}
		all = append(all, part...)
		if !complete {
			return all, false, nil // and the next partition's would leave a hole
		}
	}
	return all, true, nil
}

func (q overlayQuery) parse(reply []any) (part [][]timesheet.Correction, complete bool, err error) {
	w, ok := words(reply)
	if !ok || len(w)%3 != 1 {
		return nil, false, damaged(q.op, reply)
	}
	all := make(overlays, 0, len(w)/3)
	for i := 1; i < len(w); i += 3 {
		if err := all.add(q.op, w[i], w[i+1], w[i+2]); err != nil {
			return nil, false, err
		}
	}
	part, err = all.histories(q.op, q.whole)
	return part, w[0] == "1", err
}
