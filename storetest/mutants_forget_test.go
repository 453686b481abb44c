package storetest

import (
	"context"
	"slices"
	"strings"

	"timesheet"
)

// forgetMutants keep rejected rows that they shouldn't, or too few.
var forgetMutants = []mutant{
	{"Purge leaves rejected rows", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			return keepingRows(m, func() (int, error) { return m.Purge(ctx, floor) })
		}
	}},
	{"Purge takes the floor's first moment too", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.purge = m.purging(func(floor timesheet.Day, r timesheet.Rejected) bool { return r.Seen == at(floor, 0) })
	}},
	{"Purge takes the floor's whole day", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.purge = m.purging(func(floor timesheet.Day, r timesheet.Rejected) bool { return r.Seen < at(floor+1, 0) })
	}},
	{"Purge counts rejected rows as entries", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			kept := m.allRejected()
			n, err := m.Purge(ctx, floor)
			return n + kept - m.allRejected(), err
		}
	}},
	{"purged rows count as dropped", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			n, err := m.Purge(ctx, floor)
			m.respoil("a", func(src *source) { src.dropped += 2 })
			return n, err
		}
	}},
	{"Reject ignores the floor", "quarantine/a purge drops the rows first seen before the floor", func(m *Memory, b *broken) {
		b.reject = m.unfenced(func(s *state) { s.floor = timesheet.FirstDay }, func() {})
	}},
	{"old clocks are below the floor of a store that was never purged", "quarantine/a purge up to the first day drops none", func(_ *Memory, b *broken) {
		b.rejecting(func(rows []timesheet.Rejected) []timesheet.Rejected {
			return slices.DeleteFunc(rows, func(r timesheet.Rejected) bool { return r.Seen < at(timesheet.FirstDay, 0) })
		})
	}},
	{"Erase leaves rejected rows", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			return keepingRows(m, func() (int, error) { return m.Erase(ctx, e) })
		}
	}},
	{"Erase looks at one source only", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			var kept []timesheet.Rejected
			m.respoil("b", func(src *source) { kept = src.rejected })
			n, err := m.Erase(ctx, e)
			m.respoil("b", func(src *source) { src.rejected = kept })
			return n, err
		}
	}},
	{"Erase counts rejected rows as entries", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			kept := m.allRejected()
			n, err := m.Erase(ctx, e)
			return n + kept - m.allRejected(), err
		}
	}},
	{"Erase compares employees with their spaces", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.erase = m.erasing(func(r timesheet.Rejected, e string) bool { return r.Employee == e })
	}},
	{"Erase trims all white space", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.erase = m.erasing(func(r timesheet.Rejected, e string) bool { return strings.TrimSpace(r.Employee) == e })
	}},
	{"Erase takes rows of ids that begin so", "quarantine/ids of the erased are bytes", func(m *Memory, b *broken) {
		b.erase = m.erasing(func(r timesheet.Rejected, e string) bool { return strings.HasPrefix(r.Employee, e) })
	}},
	{"Reject ignores tombstones", "quarantine/an erasure drops the rows of the employee", func(m *Memory, b *broken) {
		b.reject = m.unfenced(func(s *state) { s.tombstones = nil }, func() {})
	}},
	{"a row that isn't kept takes its id", "quarantine/a row that isn't kept leaves its id to another", func(_ *Memory, b *broken) {
		b.rejecting(func(rows []timesheet.Rejected) []timesheet.Rejected {
			return slices.CompactFunc(rows, func(x, y timesheet.Rejected) bool { return x.Row == y.Row })
		})
	}},
	{"Reject checks tombstones, then keeps", "quarantine/nothing of the erased comes while rejecting goes on", func(m *Memory, b *broken) {
		b.reject = m.unfenced(func(*state) {}, breathe)
	}},
	{"Reject checks the floor, then keeps", "quarantine/nothing from below the floor comes while rejecting goes on", func(m *Memory, b *broken) {
		b.reject = m.unfenced(func(*state) {}, breathe)
	}},
}

// keepingRows does remove, which takes no rejected rows.
func keepingRows(m *Memory, remove func() (int, error)) (int, error) {
	m.mu.Lock()
	kept := make(map[string][]timesheet.Rejected)
	for name, src := range m.data.sources {
		kept[name] = src.rejected
	}
	m.mu.Unlock()
	n, err := remove()
	for name, rows := range kept {
		m.respoil(name, func(src *source) { src.rejected = rows })
	}
	return n, err
}

// purging is a Purge that takes more rejected rows than it should.
func (m *Memory) purging(also func(timesheet.Day, timesheet.Rejected) bool) func(context.Context, timesheet.Day) (int, error) {
	return func(ctx context.Context, floor timesheet.Day) (int, error) {
		n, err := m.Purge(ctx, floor)
		m.respoil("a", func(src *source) {
			src.rejected = slices.DeleteFunc(src.rejected, func(r timesheet.Rejected) bool { return also(floor, r) })
		})
		return n, err
	}
}

// erasing is an Erase that takes the rejected rows that are the employee's by its own rule.
func (m *Memory) erasing(its func(r timesheet.Rejected, e string) bool) func(context.Context, timesheet.EmployeeID) (int, error) {
	return func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
		n, err := keepingRows(m, func() (int, error) { return m.Erase(ctx, e) })
		for _, name := range []string{"a", "b", "clocking"} {
			m.respoil(name, func(src *source) {
				src.rejected = slices.DeleteFunc(src.rejected, func(r timesheet.Rejected) bool { return its(r, string(e)) })
			})
		}
		return n, err
	}
}

// unfenced is a Reject that checks rows against a state that it changes, and keeps
// them a moment later.
func (m *Memory) unfenced(change func(*state), between func()) func(context.Context, string, []timesheet.Rejected) error {
	return func(ctx context.Context, name string, rows []timesheet.Rejected) error {
		if err := m.Reject(ctx, name, nil); err != nil {
			return err
		}
		m.mu.Lock()
		seen := m.data.clone()
		m.mu.Unlock()
		change(&seen)
		between()
		m.respoil(name, func(src *source) {
			for _, r := range rows {
				if at, kept := src.find(r.Row); !kept && !seen.forgets(r) {
					src.rejected = slices.Insert(src.rejected, at, r)
				}
			}
		})
		return nil
	}
}

// allRejected is how many rows are kept of all sources.
func (m *Memory) allRejected() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, src := range m.data.sources {
		n += len(src.rejected)
	}
	return n
}
