package http_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// evening is the tests' now: after every clocking that they post.
func evening() time.Time { return time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) }

// site is a store and its actors in one: it joins at once.
type site struct {
	timesheethttp.Ledger // on a store of its own
	mu                   sync.Mutex
	entries              map[key]timesheet.Entry
	version              uint64
	stored               []timesheet.Assignment
	rules                *timesheet.DayRules // as known to the actors
	batches              int

	fail   func(timesheet.Batch) error // of a Submit, before anything is applied; may be nil
	broken error                       // of every read of the store
	reload error
	hook   func(context.Context) // at the begin of Submit
	expire int
}

type key struct {
	employee timesheet.EmployeeID
	day      timesheet.Day
}

func newSite(tb testing.TB, as ...timesheet.Assignment) *site {
	tb.Helper()
	if len(as) == 0 {
		as = []timesheet.Assignment{rule("", 0, "Europe/Berlin", 0)}
	}
	s := &site{Ledger: storetest.NewMemory(4), entries: make(map[key]timesheet.Entry)}
	if _, err := s.SetDayRules(tb.Context(), 0, as); err != nil {
		tb.Fatal(err)
	}
	if err := s.Reload(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return s
}

func rule(e timesheet.EmployeeID, from timesheet.Day, zone string, boundary time.Duration) timesheet.Assignment {
	return timesheet.Assignment{Employee: e, From: from, Rule: timesheet.DayRule{Zone: zone, Boundary: boundary}}
}

func (s *site) DayRules() *timesheet.DayRules {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rules
}

func (s *site) Reload(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reload != nil {
		return s.reload
	}
	rules, err := timesheet.NewDayRules(s.version, s.stored, time.LoadLocation)
	s.rules = rules
	return err
}

func (s *site) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches++
	if err := ctx.Err(); err != nil {
		return timesheet.Receipt{}, timesheet.NewError(timesheet.Unavailable, "submit", err)
	}
	if s.fail != nil {
		if err := s.fail(b); err != nil {
			return timesheet.Receipt{}, err
		}
	}
	if b.RulesVersion != s.version {
		return timesheet.Receipt{}, timesheet.NewError(timesheet.Stale, "submit", nil)
	}
	for _, e := range b.Entries {
		k := key{e.Employee, e.Day}
		if old, ok := s.entries[k]; ok {
			e = timesheet.Join(old, e)
		}
		s.entries[k] = e
	}
	return timesheet.Receipt{Accepted: len(b.Entries), Expired: s.expire}, nil
}

// all are the entries of from to to, sorted by day and employee.
func (s *site) all(from, to timesheet.Day) []timesheet.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var es []timesheet.Entry
	for _, e := range s.entries {
		if e.Day >= from && e.Day <= to {
			es = append(es, e)
		}
	}
	slices.SortFunc(es, func(a, b timesheet.Entry) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Employee, b.Employee))
	})
	return es
}

func (s *site) Range(_ context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	es := s.all(from, to)
	return slices.DeleteFunc(es, func(x timesheet.Entry) bool { return x.Employee != e }), s.down()
}

// Board's cursors are raw bytes that aren't UTF-8.
func (s *site) Board(_ context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	es := s.all(d, d)
	if after != "" {
		if after[0] != 0xff {
			return nil, "", timesheet.NewError(timesheet.Invalid, "cursor", errors.New("not one of mine"))
		}
		es = slices.DeleteFunc(es, func(x timesheet.Entry) bool { return string(x.Employee) <= after[1:] })
	}
	if len(es) <= limit {
		return es, "", s.down()
	}
	return es[:limit], "\xff" + string(es[limit-1].Employee), s.down()
}

func (s *site) Days(context.Context) ([]timesheet.Day, error) {
	var days []timesheet.Day
	for _, e := range s.all(timesheet.FirstDay, timesheet.LastDay) {
		days = append(days, e.Day)
	}
	return slices.Compact(days), s.down()
}

func (s *site) Ping(context.Context) error { return s.down() }

func (s *site) down() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *site) DayRules0() (uint64, []timesheet.Assignment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version, s.stored
}

func (s *site) SetDayRules(_ context.Context, expected uint64, as []timesheet.Assignment) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if expected != s.version {
		return 0, timesheet.NewError(timesheet.Conflict, "set day rules", errors.New("another version is in force"))
	}
	s.version++
	s.stored = as
	return s.version, nil
}

// keeper is the store's side of a site: its DayRules are another method.
type keeper struct{ *site }

func (k keeper) DayRules(context.Context) (uint64, []timesheet.Assignment, error) {
	v, as := k.DayRules0()
	return v, as, k.down()
}

// quiet drops all logs.
var quiet = slog.New(slog.DiscardHandler)

func equalEntries(t testing.TB, got, want []timesheet.Entry) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("entries differ (-want +got):\n%s", diff)
	}
}

var errUnavailable = timesheet.NewError(timesheet.Unavailable, "read", errors.New("no route to host"))
