package ingest_test

import (
	"context"
	"fmt"
	"slices"
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

	poller *ingest.Poller // of beside; nil elsewhere

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
	var made []timesheet.Entry
	for _, r := range s.view.visible() {
		if aside[r.ID] || s.heedless && r.Clocking.Employee == "old" {
			continue
		}
		e, err := rules.Entry(r.Clocking, 0, timesheet.InstantOf(now()))
		if r.Fault != "" || err != nil {
			s.must(s.store.Reject(ctx, source, []timesheet.Rejected{{Row: r.ID, Employee: string(r.Clocking.Employee), Reason: "as asked", Seen: timesheet.InstantOf(now())}}))
			continue
		}
		made = append(made, e)
	}
	storetest.Merge(s, s.store, made...)
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
