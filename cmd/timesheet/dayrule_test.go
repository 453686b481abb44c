package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/storetest"
)

// aSite is a site in Berlin on a store in memory.
func aSite(t *testing.T) *local {
	t.Helper()
	store := storetest.NewMemory(4)
	if _, err := store.SetDayRules(t.Context(), 0, []timesheet.Assignment{inZone("Europe/Berlin")}); err != nil {
		t.Fatal(err)
	}
	return &local{Store: store, log: slog.New(slog.DiscardHandler)}
}

func clocked(t *testing.T, s *local, id timesheet.EmployeeID, at string) {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := s.Rules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := rules.Entry(timesheet.Clocking{Employee: id, At: timesheet.At(timesheet.InstantOf(moment))}, 0, timesheet.InstantOf(moment))
	if err != nil {
		t.Fatal(err)
	}
	p := timesheet.PartitionOf(id, s.Partitions())
	probe := s.Merge(t.Context(), []timesheet.Delta{{Partition: p}})
	merged := s.Merge(t.Context(), []timesheet.Delta{{Partition: p, Epoch: probe[0].Token.Epoch, Entries: []timesheet.Entry{e}}})
	if merged[0].Err != nil {
		t.Fatal(merged[0].Err)
	}
}

func TestSetRule(t *testing.T) {
	const today = "2026-03-10" // in Berlin, at the time below
	now := time.Date(2026, 3, 10, 20, 0, 0, 0, time.UTC)
	rule := func(id timesheet.EmployeeID, zone string, hours int, from string) timesheet.Assignment {
		day, err := timesheet.ParseDay(from)
		if err != nil {
			t.Fatal(err)
		}
		return timesheet.Assignment{Employee: id, From: day, Rule: timesheet.DayRule{Zone: zone, Boundary: time.Duration(hours) * time.Hour}}
	}
	for _, c := range []struct {
		name    string
		entries string // employee@time, of what is stored
		set     timesheet.Assignment
		refused bool
	}{
		{"tomorrow, though today has entries", "7@2026-03-10T08:00:00Z", rule("7", "Europe/Berlin", 12, "2026-03-11"), false},
		{"today without entries", "", rule("7", "Europe/Berlin", 12, today), false},
		{"today with entries today", "7@2026-03-10T08:00:00Z", rule("7", "Europe/Berlin", 12, today), true},
		{"today with entries yesterday, whose end would move", "7@2026-03-09T08:00:00Z", rule("7", "Europe/Berlin", 12, today), true},
		{"today with entries only earlier", "7@2026-03-08T08:00:00Z", rule("7", "Europe/Berlin", 12, today), false},
		{"another's entries don't matter", "8@2026-03-10T08:00:00Z", rule("7", "Europe/Berlin", 12, today), false},
		{"for the default all entries matter", "8@2026-03-10T08:00:00Z", rule("", "Europe/Berlin", 12, today), true},
		{"long past", "7@2026-03-10T08:00:00Z", rule("7", "Europe/Berlin", 12, "2020-01-01"), true},
		{"the first day there is", "", rule("", "Europe/Berlin", 6, "1999-12-31"), false},
		{"tomorrow, which has begun in the new zone", "7@2026-03-10T08:00:00Z", rule("7", "Pacific/Kiritimati", 0, "2026-03-11"), true},
		{"tomorrow, which has begun there, but without entries", "", rule("7", "Pacific/Kiritimati", 0, "2026-03-11"), false},
		{"the day after it", "7@2026-03-10T08:00:00Z", rule("7", "Pacific/Kiritimati", 0, "2026-03-12"), false},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			s := aSite(t)
			if id, at, ok := strings.Cut(c.entries, "@"); ok {
				clocked(t, s, timesheet.EmployeeID(id), at)
			}
			before, err := s.Rules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			err = setRule(t.Context(), s, c.set, now)
			if refused := errors.Is(err, timesheet.Conflict); refused != c.refused || err != nil && !refused {
				t.Fatalf("got %v, want refused %v", err, c.refused)
			}
			after, err := s.Rules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if changed := after.Version() > before.Version(); changed == c.refused {
				t.Errorf("version %d after %d", after.Version(), before.Version())
			}
			if got := after.For(c.set.Employee).Rule(c.set.From); !c.refused && got != c.set.Rule {
				t.Errorf("in force: %v, want %v", got, c.set.Rule)
			}
		})
	}
	t.Run("a_clock_that_runs_ahead_may_have_clocked_tomorrow_already", func(t *testing.T) {
		s := aSite(t)
		clocked(t, s, "7", "2026-03-10T23:02:00Z") // 00:02 of the 11th in Berlin
		late := time.Date(2026, 3, 10, 22, 58, 0, 0, time.UTC)
		if err := setRule(t.Context(), s, rule("7", "Europe/Berlin", 12, "2026-03-11"), late); !errors.Is(err, timesheet.Conflict) {
			t.Errorf("got %v, want a refusal", err)
		}
	})
}

// contested is a site on which somebody else changes the rules before each of the
// first few of our own changes.
type contested struct {
	*local
	others int
}

func (c *contested) SetDayRules(ctx context.Context, expected uint64, as []timesheet.Assignment) (uint64, error) {
	if c.others > 0 {
		c.others--
		rules, err := c.Rules(ctx)
		if err != nil {
			return 0, err
		}
		other := timesheet.Assignment{Employee: "other", From: timesheet.Day(30_000 + c.others), Rule: timesheet.DayRule{Zone: "UTC"}}
		if _, err := c.local.SetDayRules(ctx, rules.Version(), append(rules.Assignments()[:len(rules.Assignments()):len(rules.Assignments())], other)); err != nil {
			return 0, err
		}
	}
	return c.local.SetDayRules(ctx, expected, as)
}

func TestSetRuleAgainstOthers(t *testing.T) {
	mine := timesheet.Assignment{Employee: "7", From: 30_000, Rule: timesheet.DayRule{Zone: "UTC"}}
	t.Run("loses_nobody's_change", func(t *testing.T) {
		s := &contested{aSite(t), 3}
		if err := setRule(t.Context(), s, mine, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		rules, err := s.Rules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := printRules(&out, rules.Assignments(), listCSV); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(out.String(), "\n"); lines != 1+1+3+1 {
			t.Errorf("want a header, the default, three of others and mine:\n%s", out.String())
		}
	})
	t.Run("gives_up_some_time", func(t *testing.T) {
		if err := setRule(t.Context(), &contested{aSite(t), 1000}, mine, time.Unix(0, 0)); err == nil {
			t.Error("got no error")
		}
	})
}
