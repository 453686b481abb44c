package storetest

import (
	"context"
	"slices"

	"timesheet"
)

// boundMutants keep too many rejected rows, or too few.
var boundMutants = []mutant{
	{"there is no bound", "quarantine/beyond the bound the lowest are dropped and counted", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			var kept []timesheet.Rejected
			m.respoil(name, func(src *source) { kept, src.rejected = src.rejected, nil })
			err := m.Reject(ctx, name, rows)
			m.respoil(name, func(src *source) {
				src.rejected = slices.CompactFunc(slices.SortedStableFunc(slices.Values(append(kept, src.rejected...)), byRow),
					func(x, y timesheet.Rejected) bool { return x.Row == y.Row })
			})
			return err
		}
	}},
	{"the dropped aren't counted", "quarantine/beyond the bound the lowest are dropped and counted", func(m *Memory, b *broken) {
		b.count = func(ctx context.Context, name string) (timesheet.RejectedCount, error) {
			n, err := m.CountRejected(ctx, name)
			n.Dropped = 0
			return n, err
		}
	}},
	{"a row that is the lowest itself isn't counted", "quarantine/beyond the bound the lowest are dropped and counted", func(m *Memory, b *broken) {
		b.reject = m.full(func(src *source, r timesheet.Rejected) bool { return r.Row < src.rejected[0].Row })
	}},
	{"what is full takes nothing", "quarantine/beyond the bound the lowest are dropped and counted", func(m *Memory, b *broken) {
		b.reject = m.full(func(*source, timesheet.Rejected) bool { return true })
	}},
	{"the highest are dropped", "quarantine/a call may be larger than the bound", func(m *Memory, b *broken) {
		b.reject = m.full(func(src *source, _ timesheet.Rejected) bool {
			src.dropped++
			return true
		})
	}},
	{"a kept row counts again", "quarantine/beyond the bound the lowest are dropped and counted", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			m.respoil(name, func(src *source) {
				src.dropped += uint64(max(0, len(src.rejected)+len(rows)-timesheet.MaxRejected))
			})
			return m.Reject(ctx, name, rows)
		}
	}},
	{"the bound is shared by all sources", "quarantine/the bound is each source's own", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			m.mu.Lock()
			total := len(rows)
			for _, src := range m.data.sources {
				total += len(src.rejected)
			}
			m.mu.Unlock()
			if total > timesheet.MaxRejected {
				rows = rows[1:]
			}
			return m.Reject(ctx, name, rows)
		}
	}},
	{"what isn't kept takes room", "quarantine/what isn't kept takes no room", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			m.respoil(name, func(src *source) {
				over := min(max(0, len(src.rejected)+len(rows)-timesheet.MaxRejected), len(src.rejected))
				src.rejected, src.dropped = src.rejected[over:], src.dropped+uint64(over)
			})
			return m.Reject(ctx, name, rows)
		}
	}},
	{"Reject reads, then writes", "quarantine/of many calls at once nothing is lost", func(m *Memory, b *broken) {
		b.reject = func(ctx context.Context, name string, rows []timesheet.Rejected) error {
			var before []timesheet.Rejected
			m.respoil(name, func(src *source) { before = src.rejected })
			breathe()
			m.respoil(name, func(src *source) { src.rejected = before })
			return m.Reject(ctx, name, rows)
		}
	}},
	{"Reject isn't atomic", "quarantine/a call is done as a whole", func(m *Memory, b *broken) {
		n := 0
		b.reject = m.oneByOne(func() {
			if n++; n%50 == 1 {
				breathe()
			}
		})
	}},
}

// full is a Reject that leaves rows out, where refuse says so, while the source is full.
func (m *Memory) full(refuse func(*source, timesheet.Rejected) bool) func(context.Context, string, []timesheet.Rejected) error {
	return func(ctx context.Context, name string, rows []timesheet.Rejected) error {
		for len(rows) > 0 {
			left := false
			m.mu.Lock()
			src := m.data.sources[name]
			n := min(len(rows), timesheet.MaxRejected-len(src.rejected)) // have room in any case
			if n == 0 {
				n = 1
				if _, left = src.find(rows[0].Row); !left { // one that is kept changes nothing
					left = refuse(&src, rows[0])
					m.data.sources[name] = src
				}
			}
			m.mu.Unlock()
			if !left {
				if err := m.Reject(ctx, name, rows[:n]); err != nil {
					return err
				}
			}
			rows = rows[n:]
		}
		return nil
	}
}
