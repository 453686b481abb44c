package storetest

import (
	"context"
	"slices"
	"strings"

	"timesheet"
)

// mergeMutants merge wrongly.
var mergeMutants = []mutant{
	{"the last writer wins", "merge/earliest and latest widen, flags add up", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			m.each(ds, out, func(e timesheet.Entry) { m.data.put(e) })
			return out
		}
	}},
	{"flags are forgotten", "merge/an entry is read as it was merged", func(m *Memory, b *broken) {
		b.merge = m.altered(func(e timesheet.Entry) timesheet.Entry { e.Flags = 0; return e })
	}},
	{"flags are replaced", "merge/earliest and latest widen, flags add up", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			m.each(ds, out, func(e timesheet.Entry) {
				kept := m.data.entry(e.Employee, e.Day)
				kept.Flags = e.Flags
				m.data.put(kept)
			})
			return out
		}
	}},
	{"times are cut to seconds", "merge/an entry is read as it was merged", func(m *Memory, b *broken) {
		b.merge = m.altered(func(e timesheet.Entry) timesheet.Entry {
			e.Latest = max(e.Earliest, e.Latest-e.Latest%1000)
			return e
		})
	}},
	{"ids fold case", "merge/ids are bytes", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			m.each(ds, out, func(e timesheet.Entry) {
				m.data.remove(e.Employee, e.Day)
				e.Employee = timesheet.EmployeeID(strings.ToLower(string(e.Employee)))
				m.data.put(e)
			})
			return out
		}
	}},
	{"a repeated key counts once", "merge/one key many times in a delta", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			return m.Merge(ctx, withEntries(ds, func(es []timesheet.Entry) []timesheet.Entry {
				return slices.CompactFunc(slices.Clone(es), func(a, b timesheet.Entry) bool { return KeyOf(a) == KeyOf(b) })
			}))
		}
	}},
	{"the join is read, modify, write", "law/two writers that know nothing of each other lose nothing", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			old := make(map[Key]timesheet.Entry)
			m.mu.Lock()
			for _, d := range ds {
				for _, e := range d.Entries {
					old[KeyOf(e)] = m.data.entry(e.Employee, e.Day)
				}
			}
			m.mu.Unlock()
			breathe()
			out := m.Merge(ctx, ds)
			m.each(ds, out, func(e timesheet.Entry) {
				if was := old[KeyOf(e)]; !was.IsZero() {
					e = timesheet.Join(was, e)
				}
				m.data.put(e)
			})
			return out
		}
	}},
	{"an invalid delta is applied in part", "delta/an entry that can't be stored refuses its delta", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			m.Merge(ctx, withEntries(ds, func(es []timesheet.Entry) []timesheet.Entry {
				return slices.DeleteFunc(slices.Clone(es), func(e timesheet.Entry) bool { return e.Validate() != nil })
			}))
			return m.Merge(ctx, ds)
		}
	}},
	{"foreign entries are taken", "delta/an entry of another partition refuses its delta", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			return m.Merge(ctx, withEntries(ds, func(es []timesheet.Entry) []timesheet.Entry {
				return slices.DeleteFunc(slices.Clone(es), func(e timesheet.Entry) bool { return m.partitionOf(e.Employee) != m.partitionOf(es[0].Employee) })
			}))
		}
	}},
	{"one stale delta spoils the call", "delta/stale and invalid deltas don't touch the others", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, withEntries(ds, func([]timesheet.Entry) []timesheet.Entry { return nil }))
			for i, d := range ds {
				if out[i].Err == nil && len(d.Entries) > 0 && d.Epoch != out[i].Token.Epoch {
					for j := range out {
						out[j].Err = timesheet.Stale
					}
					return out
				}
			}
			return m.Merge(ctx, ds)
		}
	}},
	{"a large call is cut", "delta/a large call of many partitions", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			n := 0
			return m.Merge(ctx, withEntries(ds, func(es []timesheet.Entry) []timesheet.Entry {
				es = es[:min(len(es), max(0, 1000-n))]
				n += len(es)
				return es
			}))
		}
	}},
	{"a call that was cancelled isn't told so", "refusal/a context that ends during a call", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			breathe()
			if ctx.Err() != nil {
				for i := range out {
					out[i].Err = errClosed
				}
			}
			return out
		}
	}},
	{"answers are in the order of partitions", "delta/many partitions are answered in order", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			slices.Reverse(out)
			return out
		}
	}},
	{"the caller's slice is kept", "merge/the caller keeps its slices", func(m *Memory, b *broken) {
		var late []timesheet.Delta
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			late = append(late, ds...)
			return out
		}
		b.ranges = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
			for _, d := range late { // written only now
				for _, e := range d.Entries {
					e.Employee = "7"
					m.mu.Lock()
					m.data.put(e)
					m.mu.Unlock()
				}
			}
			return m.Range(ctx, e, from, to)
		}
	}},
}

// each does something with the entries that were merged, under the lock.
func (m *Memory) each(ds []timesheet.Delta, out []timesheet.Merged, do func(e timesheet.Entry)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, d := range ds {
		for _, e := range d.Entries {
			if out[i].Err == nil && !m.data.expired(e) {
				do(e)
			}
		}
	}
}

// altered is a Merge that changes every entry before.
func (m *Memory) altered(change func(timesheet.Entry) timesheet.Entry) func(context.Context, []timesheet.Delta) []timesheet.Merged {
	return func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
		return m.Merge(ctx, withEntries(ds, func(es []timesheet.Entry) []timesheet.Entry {
			changed := make([]timesheet.Entry, len(es))
			for i, e := range es {
				changed[i] = change(e)
			}
			return changed
		}))
	}
}

// withEntries are the deltas with other entries.
func withEntries(ds []timesheet.Delta, change func([]timesheet.Entry) []timesheet.Entry) []timesheet.Delta {
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i].Entries = change(ds[i].Entries)
	}
	return ds
}
