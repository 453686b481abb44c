package storetest

import (
	"context"
	"slices"
	"time"

	"timesheet"
)

// DayRules implements timesheet.RuleKeeper.
func (m *Memory) DayRules(ctx context.Context) (version uint64, assignments []timesheet.Assignment, err error) {
	if err := m.lock(ctx, "read day rules"); err != nil {
		return 0, nil, err
	}
	defer m.mu.Unlock()
	return m.data.version, slices.Clone(m.data.assignments), nil
}

// SetDayRules implements timesheet.RuleKeeper.
func (m *Memory) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (version uint64, err error) {
	if err := m.lock(ctx, "set day rules"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	if m.data.version != expected {
		return 0, timesheet.NewError(timesheet.Conflict, "set day rules", nil)
	}
	m.data.version++
	m.data.assignments = slices.Clone(assignments)
	for p := range m.data.epochs {
		m.mint(timesheet.Partition(p))
	}
	return m.data.version, nil
}

// Checkpoint implements timesheet.Checkpointer.
func (m *Memory) Checkpoint(ctx context.Context, name string) (timesheet.Checkpoint, error) {
	if err := m.lock(ctx, "read checkpoint"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	defer m.mu.Unlock()
	c := m.data.sources[name].checkpoint
	c.State = slices.Clone(c.State)
	return c, nil
}

// Advance implements timesheet.Checkpointer.
func (m *Memory) Advance(ctx context.Context, name, nonce string, to timesheet.Checkpoint) error {
	if err := checkState("advance", to.State); err != nil {
		return err
	}
	if err := m.lock(ctx, "advance"); err != nil {
		return err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	switch {
	case !src.lease.is(nonce):
		return timesheet.NewError(timesheet.Conflict, "advance: lease lost", nil)
	case src.checkpoint.Generation != to.Generation:
		return timesheet.NewError(timesheet.Conflict, "advance: another generation", nil)
	case src.checkpoint.Settled > to.Settled:
		return timesheet.NewError(timesheet.Conflict, "advance: goes back", nil)
	}
	src.checkpoint.Settled = to.Settled
	src.checkpoint.State = slices.Clone(to.State)
	m.data.sources[name] = src
	return nil
}

// Rewind implements timesheet.Checkpointer.
func (m *Memory) Rewind(ctx context.Context, name string, expected uint64, settled timesheet.RowID, data []byte, reason string) (timesheet.Checkpoint, error) {
	if err := checkState("rewind", data); err != nil {
		return timesheet.Checkpoint{}, err
	}
	if err := m.lock(ctx, "rewind"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	if src.checkpoint.Generation != expected {
		return timesheet.Checkpoint{}, timesheet.NewError(timesheet.Conflict, "rewind", nil)
	}
	src.checkpoint = timesheet.Checkpoint{Generation: expected + 1, Settled: settled, State: slices.Clone(data), Reason: reason}
	m.data.sources[name] = src
	c := src.checkpoint
	c.State = slices.Clone(c.State)
	return c, nil
}

// Acquire implements timesheet.Checkpointer. A lease needs a nonce.
func (m *Memory) Acquire(ctx context.Context, name string, l timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
	if ttl < time.Second || l.Nonce == "" {
		return timesheet.Lease{}, invalid("acquire lease", "ttl %v or the nonce can't be used", ttl)
	}
	if err := m.lock(ctx, "acquire lease"); err != nil {
		return timesheet.Lease{}, err
	}
	defer m.mu.Unlock()
	src := m.data.sources[name]
	if now := time.Now(); src.lease.is(l.Nonce) || !now.Before(src.lease.until) {
		src.lease = held{Lease: l, until: now.Add(ttl)}
		m.data.sources[name] = src
	}
	return src.lease.Lease, nil
}

// Release implements timesheet.Checkpointer.
func (m *Memory) Release(ctx context.Context, name, nonce string) error {
	if err := m.lock(ctx, "release lease"); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if src := m.data.sources[name]; src.lease.is(nonce) {
		src.lease = held{}
		m.data.sources[name] = src
	}
	return nil
}

// is tells whether the lease is in force, and nonce's.
func (h held) is(nonce string) bool {
	return h.Nonce != "" && h.Nonce == nonce && time.Now().Before(h.until)
}

func checkState(op string, b []byte) error {
	if len(b) > timesheet.MaxCheckpointState {
		return invalid(op, "the state has %d bytes, at most %d are allowed", len(b), timesheet.MaxCheckpointState)
	}
	return nil
}
