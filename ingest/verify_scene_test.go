package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

const source = "clocking"

// scene is a source, a store that was fed from it, and the way between them.
type scene struct {
	testing.TB
	store *storetest.Memory
	view  *sheet
	sink  *joiner
	books *books
	lease timesheet.Lease

	heedless bool // poll doesn't see to the employee "old" any more
}

// newScene has an empty source and store. Employees whose id begins with N work nights.
func newScene(t testing.TB) *scene {
	store := storetest.NewMemory(8)
	s := &scene{TB: t, store: store, view: &sheet{rows: make(map[timesheet.RowID]timesheet.Row)}, lease: timesheet.Lease{Nonce: "one"}}
	s.must(second(store.SetDayRules(t.Context(), 0, siteRules("Europe/Berlin"))))
	s.sink = &joiner{TB: t, store: store}
	s.must(s.sink.Reload(t.Context()))
	s.books = &books{Memory: store}
	return s
}

func siteRules(zone string) []timesheet.Assignment {
	return []timesheet.Assignment{
		{Rule: timesheet.DayRule{Zone: zone}},
		{Employee: "N1", Rule: timesheet.DayRule{Zone: zone, Boundary: 12 * time.Hour}},
	}
}

func second[T any](_ T, err error) error { return err }

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// row is a row of the view with a local time such as "2026-03-02 08:00".
func row(id timesheet.RowID, e timesheet.EmployeeID, at string) timesheet.Row {
	t, err := timesheet.ParseTimestamp(at + ":00")
	if err != nil {
		panic(err)
	}
	return timesheet.Row{ID: id, Clocking: timesheet.Clocking{Employee: e, At: t}}
}

// add puts rows into the view, or changes them.
func (s *scene) add(rows ...timesheet.Row) {
	s.view.mu.Lock()
	defer s.view.mu.Unlock()
	for _, r := range rows {
		s.view.rows[r.ID] = r
	}
}

func (s *scene) remove(ids ...timesheet.RowID) {
	s.view.mu.Lock()
	defer s.view.mu.Unlock()
	for _, id := range ids {
		delete(s.view.rows, id)
	}
}

// poll does what a poller does in one go: what is visible becomes durable, what can't be
// used is rejected, and the checkpoint moves to settled.
func (s *scene) poll(settled timesheet.RowID) {
	s.Helper()
	ctx := context.Background()
	rules, aside := s.sink.DayRules(), make(map[timesheet.RowID]bool)
	kept, err := s.store.Rejected(ctx, source, -1<<63, timesheet.MaxRejected)
	s.must(err)
	for _, r := range kept {
		aside[r.Row] = true
	}
	for _, r := range s.view.visible() {
		if aside[r.ID] || s.heedless && r.Clocking.Employee == "old" {
			continue
		}
		e, err := rules.Entry(r.Clocking, 0, timesheet.InstantOf(now()))
		if r.Fault != "" || err != nil {
			s.must(s.store.Reject(ctx, source, []timesheet.Rejected{{Row: r.ID, Employee: string(r.Clocking.Employee), Reason: "as asked", Seen: timesheet.InstantOf(now())}}))
			continue
		}
		storetest.Merge(s, s.store, e)
	}
	c, err := s.store.Checkpoint(ctx, source)
	s.must(err)
	if c.Generation == 0 {
		c, err = s.store.Rewind(ctx, source, 0, -1<<63, nil, "first start")
		s.must(err)
	}
	s.must(second(s.store.Acquire(ctx, source, s.lease, time.Hour)))
	s.must(s.store.Advance(ctx, source, s.lease.Nonce, timesheet.Checkpoint{Generation: c.Generation, Settled: max(settled, c.Settled)}))
}

// entry is an entry of one day with local times such as "08:00", in the scene's rules.
func (s *scene) entry(e timesheet.EmployeeID, day, earliest, latest string, flags timesheet.Flags) timesheet.Entry {
	s.Helper()
	a := s.clocked(row(0, e, day+" "+earliest))
	b := s.clocked(row(0, e, day+" "+latest))
	joined := timesheet.Join(a, b)
	joined.Flags |= flags
	return joined
}

func (s *scene) clocked(r timesheet.Row) timesheet.Entry {
	s.Helper()
	e, err := s.sink.DayRules().Entry(r.Clocking, 0, timesheet.InstantOf(now()))
	s.must(err)
	return e
}

// put sets an entry of the store to exactly e.
func (s *scene) put(e timesheet.Entry) {
	s.Helper()
	old := s.stored()[storetest.KeyOf(e)]
	s.must(s.store.Replace(context.Background(), []timesheet.Replacement{{Old: old, New: e}})[0])
}

// drop removes an entry of the store.
func (s *scene) drop(e timesheet.EmployeeID, day string) {
	s.Helper()
	old := s.stored()[storetest.Key{Employee: e, Day: date(day)}]
	s.must(s.store.Replace(context.Background(), []timesheet.Replacement{{Old: old}})[0])
}

func (s *scene) stored() map[storetest.Key]timesheet.Entry {
	s.Helper()
	return storetest.Contents(s, s.store)
}

func date(day string) timesheet.Day {
	d, err := timesheet.ParseDay(day)
	if err != nil {
		panic(err)
	}
	return d
}

// verify checks all days.
func (s *scene) verify(repair ingest.Repair) (ingest.Verification, error) {
	return ingest.Verify(s.Context(), s.view, s.sink, s.books, s.options(repair))
}

func (s *scene) options(repair ingest.Repair) ingest.VerifyOptions {
	return ingest.VerifyOptions{
		From: timesheet.FirstDay, To: timesheet.LastDay, Repair: repair, Now: now,
		Page: 3, Settle: time.Millisecond, CatchUp: time.Second, Patience: 10 * time.Millisecond,
	}
}

// finds checks all days and compares what differs, a line each, with want.
func (s *scene) finds(repair ingest.Repair, want ...string) ingest.Verification {
	s.Helper()
	v, err := s.verify(repair)
	s.must(err)
	s.differ(v, want...)
	return v
}

func (s *scene) differ(v ingest.Verification, want ...string) {
	s.Helper()
	var got []string
	for _, d := range v.Differences {
		got = append(got, s.line(d))
	}
	if !slices.Equal(got, want) {
		s.Fatalf("found %q, want %q", got, want)
	}
}

// line is a difference as "narrower 7 2026-03-02 source 08:00-17:00 stored 09:00-17:00: repaired".
func (s *scene) line(d ingest.Difference) string {
	named := d.Source
	if named.IsZero() {
		named = d.Stored
	}
	times := func(e timesheet.Entry) string {
		if e.IsZero() {
			return "none"
		}
		zone := s.sink.DayRules().For(e.Employee).Location(e.Day)
		return e.Earliest.Time().In(zone).Format("15:04-") + e.Latest.Time().In(zone).Format("15:04")
	}
	line := fmt.Sprintf("%s %s %v source %s stored %s", d.Kind, named.Employee, named.Day, times(d.Source), times(d.Stored))
	if d.Outcome != "" {
		line += ": " + d.Outcome
	}
	return line
}

// sheet is a clocking view in memory.
type sheet struct {
	mu   sync.Mutex
	rows map[timesheet.RowID]timesheet.Row // guarded by mu: those that are visible

	// before is called before each call, without the lock; an error is the call's answer.
	before func(call string) error
	pages  int
}

func (v *sheet) call(name string) error {
	if v.before == nil {
		return nil
	}
	return v.before(name)
}

// visible is all rows by id.
func (v *sheet) visible() []timesheet.Row {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]timesheet.Row, 0, len(v.rows))
	for _, r := range v.rows {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b timesheet.Row) int { return int(a.ID - b.ID) })
	return all
}

func (v *sheet) Page(_ context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if err := v.call("page"); err != nil {
		return dst, err
	}
	v.pages++
	for _, r := range v.visible() {
		if r.ID > after && len(dst) < limit {
			dst = append(dst, r)
		}
	}
	return dst, nil
}

func (v *sheet) Ranges(_ context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if err := v.call("ranges"); err != nil {
		return dst, err
	}
	for _, r := range v.visible() {
		in := slices.ContainsFunc(ranges, func(x timesheet.RowRange) bool { return x.First <= r.ID && r.ID <= x.Last })
		if in && len(dst) < limit {
			dst = append(dst, r)
		}
	}
	return dst, nil
}

func (v *sheet) Highest(context.Context, bool) (id timesheet.RowID, any bool, err error) {
	if err := v.call("highest"); err != nil {
		return 0, false, err
	}
	all := v.visible()
	if len(all) == 0 {
		return 0, false, nil
	}
	return all[len(all)-1].ID, true, nil
}

func (v *sheet) Since(_ context.Context, from timesheet.Wall) (id timesheet.RowID, any bool, err error) {
	if err := v.call("since"); err != nil {
		return 0, false, err
	}
	for _, r := range v.visible() {
		if wall, local := r.Clocking.At.Local(); local && r.Fault == "" && wall >= from {
			return r.ID, true, nil
		}
	}
	return 0, false, nil
}

// joiner is a sink straight into the store.
type joiner struct {
	testing.TB
	store *storetest.Memory

	mu    sync.Mutex
	rules *timesheet.DayRules // guarded by mu

	// before is called before each Submit; an error is its answer.
	before func(b timesheet.Batch) error
}

func (j *joiner) DayRules() *timesheet.DayRules {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rules
}

func (j *joiner) Reload(ctx context.Context) error {
	version, assignments, err := j.store.DayRules(ctx)
	if err != nil {
		return err
	}
	rules, err := timesheet.NewDayRules(version, assignments, time.LoadLocation)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rules = rules
	return nil
}

func (j *joiner) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	if j.before != nil {
		if err := j.before(b); err != nil {
			return timesheet.Receipt{}, err
		}
	}
	version, _, err := j.store.DayRules(ctx)
	if err != nil {
		return timesheet.Receipt{}, err
	}
	if version != b.RulesVersion {
		return timesheet.Receipt{}, timesheet.NewError(timesheet.Stale, "submit", nil)
	}
	storetest.Merge(j, j.store, b.Entries...)
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

// books is the store as Verify sees it.
type books struct {
	*storetest.Memory
	// before is called before each call; an error is its answer.
	before  func(call string) error
	rewound []timesheet.RowID
}

func (b *books) call(name string) error {
	if b.before == nil {
		return nil
	}
	return b.before(name)
}

func (b *books) Export(ctx context.Context, from, to timesheet.Day, fn func(timesheet.Entry) error) error {
	if err := b.call("export"); err != nil {
		return err
	}
	days, err := b.Days(ctx)
	if err != nil {
		return err
	}
	for _, d := range days {
		if d < from || d > to {
			continue
		}
		entries, _, err := b.Board(ctx, d, "", timesheet.MaxBoard)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		if err := b.call("exported a day"); err != nil {
			return err
		}
	}
	return nil
}

func (b *books) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	if err := b.call("checkpoint"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	return b.Memory.Checkpoint(ctx, source)
}

func (b *books) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	if err := b.call("rewind"); err != nil {
		return timesheet.Checkpoint{}, err
	}
	c, err := b.Memory.Rewind(ctx, source, expected, settled, state, reason)
	if err == nil {
		b.rewound = append(b.rewound, settled)
	}
	return c, err
}

func (b *books) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	if err := b.call("replace"); err != nil {
		return slices.Repeat([]error{err}, len(rs))
	}
	return b.Memory.Replace(ctx, rs)
}

func (b *books) Floor(ctx context.Context) (timesheet.Day, error) {
	if err := b.call("floor"); err != nil {
		return 0, err
	}
	return b.Memory.Floor(ctx)
}

func (b *books) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	if err := b.call("erased"); err != nil {
		return false, err
	}
	return b.Memory.Erased(ctx, e)
}

func (b *books) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	if err := b.call("rejected"); err != nil {
		return nil, err
	}
	return b.Memory.Rejected(ctx, source, after, limit)
}
