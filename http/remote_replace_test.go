package http_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

func drawEntry(t *rapid.T, label string) timesheet.Entry {
	e := timesheet.EmployeeID(rapid.SampledFrom([]string{"7", "Zoë <&>", "8"}).Draw(t, label+"'s employee"))
	day := timesheet.DayOf(2026, 11, rapid.IntRange(20, 22).Draw(t, label+"'s day"))
	at := timesheet.Instant(day)*86_400_000 + timesheet.Instant(rapid.SampledFrom([]int{0, 1, 36_000_000}).Draw(t, label+"'s earliest"))
	return timesheet.Entry{Employee: e, Day: day, Earliest: at, Latest: at + timesheet.Instant(rapid.IntRange(-1, 2).Draw(t, label+"'s span")), Flags: timesheet.Flags(rapid.IntRange(0, 8).Draw(t, label+"'s flags"))}
}

// Replacements mean the same through a service as on the store itself: each has its own
// outcome, and those that can't be stored don't stop the others.
func TestRemoteReplaces(t *testing.T) {
	s := newSite(t)
	r := dial(t, serve(t, options(s)).url)
	rapid.Check(t, func(t *rapid.T) {
		own, behind := storetest.NewMemory(4), storetest.NewMemory(4)
		s.Ledger = behind
		known := []timesheet.Entry{{}} // old entries that may be there
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			rs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) timesheet.Replacement {
				rep := timesheet.Replacement{Old: rapid.SampledFrom(known).Draw(t, "old"), New: drawEntry(t, "new")}
				if rapid.Bool().Draw(t, "of the same") && !rep.Old.IsZero() {
					rep.New.Employee, rep.New.Day = rep.Old.Employee, rep.Old.Day
				}
				if rapid.IntRange(0, 4).Draw(t, "remove") == 0 {
					rep.New = timesheet.Entry{}
				}
				return rep
			}), 0, 6).Draw(t, fmt.Sprint("round ", round))
			want, got := own.Replace(t.Context(), rs), r.Replace(t.Context(), rs)
			for i := range rs {
				same(t, fmt.Sprintf("%+v", rs[i]), 0, want[i], 0, got[i])
				known = append(known, rs[i].New)
			}
			if len(got) != len(rs) {
				t.Fatalf("%d outcomes of %d", len(got), len(rs))
			}
		}
		for _, e := range []timesheet.EmployeeID{"7", "8", "Zoë <&>"} {
			want, err := own.Range(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
			got, err2 := behind.Range(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
			same(t, string(e), want, err, got, err2)
		}
	})
}

// counting counts calls of Replace and fails from the one that it is told.
type counting struct {
	timesheethttp.Ledger
	calls, most int
	failFrom    int // 0 for never
	err         error
}

func (c *counting) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	c.calls++
	c.most = max(c.most, len(rs))
	if c.failFrom == 0 || c.calls < c.failFrom {
		return c.Ledger.Replace(ctx, rs)
	}
	errs := make([]error, len(rs))
	for i := range errs {
		errs[i] = c.err
	}
	return errs
}

func TestRemoteReplacesMany(t *testing.T) {
	many := func() (rs []timesheet.Replacement) {
		for _, e := range someEntries(2_500) {
			rs = append(rs, timesheet.Replacement{New: e})
		}
		rs[1_700].New.Employee = "tab\t"
		return rs
	}
	s := newSite(t)
	l := &counting{Ledger: s.Ledger}
	s.Ledger = l
	server := serve(t, options(s))
	r := dial(t, server.url)
	t.Run("in parts", func(t *testing.T) {
		for i, err := range r.Replace(t.Context(), many()) {
			if i != 1_700 && err != nil || i == 1_700 && !errors.Is(err, timesheet.Invalid) {
				t.Fatal(i, err)
			}
		}
		if l.calls != 3 || l.most > 1_000 {
			t.Fatal(l.calls, l.most)
		}
	})
	t.Run("each with the store's code, and no text that isn't for outsiders", func(t *testing.T) {
		for _, code := range []timesheet.Code{timesheet.Invalid, timesheet.Conflict, timesheet.Unavailable, timesheet.Internal} {
			l.calls, l.failFrom, l.err = 0, 3, timesheet.NewError(code, "replace", errors.New("hunter2"))
			for i, err := range r.Replace(t.Context(), many()) {
				if want := map[bool]timesheet.Code{true: timesheet.Conflict, false: code}[i < 2_001]; i != 1_700 && timesheet.CodeOf(err) != want {
					t.Fatalf("%d: %v, want %s", i, err, want)
				}
				if hidden := code == timesheet.Unavailable || code == timesheet.Internal; hidden && strings.Contains(err.Error(), "hunter2") {
					t.Fatal(err)
				}
			}
		}
	})
	t.Run("none is forgotten when the service is gone", func(t *testing.T) {
		if err := server.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, err := range r.Replace(t.Context(), many()) {
			if i != 1_700 && !errors.Is(err, timesheet.Unavailable) {
				t.Fatal(i, err)
			}
		}
	})
}
