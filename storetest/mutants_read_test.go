package storetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"timesheet"
)

// breathe lets others act meanwhile, which shows what isn't atomic.
func breathe() {
	timer := time.NewTimer(2 * time.Millisecond)
	<-timer.C
}

// readMutants answer reads wrongly.
var readMutants = []mutant{
	{"Range leaves out its last day", "range/both ends are included, days without entry left out", func(m *Memory, b *broken) {
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			return m.Range(ctx, e, from, to-1)
		}
	}},
	{"Range isn't sorted", "range/both ends are included, days without entry left out", func(m *Memory, b *broken) {
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			es, err := m.Range(ctx, e, from, to)
			slices.Reverse(es)
			return es, err
		}
	}},
	{"Range swaps its ends", "range/from after to is empty", func(m *Memory, b *broken) {
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			return m.Range(ctx, e, min(from, to), max(from, to))
		}
	}},
	{"Range counts days in 16 bits", "range/the widest bounds", func(m *Memory, b *broken) {
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			return m.Range(ctx, e, timesheet.Day(uint16(from)), timesheet.Day(uint16(to)))
		}
	}},
	{"Range is cached", "range/what was acknowledged is read at once", func(m *Memory, b *broken) {
		var mu sync.Mutex
		cache := make(map[timesheet.EmployeeID][]timesheet.Entry)
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			mu.Lock()
			defer mu.Unlock()
			if es, ok := cache[e]; ok && len(es) > 0 {
				return es, nil
			}
			es, err := m.Range(ctx, e, from, to)
			cache[e] = es
			return es, err
		}
	}},
	{"days stay when they are empty", "range/days are ascending and go with their last entry", func(m *Memory, b *broken) {
		seen := make(map[timesheet.Day]bool)
		b.days = func(ctx context.Context) ([]timesheet.Day, error) {
			days, err := m.Days(ctx)
			for _, d := range days {
				seen[d] = true
			}
			for d := range seen {
				days = append(days, d)
			}
			slices.Sort(days)
			return slices.Compact(days), err
		}
	}},
	{"days aren't sorted", "range/days are ascending and go with their last entry", func(m *Memory, b *broken) {
		b.days = func(ctx context.Context) ([]timesheet.Day, error) {
			days, err := m.Days(ctx)
			slices.Reverse(days)
			return days, err
		}
	}},
	{"a board skips at the end of a page", "board/every page size gives every entry once", func(m *Memory, b *broken) {
		b.board = m.paged(func(es []timesheet.Entry) int { return len(es) })
	}},
	{"a board repeats at the end of a page", "board/every page size gives every entry once", func(m *Memory, b *broken) {
		b.board = m.paged(func(es []timesheet.Entry) int { return max(0, len(es)-2) })
	}},
	{"a board is paged by offset", "board/a cursor outlives its entry", func(m *Memory, b *broken) { b.board = m.byOffset() }},
	{"the largest page is the last one", "board/a day of more than one largest page", func(m *Memory, b *broken) {
		b.board = func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
			es, next, err := m.Board(ctx, d, after, limit)
			if limit == timesheet.MaxBoard {
				next = ""
			}
			return es, next, err
		}
	}},
	{"cursors fit all days", "board/a cursor of another day is invalid", func(m *Memory, b *broken) {
		b.board = func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
			for day := monday - 3; day <= monday+3; day++ {
				if id, err := parseCursor(day, after); err == nil && id != "" {
					after = cursor(d, id)
				}
			}
			return m.Board(ctx, d, after, limit)
		}
	}},
	{"garbage is no cursor", "board/cursors of nobody are invalid", func(m *Memory, b *broken) {
		b.board = func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
			if _, err := parseCursor(d, after); err != nil {
				after = ""
			}
			return m.Board(ctx, d, after, limit)
		}
	}},
	{"limits are clamped", "board/limits out of range are invalid", func(m *Memory, b *broken) {
		b.board = func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
			return m.Board(ctx, d, after, min(max(limit, 1), timesheet.MaxBoard))
		}
	}},
	{"reads go on with an ended context", "refusal/a cancelled context is Unavailable", func(m *Memory, b *broken) {
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			return m.Range(context.WithoutCancel(ctx), e, from, to)
		}
	}},
	{"the context's error is hidden", "refusal/a passed deadline is Unavailable", func(m *Memory, b *broken) {
		b.days = func(ctx context.Context) ([]timesheet.Day, error) {
			if ctx.Err() != nil {
				return nil, timesheet.Unavailable
			}
			return m.Days(ctx)
		}
	}},
	{"a closed store answers", "refusal/a closed store is Unavailable", func(m *Memory, b *broken) { b.days = m.Another().Days }},
}

// paged is a Board whose next page begins after the entry that follows n of this one
// among those left.
func (m *Memory) paged(n func(page []timesheet.Entry) int) func(context.Context, timesheet.Day, string, int) ([]timesheet.Entry, string, error) {
	return func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
		es, next, err := m.Board(ctx, d, after, limit)
		if err != nil || next == "" {
			return es, next, err
		}
		all, _, err := m.Board(ctx, d, after, timesheet.MaxBoard)
		if err != nil {
			return nil, "", err
		}
		if i := n(es); i < len(all) {
			next = cursor(d, all[i].Employee)
		}
		return es, next, nil
	}
}

// byOffset is a Board whose cursor counts entries.
func (m *Memory) byOffset() func(context.Context, timesheet.Day, string, int) ([]timesheet.Entry, string, error) {
	return func(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
		all, _, err := m.Board(ctx, d, "", timesheet.MaxBoard)
		if err != nil {
			return nil, "", err
		}
		all = all[min(len(after), len(all)):]
		if len(all) <= limit {
			return all, "", nil
		}
		return all[:limit], after + string(make([]byte, limit)), nil
	}
}
