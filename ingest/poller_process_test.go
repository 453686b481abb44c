package ingest_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

var _ ingest.PollerStore = (*process)(nil)

// Submit implements ingest.Sink: it joins into the store.
func (p *process) Submit(ctx context.Context, b timesheet.Batch) (r timesheet.Receipt, err error) {
	p.onTheWay(1)
	defer p.onTheWay(-1)
	if p.submit != nil {
		if err := p.submit(b); err != nil {
			return r, err
		}
	}
	version, _, err := p.Faulty.DayRules(ctx)
	if err != nil {
		return r, err
	}
	if version != b.RulesVersion {
		return r, timesheet.NewError(timesheet.Stale, "submit", nil)
	}
	by := make(map[timesheet.Partition][]timesheet.Entry)
	for _, e := range b.Entries {
		part := timesheet.PartitionOf(e.Employee, p.Partitions())
		by[part] = append(by[part], e)
	}
	deltas := make([]timesheet.Delta, 0, len(by))
	for _, part := range slices.Sorted(maps.Keys(by)) {
		deltas = append(deltas, timesheet.Delta{Partition: part})
	}
	for i, m := range p.Merge(ctx, deltas) {
		if m.Err != nil {
			return r, m.Err
		}
		deltas[i].Epoch, deltas[i].Entries = m.Token.Epoch, by[deltas[i].Partition]
	}
	for _, m := range p.Merge(ctx, deltas) {
		if m.Err != nil {
			return r, m.Err
		}
	}
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

// onTheWay counts batches.
func (p *process) onTheWay(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batches += n
	p.most = max(p.most, p.batches)
}

// enter is the beginning of a call of the view; it answers after how many rows the
// answer is cut, -1 for never.
func (p *process) enter(ctx context.Context, call string) (cut int, err error) {
	if ctx.Err() != nil || p.dead.Load() {
		return 0, errDead
	}
	p.source.mu.Lock()
	fault := p.source.fault
	p.source.mu.Unlock()
	if fault == nil {
		return -1, nil
	}
	cut, err = fault(call)
	if err == nil {
		return -1, nil
	}
	if cut == 0 {
		return 0, err
	}
	return cut, nil
}

// see is one call of the view.
func (p *process) see(ctx context.Context, call string, dst []timesheet.Row, limit int, ranges ...timesheet.RowRange) ([]timesheet.Row, error) {
	if p.viewing.Add(1) > 1 {
		p.t.Error("two calls of the view at once")
	}
	defer p.viewing.Add(-1)
	cut, err := p.enter(ctx, call)
	if err != nil {
		return dst, err
	}
	c := p.source
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, r := range ranges {
		for i, _ := c.find(r.First); i < len(c.rows) && c.rows[i].ID <= r.Last && n < limit; i++ {
			if c.locked[c.rows[i].ID] {
				continue
			}
			if dst, n = append(dst, c.rows[i]), n+1; n == cut {
				return dst, timesheet.NewError(timesheet.Unavailable, "read the view", errors.New("the answer was cut"))
			}
		}
	}
	return dst, nil
}

// Page implements ingest.View.
func (p *process) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	return p.see(ctx, "page", dst, limit, timesheet.RowRange{First: after + 1, Last: math.MaxInt64})
}

// Ranges implements ingest.View.
func (p *process) Ranges(ctx context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if len(ranges) > ingest.MaxRanges {
		p.t.Errorf("%d ranges at once", len(ranges))
	}
	for i, r := range ranges {
		if r.Last < r.First || i > 0 && r.First <= ranges[i-1].Last {
			p.t.Errorf("ranges %v", ranges)
		}
	}
	return p.see(ctx, "ranges", dst, limit, ranges...)
}

// Highest implements ingest.View.
func (p *process) Highest(ctx context.Context, wait bool) (timesheet.RowID, bool, error) {
	if _, err := p.enter(ctx, "highest"); err != nil {
		return 0, false, err
	}
	c := p.source
	for began := time.Now(); wait && c.lastLocked(); sleep(100 * time.Millisecond) {
		if time.Since(began) > 3*time.Second {
			return 0, false, timesheet.NewError(timesheet.Unavailable, "read the view", errors.New("lock time-out"))
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range slices.Backward(c.rows) {
		if !c.locked[r.ID] {
			return r.ID, true, nil
		}
	}
	return 0, false, nil
}

// Since implements ingest.View.
func (p *process) Since(ctx context.Context, from timesheet.Wall) (timesheet.RowID, bool, error) {
	all, err := p.see(ctx, "since", nil, math.MaxInt, timesheet.RowRange{First: math.MinInt64, Last: math.MaxInt64})
	for _, r := range all {
		if wall, _ := r.Clocking.At.Local(); wall >= from {
			return r.ID, true, err
		}
	}
	return 0, false, err
}

// site is an empty store with day rules.
func site(t testing.TB) *storetest.Memory {
	m := storetest.NewMemory(8)
	if _, err := m.SetDayRules(t.Context(), 0, siteRules("Europe/Berlin")); err != nil {
		t.Fatal(err)
	}
	return m
}

// fold is the entries of rows.
func fold(rows []timesheet.Row) map[storetest.Key]timesheet.Entry {
	r, err := timesheet.NewDayRules(1, siteRules("Europe/Berlin"), time.LoadLocation)
	if err != nil {
		panic(err)
	}
	entries := make(map[storetest.Key]timesheet.Entry)
	for _, row := range rows {
		if row.Fault != "" {
			continue
		}
		e, err := r.Entry(row.Clocking, 0, timesheet.InstantOf(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)))
		if err != nil {
			panic(err)
		}
		k := storetest.KeyOf(e)
		if old, ok := entries[k]; ok {
			e = timesheet.Join(old, e)
		}
		entries[k] = e
	}
	return entries
}

// equal says that the store has the entries of all rows that were ever visible.
func (c *clockings) equal(t testing.TB, m *storetest.Memory) {
	t.Helper()
	c.mu.Lock()
	want := fold(c.ever)
	c.mu.Unlock()
	if diff := cmp.Diff(want, storetest.Contents(t, m)); diff != "" {
		t.Fatalf("entries (-want +got):\n%s", diff)
	}
}
