package storetest

import (
	"context"
	"strings"

	"timesheet"
)

// removeMutants go down the lattice wrongly.
var removeMutants = []mutant{
	{"Replace is no compare-and-set", "replace/another old is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.replace = m.expecting(func(timesheet.Entry, timesheet.Entry) bool { return true })
	}},
	{"Replace ignores flags", "replace/another old is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.replace = m.expecting(func(old, is timesheet.Entry) bool {
			return !old.IsZero() && old.Earliest == is.Earliest && old.Latest == is.Latest
		})
	}},
	{"Replace creates over what is there", "replace/another old is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.replace = m.expecting(func(old, _ timesheet.Entry) bool { return old.IsZero() })
	}},
	{"Replace compares, then sets", "replace/of many at once each step succeeds once", func(m *Memory, b *broken) {
		right := m.expecting(func(timesheet.Entry, timesheet.Entry) bool { return true })
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			is, err := m.Range(ctx, rs[0].Old.Employee, rs[0].Old.Day, rs[0].Old.Day)
			if err != nil || len(is) != 1 || is[0] != rs[0].Old {
				return m.Replace(ctx, rs)
			}
			breathe()
			return right(ctx, rs)
		}
	}},
	{"Replace joins", "replace/creates, widens, narrows, moves, removes", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			joining := append([]timesheet.Replacement(nil), rs...)
			for i, r := range rs {
				if !r.Old.IsZero() && !r.New.IsZero() && KeyOf(r.Old) == KeyOf(r.New) {
					joining[i].New = timesheet.Join(r.Old, r.New)
				}
			}
			return m.Replace(ctx, joining)
		}
	}},
	{"one bad replacement refuses the call", "replace/shapes that can't work are invalid, the others are applied", func(_ *Memory, b *broken) {
		b.replace = func(_ context.Context, rs []timesheet.Replacement) []error {
			errs := make([]error, len(rs))
			for i := range errs {
				errs[i] = timesheet.Invalid
			}
			return errs
		}
	}},
	{"of equal olds all succeed", "replace/one call is applied in order", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			olds := make(map[timesheet.Entry]bool)
			errs := m.Replace(ctx, rs)
			for i, r := range rs {
				if olds[r.Old] {
					errs[i] = nil
				}
				olds[r.Old] = true
			}
			return errs
		}
	}},
	{"Replace brings back the erased", "replace/new below the floor or under a tombstone is dropped", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			errs := m.Replace(ctx, rs)
			m.mu.Lock()
			defer m.mu.Unlock()
			for i, r := range rs {
				if errs[i] == nil && !r.New.IsZero() {
					m.data.put(r.New)
				}
			}
			return errs
		}
	}},
	{"the floor goes down", "purge/the floor never goes down", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			n, err := m.Purge(ctx, floor)
			m.mu.Lock()
			defer m.mu.Unlock()
			m.data.floor = floor
			return n, err
		}
	}},
	{"Purge only raises the floor", "purge/entries before the floor are gone everywhere", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			m.mu.Lock()
			days := m.data.days
			m.data.days = nil
			m.mu.Unlock()
			_, err := m.Purge(ctx, floor)
			m.mu.Lock()
			defer m.mu.Unlock()
			m.data.days = days
			return 12, err
		}
	}},
	{"Purge takes the floor's day too", "purge/entries before the floor are gone everywhere", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) { return m.Purge(ctx, floor+1) }
	}},
	{"Erase leaves no tombstone", "erase/the unknown can be erased, and again", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			n, err := m.Erase(ctx, e)
			m.mu.Lock()
			defer m.mu.Unlock()
			delete(m.data.tombstones, m.data.mark(e))
			return n, err
		}
	}},
	{"Erase takes all ids that begin so", "erase/all entries of the employee are gone, and no others", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			m.mu.Lock()
			for d, entries := range m.data.days {
				for id := range entries {
					if id != e && strings.HasPrefix(string(e), string(id)) {
						m.data.remove(id, d)
					}
				}
			}
			m.mu.Unlock()
			return m.Erase(ctx, e)
		}
	}},
	{"Replace checks the floor, then sets", "purge/replacements during purges leave nothing below the floor", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			m.mu.Lock()
			gone := rs[0].New.IsZero() || m.data.expired(rs[0].New)
			m.mu.Unlock()
			breathe()
			errs := m.Replace(ctx, rs)
			if !gone && errs[0] == nil {
				m.mu.Lock()
				m.data.put(rs[0].New)
				m.tell(timesheet.Change{Kind: timesheet.Set, Partition: m.partitionOf(rs[0].New.Employee), Entry: rs[0].New})
				m.mu.Unlock()
			}
			return errs
		}
	}},
	{"Erase finds a thousand days", "erase/a long history", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			es, err := m.Range(ctx, e, timesheet.FirstDay, timesheet.LastDay)
			if err != nil {
				return 0, err
			}
			n, err := m.Erase(ctx, e)
			m.mu.Lock()
			defer m.mu.Unlock()
			for _, entry := range es[min(1000, len(es)):] {
				m.data.put(entry)
				n--
			}
			return n, err
		}
	}},
	{"Erase deletes first, then writes its tombstone", "erase/nothing of the erased comes while merging goes on", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			days, err := m.Days(ctx)
			if err != nil {
				return 0, err
			}
			m.mu.Lock()
			for _, d := range days {
				m.data.remove(e, d)
			}
			m.mu.Unlock()
			for range 50 { // until somebody merges, as somebody will
				breathe()
				if es, err := m.Range(ctx, e, timesheet.FirstDay, timesheet.LastDay); err != nil || len(es) > 0 {
					break
				}
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			m.data.tombstones[m.data.mark(e)] = struct{}{}
			m.mint(m.partitionOf(e))
			return 0, nil
		}
	}},
}

// expecting is a Replace that takes an old for right where same says so.
func (m *Memory) expecting(same func(old, is timesheet.Entry) bool) func(context.Context, []timesheet.Replacement) []error {
	return func(ctx context.Context, rs []timesheet.Replacement) []error {
		rs = append([]timesheet.Replacement(nil), rs...)
		m.mu.Lock()
		for i, r := range rs {
			if is := m.data.entry(r.Named().Employee, r.Named().Day); same(r.Old, is) {
				rs[i].Old = is
			}
		}
		m.mu.Unlock()
		return m.Replace(ctx, rs)
	}
}
