package storetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"timesheet"
)

// quarantineMutants keep rejected rows wrongly.
var quarantineMutants = []mutant{
	{"Reject keeps the last reason", "quarantine/the first reason stays", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			for _, r := range rows {
				_ = m.Readmit(ctx, name, r.Row)
			}
			return m.Reject(ctx, name, rows)
		}
	}},
	{"Reject keeps the last of a call", "quarantine/the first reason stays", func(_ *Memory, b *broken) {
		b.rejecting(func(rows []timesheet.Rejected) []timesheet.Rejected {
			slices.Reverse(rows)
			return rows
		})
	}},
	{"Reject trims employees", "quarantine/keeps rows as they are given", func(_ *Memory, b *broken) {
		b.rejecting(eachRow(func(r *timesheet.Rejected) { r.Employee = strings.TrimSpace(r.Employee) }))
	}},
	{"reasons end at 255 bytes", "quarantine/keeps rows as they are given", func(_ *Memory, b *broken) {
		b.rejecting(eachRow(func(r *timesheet.Rejected) { r.Reason = r.Reason[:min(len(r.Reason), 255)] }))
	}},
	{"first seen has seconds only", "quarantine/keeps rows as they are given", func(_ *Memory, b *broken) {
		b.rejecting(eachRow(func(r *timesheet.Rejected) { r.Seen -= r.Seen % 1000 }))
	}},
	{"ids of rejected rows are floating-point numbers", "quarantine/keeps rows as they are given", func(_ *Memory, b *broken) {
		b.rejecting(eachRow(func(r *timesheet.Rejected) { r.Row = timesheet.RowID(float64(r.Row)) }))
	}},
	{"negative rows come last", "quarantine/comes by id, page by page", func(m *Memory, b *broken) {
		b.rejected = func(ctx context.Context, name string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
			rows, err := m.Rejected(ctx, name, after, limit)
			slices.SortStableFunc(rows, func(x, y timesheet.Rejected) int {
				return strings.Compare(fmt.Sprint(x.Row < 0), fmt.Sprint(y.Row < 0))
			})
			return rows, err
		}
	}},
	{"a page begins with the row before it", "quarantine/comes by id, page by page", func(m *Memory, b *broken) {
		b.rejected = func(ctx context.Context, name string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
			return m.Rejected(ctx, name, max(after, math.MinInt64+1)-1, limit)
		}
	}},
	{"a page has no end", "quarantine/comes by id, page by page", func(m *Memory, b *broken) {
		b.rejected = func(ctx context.Context, name string, after timesheet.RowID, _ int) ([]timesheet.Rejected, error) {
			return m.Rejected(ctx, name, after, timesheet.MaxRejected)
		}
	}},
	{"any limit will do", "quarantine/arguments that can't work are invalid and change nothing", func(m *Memory, b *broken) {
		b.rejected = func(ctx context.Context, name string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
			return m.Rejected(ctx, name, after, max(1, min(limit, timesheet.MaxRejected)))
		}
	}},
	{"bad rows are left out, the others kept", "quarantine/arguments that can't work are invalid and change nothing", func(_ *Memory, b *broken) {
		b.rejecting(func(rows []timesheet.Rejected) []timesheet.Rejected {
			return slices.DeleteFunc(rows, func(r timesheet.Rejected) bool { return r.Validate() != nil })
		})
	}},
	{"bad rows stop a call halfway", "quarantine/arguments that can't work are invalid and change nothing", func(m *Memory, b *broken) {
		b.reject = m.oneByOne(func() {})
	}},
	{"Readmit of the unknown succeeds", "quarantine/readmitting", func(m *Memory, b *broken) {
		b.readmit = func(ctx context.Context, name string, row timesheet.RowID) error {
			return ignore(m.Readmit(ctx, name, row), timesheet.NotFound)
		}
	}},
	{"Readmit is for good", "quarantine/readmitting", func(m *Memory, b *broken) {
		gone := make(map[timesheet.RowID]bool)
		b.readmit = func(ctx context.Context, name string, row timesheet.RowID) error {
			gone[row] = true
			return m.Readmit(ctx, name, row)
		}
		b.rejecting(func(rows []timesheet.Rejected) []timesheet.Rejected {
			return slices.DeleteFunc(rows, func(r timesheet.Rejected) bool { return gone[r.Row] })
		})
	}},
	{"Readmit compares, then removes", "quarantine/of many that readmit a row at once one does", func(m *Memory, b *broken) {
		b.readmit = func(ctx context.Context, name string, row timesheet.RowID) error {
			if kept, err := m.Rejected(ctx, name, row-1, 1); err != nil || len(kept) == 0 {
				return m.Readmit(ctx, name, row)
			}
			breathe()
			return ignore(m.Readmit(ctx, name, row), timesheet.NotFound)
		}
	}},
	{"all sources have one quarantine", "quarantine/sources are independent", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, _ string, rows []timesheet.Rejected) error {
			return m.Reject(ctx, "all", rows)
		}
		b.count = func(ctx context.Context, _ string) (timesheet.RejectedCount, error) {
			return m.CountRejected(ctx, "all")
		}
	}},
	{"a rewind empties the quarantine", "quarantine/the checkpoint and the rows leave one another alone", func(m *Memory, b *broken) {
		b.rewind = func(ctx context.Context, name string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
			m.respoil(name, func(src *source) { src.rejected = nil })
			return m.Rewind(ctx, name, expected, settled, state, reason)
		}
	}},
	{"rejecting mints epochs", "quarantine/the checkpoint and the rows leave one another alone", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			m.mintAll()
			return m.Reject(ctx, name, rows)
		}
	}},
	{"a cancelled Reject is done", "refusal/a cancelled context is Unavailable", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			if err := m.Reject(context.WithoutCancel(ctx), name, rows); err != nil {
				return err
			}
			return m.Reject(ctx, name, nil)
		}
	}},
	{"rejected rows are lost at a restart", "again/rejected rows", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.respoil("other", func(src *source) { src.rejected = nil })
			return m.Another()
		}
	}},
	{"the dropped are forgotten at a restart", "again/rejected rows", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.respoil("clocking", func(src *source) { src.dropped = 0 })
			return m.Another()
		}
	}},
	{"each handle has rejected rows of its own", "shared/what one does the other sees", func(m *Memory, b *broken) {
		own := fmt.Sprint(time.Now().UnixNano())
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			return m.Reject(ctx, name+own, rows)
		}
		b.rejected = func(ctx context.Context, name string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
			return m.Rejected(ctx, name+own, after, limit)
		}
		b.count = func(ctx context.Context, name string) (timesheet.RejectedCount, error) {
			return m.CountRejected(ctx, name+own)
		}
	}},
}

// rejecting rejects other rows than those given.
func (b *broken) rejecting(change func([]timesheet.Rejected) []timesheet.Rejected) {
	b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
		return b.Memory.Reject(ctx, name, change(slices.Clone(rows)))
	}
}

func eachRow(change func(*timesheet.Rejected)) func([]timesheet.Rejected) []timesheet.Rejected {
	return func(rows []timesheet.Rejected) []timesheet.Rejected {
		for i := range rows {
			change(&rows[i])
		}
		return rows
	}
}

// oneByOne is a Reject that isn't atomic.
func (m *Memory) oneByOne(between func()) func(context.Context, string, []timesheet.Rejected) error {
	return func(ctx context.Context, name string, rows []timesheet.Rejected) error {
		for i := range rows {
			if err := m.Reject(ctx, name, rows[i:i+1]); err != nil {
				return err
			}
			between()
		}
		return nil
	}
}

// respoil changes what is kept of a source.
func (m *Memory) respoil(name string, change func(*source)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	src := m.data.sources[name]
	src.rejected = slices.Clone(src.rejected)
	change(&src)
	m.data.sources[name] = src
}
