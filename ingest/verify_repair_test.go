package ingest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

func TestRepairMerge(t *testing.T) {
	t.Run("what is missing or narrower, and nothing else", func(t *testing.T) {
		s := week(t)
		want := s.stored()
		s.drop("7", "2026-03-03")
		s.put(s.entry("7", "2026-03-02", "12:00", "12:00", timesheet.Direct))
		wide := s.entry("8", "2026-03-02", "07:00", "18:00", 0)
		s.put(wide)
		v := s.finds(ingest.RepairMerge,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 12:00-12:00: repaired",
			"wider 8 2026-03-02 source 09:00-18:00 stored 07:00-18:00",
			"missing 7 2026-03-03 source 08:10-17:10 stored none: repaired")
		if v.Equal() {
			t.Error("equal, but one is wider still")
		}
		for k, e := range s.stored() {
			if k == storetest.KeyOf(wide) {
				want[k] = wide
			}
			if e.Flags = 0; e != want[k] {
				t.Errorf("%v, want %v", e, want[k])
			}
		}
		s.finds(ingest.RepairMerge, "wider 8 2026-03-02 source 09:00-18:00 stored 07:00-18:00")
		if len(s.books.rewound) > 0 {
			t.Error("merging rewound the poller")
		}
	})
	t.Run("all repaired is equal", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		if !s.finds(ingest.RepairMerge, "missing 7 2026-03-03 source 08:10-17:10 stored none: repaired").Equal() {
			t.Error("not equal")
		}
		s.finds(ingest.RepairNone)
	})
	t.Run("what the view feeds isn't marked as fed directly", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		s.finds(ingest.RepairMerge, "missing 7 2026-03-03 source 08:10-17:10 stored none: repaired")
		if e := s.stored()[storetest.Key{Employee: "7", Day: date("2026-03-03")}]; e.Flags != 0 {
			t.Errorf("flags %b", e.Flags)
		}
	})
	t.Run("a sink that remembers what the store has lost doesn't stop it", func(t *testing.T) {
		s := week(t)
		want := s.stored()
		s.drop("7", "2026-03-03")
		s.put(s.entry("7", "2026-03-02", "12:00", "19:00", 0))
		wide := s.entry("7", "2026-03-02", "08:00", "19:00", 0)
		want[storetest.KeyOf(wide)] = wide
		s.sink.mindless = true
		s.finds(ingest.RepairMerge,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 12:00-19:00: repaired",
			"wider 7 2026-03-02 source 08:00-17:00 stored 12:00-19:00",
			"missing 7 2026-03-03 source 08:10-17:10 stored none: repaired")
		if got := s.stored(); !equalContents(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
	t.Run("a sink that is away fails it, and says what was done", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		s.sink.before = func(timesheet.Batch) error { return code(timesheet.Unavailable) }
		v, err := s.verify(ingest.RepairMerge)
		if !errors.Is(err, timesheet.Unavailable) || len(v.Differences) != 1 || !strings.HasPrefix(v.Differences[0].Outcome, "failed: ") || v.Equal() {
			t.Errorf("%+v, %v", v, err)
		}
	})
	t.Run("a sink that is stale or overloaded for a moment is tried again", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		errs := []error{code(timesheet.Stale), code(timesheet.Overloaded), code(timesheet.Stale), nil}
		s.sink.before = func(timesheet.Batch) (err error) {
			err, errs = errs[0], errs[1:]
			return err
		}
		o := s.options(ingest.RepairMerge)
		o.Patience = 0 // the default
		v, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o)
		if err != nil || !v.Equal() || len(errs) > 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})
	t.Run("under other day rules nothing is merged", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		s.sink.before = func(timesheet.Batch) error {
			s.sink.before = nil
			return second(s.store.SetDayRules(t.Context(), 1, siteRules("Asia/Tokyo")))
		}
		v, err := s.verify(ingest.RepairMerge)
		if !errors.Is(err, timesheet.Conflict) || v.Equal() || len(s.stored()) != 2 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestRepairReplace(t *testing.T) {
	t.Run("makes the store what the view says, and rewinds the poller", func(t *testing.T) {
		s := week(t)
		want := s.stored()
		s.add(row(14, "7", "2026-03-03 12:00")) // above what is settled
		s.put(s.entry("7", "2026-03-02", "07:00", "12:00", 0))
		s.put(s.entry("7", "2026-03-03", "07:00", "19:00", timesheet.AmbiguousTime))
		s.put(s.entry("9", "2026-03-04", "08:00", "17:00", 0))
		v := s.finds(ingest.RepairReplace,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00: repaired",
			"wider 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00: repaired",
			"wider 7 2026-03-03 source 08:10-17:10 stored 07:00-19:00: repaired",
			"extra 9 2026-03-04 source none stored 08:00-17:00: repaired")
		if !v.Equal() {
			t.Error("not equal")
		}
		if got := s.stored(); !equalContents(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		c, err := s.store.Checkpoint(t.Context(), source)
		if err != nil || c.Generation != 2 || c.Settled != 11 || !strings.Contains(c.Reason, "verify") || len(s.books.rewound) != 1 {
			t.Errorf("%+v, %v, rewound to %v", c, err, s.books.rewound)
		}
		if _, err := ingest.ReadState(c); err != nil {
			t.Error(err)
		}
		s.finds(ingest.RepairReplace)
		if len(s.books.rewound) != 1 {
			t.Error("rewound for nothing")
		}
	})
	t.Run("what was fed directly is left", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "12:00", timesheet.Direct))
		s.put(s.entry("9", "2026-03-04", "08:00", "17:00", timesheet.Direct))
		s.finds(ingest.RepairReplace,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00: repaired",
			"wider 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00: fed directly: left",
			"extra 9 2026-03-04 source none stored 08:00-17:00: fed directly: left")
		if len(s.stored()) != 4 || len(s.books.rewound) > 0 {
			t.Error("it was touched")
		}
	})
	t.Run("what changed since is left", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "17:00", 0))
		s.put(s.entry("9", "2026-03-04", "08:00", "17:00", 0))
		s.books.before = func(call string) error {
			if call == "replace" {
				s.books.before = nil
				storetest.Merge(s, s.store, s.entry("7", "2026-03-02", "18:00", "18:00", 0))
			}
			return nil
		}
		s.finds(ingest.RepairReplace,
			"wider 7 2026-03-02 source 08:00-17:00 stored 07:00-17:00: changed meanwhile",
			"extra 9 2026-03-04 source none stored 08:00-17:00: repaired")
		if len(s.books.rewound) != 1 {
			t.Errorf("rewound to %v", s.books.rewound)
		}
	})
	t.Run("what the view isn't clear about is left", func(t *testing.T) {
		s := week(t) // now is 02:00
		s.add(row(12, "8", "2027-06-01 01:00"), row(13, "8", "2027-06-01 02:30"), row(14, "7", "2027-06-01 02:30"))
		s.put(s.entry("8", "2027-06-01", "00:30", "01:00", 0))
		s.put(s.entry("7", "2027-06-01", "01:00", "01:00", 0))
		s.finds(ingest.RepairReplace,
			"wider 7 2027-06-01 source 02:30-02:30 stored 01:00-01:00: changed meanwhile",
			"wider 8 2027-06-01 source 01:00-01:00 stored 00:30-01:00: changed meanwhile")
	})
	t.Run("a failure in the middle is told, and the poller rewound all the same", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "17:00", 0))
		ctx, cancel := context.WithCancel(t.Context())
		s.books.before = func(call string) error {
			if call == "replace" {
				cancel()
				return code(timesheet.Unavailable)
			}
			return nil
		}
		v, err := ingest.Verify(ctx, s.view, s.sink, s.books, s.options(ingest.RepairReplace))
		if !errors.Is(err, timesheet.Unavailable) || v.Equal() || !strings.HasPrefix(v.Differences[0].Outcome, "failed: ") || len(s.books.rewound) != 1 {
			t.Errorf("%+v, %v, rewound to %v", v, err, s.books.rewound)
		}
	})
	t.Run("a rewind that others come before is tried again, and never goes forward", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "17:00", 0))
		s.books.before = func(call string) error {
			if call == "rewind" {
				s.books.before = nil
				return second(s.store.Rewind(t.Context(), source, 1, 4, nil, "somebody else"))
			}
			return nil
		}
		s.finds(ingest.RepairReplace, "wider 7 2026-03-02 source 08:00-17:00 stored 07:00-17:00: repaired")
		if c, err := s.store.Checkpoint(t.Context(), source); err != nil || c.Generation != 3 || c.Settled != 4 {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("a rewind that fails is an error", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "17:00", 0))
		s.books.before = func(call string) error {
			if call == "rewind" {
				return code(timesheet.Internal)
			}
			return nil
		}
		if _, err := s.verify(ingest.RepairReplace); !errors.Is(err, timesheet.Internal) || !strings.Contains(err.Error(), "read again from row 11") {
			t.Error(err)
		}
	})
	t.Run("where nobody ever polled there is nothing to rewind", func(t *testing.T) {
		s := newScene(t)
		s.add(row(1, "7", "2026-03-02 08:00"))
		s.put(s.entry("7", "2026-03-02", "07:00", "08:00", 0))
		s.finds(ingest.RepairReplace, "wider 7 2026-03-02 source 08:00-08:00 stored 07:00-08:00: repaired")
		if len(s.books.rewound) > 0 {
			t.Error("a checkpoint was made")
		}
	})
}

func equalContents(a, b map[storetest.Key]timesheet.Entry) bool {
	for k, e := range a {
		if b[k] != e {
			return false
		}
	}
	return len(a) == len(b)
}
