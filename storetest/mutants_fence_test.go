package storetest

import (
	"context"
	"slices"

	"timesheet"
)

// fenceMutants neglect epochs, floor or tombstones.
var fenceMutants = []mutant{
	{"the epoch is ignored", "fence/a merge under another epoch is stale", func(m *Memory, b *broken) {
		b.merge = m.underOther(func(timesheet.Epoch) bool { return true })
	}},
	{"the zero epoch is known", "fence/zero epoch is stale in a partition never touched", func(m *Memory, b *broken) {
		b.merge = m.underOther(func(e timesheet.Epoch) bool { return e == 0 })
	}},
	{"a stale delta is applied", "fence/removing fences", func(m *Memory, b *broken) {
		right := m.underOther(func(timesheet.Epoch) bool { return true })
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			right(ctx, ds)
			return out
		}
	}},
	{"stale answers no token", "fence/a merge under another epoch is stale", func(m *Memory, b *broken) {
		b.merge = m.answered(func(_ timesheet.Delta, out *timesheet.Merged) {
			if out.Err != nil {
				out.Token = timesheet.Token{}
			}
		})
	}},
	{"a probe can be stale", "delta/a probe is answered under any epoch", func(m *Memory, b *broken) {
		b.merge = m.answered(func(d timesheet.Delta, out *timesheet.Merged) {
			if d.Epoch != out.Token.Epoch && d.Epoch != 0 {
				out.Err = timesheet.Stale
			}
		})
	}},
	{"every merge mints", "delta/merging answers the token and keeps it", func(m *Memory, b *broken) {
		b.merge = func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
			out := m.Merge(ctx, ds)
			m.each(ds, out, func(e timesheet.Entry) { m.mint(m.partitionOf(e.Employee)) })
			return out
		}
	}},
	{"the floor is ignored", "purge/merges below the floor are expired and counted", func(m *Memory, b *broken) {
		b.merge = m.without(func(s *state) { s.floor = timesheet.FirstDay })
	}},
	{"tombstones are ignored", "erase/merges of the erased are expired and counted", func(m *Memory, b *broken) {
		b.merge = m.without(func(s *state) { s.tombstones = nil })
	}},
	{"the expired aren't counted", "erase/merges of the erased are expired and counted", func(m *Memory, b *broken) {
		b.merge = m.answered(func(_ timesheet.Delta, out *timesheet.Merged) { out.Expired = 0 })
	}},
	{"the expired refuse their delta", "purge/merges below the floor are expired and counted", func(m *Memory, b *broken) {
		b.merge = m.answered(func(_ timesheet.Delta, out *timesheet.Merged) {
			if out.Expired > 0 {
				out.Err = timesheet.Invalid
			}
		})
	}},
	{"Replace keeps the epoch", "fence/narrowing fences", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) (errs []error) {
			m.keepingEpochs(func() { errs = m.Replace(ctx, rs) })
			return errs
		}
	}},
	{"Replace mints everywhere", "fence/replacing and erasing leave other partitions alone", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			m.mintAll()
			return m.Replace(ctx, rs)
		}
	}},
	{"a refused Replace mints", "replace/a refusal keeps the epoch", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			errs := m.Replace(ctx, rs)
			if errs[0] != nil {
				m.mintAll()
			}
			return errs
		}
	}},
	{"Purge keeps the epochs", "fence/purging fences", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (n int, err error) {
			m.keepingEpochs(func() { n, err = m.Purge(ctx, floor) })
			return n, err
		}
	}},
	{"Erase keeps the epoch", "fence/erasing fences", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (n int, err error) {
			m.keepingEpochs(func() { n, err = m.Erase(ctx, e) })
			return n, err
		}
	}},
	{"day rules keep the epochs", "fence/day rules fence every partition", func(m *Memory, b *broken) {
		b.setRules = func(ctx context.Context, expected uint64, as []timesheet.Assignment) (v uint64, err error) {
			m.keepingEpochs(func() { v, err = m.SetDayRules(ctx, expected, as) })
			return v, err
		}
	}},
	{"epochs come again after a restart", "again/an epoch once fenced stays fenced", func(m *Memory, _ *broken) {
		m.mu.Lock()
		for p := range m.data.epochs {
			m.data.epochs[p] = 1 // of each handle anew
		}
		m.mu.Unlock()
	}},
	{"tombstones are lost at a restart", "again/floor and tombstones", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.mu.Lock()
			defer m.mu.Unlock()
			clear(m.data.tombstones)
			return m.Another()
		}
	}},
}

// underOther merges under the epoch in force where the given one is to be ignored.
func (m *Memory) underOther(ignored func(timesheet.Epoch) bool) func(context.Context, []timesheet.Delta) []timesheet.Merged {
	return func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
		ds = slices.Clone(ds)
		for i, out := range m.Merge(ctx, withEntries(ds, func([]timesheet.Entry) []timesheet.Entry { return nil })) {
			if ignored(ds[i].Epoch) {
				ds[i].Epoch = out.Token.Epoch
			}
		}
		return m.Merge(ctx, ds)
	}
}

// answered is a Merge whose answers are changed.
func (m *Memory) answered(change func(timesheet.Delta, *timesheet.Merged)) func(context.Context, []timesheet.Delta) []timesheet.Merged {
	return func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
		out := m.Merge(ctx, ds)
		for i := range out {
			change(ds[i], &out[i])
		}
		return out
	}
}

// without is a Merge in a state that lacks something.
func (m *Memory) without(lack func(*state)) func(context.Context, []timesheet.Delta) []timesheet.Merged {
	return func(ctx context.Context, ds []timesheet.Delta) []timesheet.Merged {
		m.mu.Lock()
		floor, tombstones := m.data.floor, m.data.tombstones
		lack(&m.data)
		m.mu.Unlock()
		defer func() {
			m.mu.Lock()
			m.data.floor, m.data.tombstones = floor, tombstones
			m.mu.Unlock()
		}()
		return m.Merge(ctx, ds)
	}
}

// keepingEpochs does something and then restores all epochs.
func (m *Memory) keepingEpochs(do func()) {
	m.mu.Lock()
	epochs := slices.Clone(m.data.epochs)
	m.mu.Unlock()
	do()
	m.mu.Lock()
	defer m.mu.Unlock()
	copy(m.data.epochs, epochs)
}

func (m *Memory) mintAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for p := range m.data.epochs {
		m.mint(timesheet.Partition(p))
	}
}
