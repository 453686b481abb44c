package storetest

import (
	"context"
	"time"

	"timesheet"
)

// keeperMutants keep day rules, checkpoints and leases wrongly.
var keeperMutants = []mutant{
	{"day rules aren't compare-and-set", "rules/another version is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.setRules = func(ctx context.Context, _ uint64, as []timesheet.Assignment) (uint64, error) {
			version, _, err := m.DayRules(ctx)
			if err != nil {
				return 0, err
			}
			return m.SetDayRules(ctx, version, as)
		}
	}},
	{"day rules are compared, then set", "rules/of many at once one wins", func(m *Memory, b *broken) {
		b.setRules = func(ctx context.Context, expected uint64, as []timesheet.Assignment) (uint64, error) {
			version, _, err := m.DayRules(ctx)
			if err != nil || version != expected {
				return m.SetDayRules(ctx, expected, as)
			}
			breathe()
			m.mu.Lock()
			m.data.version = expected
			m.mu.Unlock()
			return m.SetDayRules(ctx, expected, as)
		}
	}},
	{"epochs change before the day rules", "rules/a sender that meets the new epoch reads the new rules", func(m *Memory, b *broken) {
		b.setRules = func(ctx context.Context, expected uint64, as []timesheet.Assignment) (uint64, error) {
			m.mintAll()
			breathe()
			return m.SetDayRules(ctx, expected, as)
		}
	}},
	{"Advance needs no nonce", "checkpoint/advancing needs the lease, the generation and the right direction", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, _ string, to timesheet.Checkpoint) error {
			m.mu.Lock()
			nonce := m.data.sources[source].lease.Nonce
			m.mu.Unlock()
			return m.Advance(ctx, source, nonce, to)
		}
	}},
	{"Advance goes back", "checkpoint/advancing needs the lease, the generation and the right direction", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
			m.mu.Lock()
			if src := m.data.sources[source]; src.lease.is(nonce) && src.checkpoint.Generation == to.Generation {
				src.checkpoint.Settled = min(src.checkpoint.Settled, to.Settled)
				m.data.sources[source] = src
			}
			m.mu.Unlock()
			return m.Advance(ctx, source, nonce, to)
		}
	}},
	{"Advance compares, then sets", "checkpoint/of many advances at once none goes back", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
			now, err := m.Checkpoint(ctx, source)
			if err != nil || now.Settled > to.Settled {
				return m.Advance(ctx, source, nonce, to)
			}
			for range 4 - to.Settled%4 { // not all alike, or they would set in the order of comparing
				breathe()
			}
			m.mu.Lock()
			src := m.data.sources[source]
			src.checkpoint.Settled = to.Settled
			m.data.sources[source] = src
			m.mu.Unlock()
			return nil
		}
	}},
	{"Advance ignores the generation", "checkpoint/rewinding begins a generation", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
			now, err := m.Checkpoint(ctx, source)
			to.Generation = now.Generation
			if err != nil {
				return err
			}
			return m.Advance(ctx, source, nonce, to)
		}
	}},
	{"row ids are floating-point numbers", "checkpoint/large ids are exact", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
			to.Settled = timesheet.RowID(float64(to.Settled))
			return m.Advance(ctx, source, nonce, to)
		}
	}},
	{"the state is cut", "checkpoint/the state is as large as it may be", func(m *Memory, b *broken) {
		b.advance = func(ctx context.Context, source, nonce string, to timesheet.Checkpoint) error {
			to.State = to.State[:min(len(to.State), 64<<10)]
			return m.Advance(ctx, source, nonce, to)
		}
	}},
	{"Rewind keeps the generation", "checkpoint/rewinding begins a generation", func(m *Memory, b *broken) {
		b.rewind = func(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
			c, err := m.Rewind(ctx, source, expected, settled, state, reason)
			m.mu.Lock()
			defer m.mu.Unlock()
			if src := m.data.sources[source]; err == nil {
				src.checkpoint.Generation = expected
				m.data.sources[source] = src
			}
			return c, err
		}
	}},
	{"Rewind expects nothing", "checkpoint/rewinding expects the generation", func(m *Memory, b *broken) {
		b.rewind = func(ctx context.Context, source string, _ uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
			now, err := m.Checkpoint(ctx, source)
			if err != nil {
				return now, err
			}
			return m.Rewind(ctx, source, now.Generation, settled, state, reason)
		}
	}},
	{"all sources have one checkpoint", "checkpoint/sources are independent", func(m *Memory, b *broken) {
		b.checkpoint = func(ctx context.Context, _ string) (timesheet.Checkpoint, error) {
			return m.Checkpoint(ctx, "clocking")
		}
	}},
	{"a lease is stolen", "lease/one holder at a time", func(m *Memory, b *broken) {
		b.acquire = func(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
			m.drop(source)
			return m.Acquire(ctx, source, l, ttl)
		}
	}},
	{"a lease never ends", "lease/a lease ends after its time, unless it is renewed", func(m *Memory, b *broken) {
		b.acquire = func(ctx context.Context, source string, l timesheet.Lease, _ time.Duration) (timesheet.Lease, error) {
			return m.Acquire(ctx, source, l, hour)
		}
	}},
	{"a lease isn't renewed", "lease/a lease ends after its time, unless it is renewed", func(m *Memory, b *broken) {
		b.acquire = func(ctx context.Context, source string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
			m.mu.Lock()
			now := m.data.sources[source].lease
			m.mu.Unlock()
			if now.is(l.Nonce) {
				return now.Lease, nil
			}
			return m.Acquire(ctx, source, l, ttl)
		}
	}},
	{"anybody releases a lease", "lease/only the holder's nonce releases", func(m *Memory, b *broken) {
		b.release = func(_ context.Context, source, _ string) error {
			m.drop(source)
			return nil
		}
	}},
}

// drop ends the lease of a source.
func (m *Memory) drop(source string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	src := m.data.sources[source]
	src.lease = held{}
	m.data.sources[source] = src
}
