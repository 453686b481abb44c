package http_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// ledgers are a store and a running service that has another.
func ledgers(t *testing.T) (own, behind *storetest.Memory, r *timesheethttp.Remote) {
	t.Helper()
	s := newSite(t)
	own, behind = storetest.NewMemory(4), storetest.NewMemory(4)
	s.Ledger = behind
	return own, behind, dial(t, serve(t, options(s)).url)
}

// same fails unless a call answered the same on both sides.
func same[T any](t interface{ Fatalf(string, ...any) }, what string, own T, ownErr error, got T, err error) {
	if timesheet.CodeOf(err) != timesheet.CodeOf(ownErr) || ownErr == nil && gocmp.Diff(own, got) != "" {
		t.Fatalf("%s: the store answers %+v, %v; through the service %+v, %v", what, own, ownErr, got, err)
	}
}

func TestRemoteCheckpoint(t *testing.T) {
	own, _, r := ledgers(t)
	ctx := t.Context()
	both := func(what string, call func(timesheethttp.Ledger) (timesheet.Checkpoint, error)) timesheet.Checkpoint {
		t.Helper()
		want, wantErr := call(own)
		got, err := call(r)
		same(t, what, want, wantErr, got, err)
		return got
	}
	read := func(l timesheethttp.Ledger) (timesheet.Checkpoint, error) { return l.Checkpoint(ctx, "a & b") }
	if c := both("none", read); c.Generation != 0 {
		t.Fatal(c)
	}
	state := make([]byte, timesheet.MaxCheckpointState)
	for i := range state {
		state[i] = byte(i * i)
	}
	for i, to := range []timesheet.Checkpoint{{Settled: math.MinInt64}, {Settled: -1, State: []byte{0}, Reason: "first <start>"}, {Settled: math.MaxInt64, State: state, Reason: "ünïcode"}, {State: append(state, 1)}} {
		both(fmt.Sprint("rewind ", i), func(l timesheethttp.Ledger) (timesheet.Checkpoint, error) {
			return l.Rewind(ctx, "a & b", uint64(i), to.Settled, to.State, to.Reason)
		})
		both(fmt.Sprint("read ", i), read)
	}
	both("conflict", func(l timesheethttp.Ledger) (timesheet.Checkpoint, error) {
		return l.Rewind(ctx, "a & b", 7, 1, nil, "")
	})
	if c := both("after all", read); c.Generation != 3 || len(c.State) != timesheet.MaxCheckpointState {
		t.Fatal(c.Generation, len(c.State))
	}
}

func TestRemoteFloorAndTombstones(t *testing.T) {
	_, behind, r := ledgers(t)
	check := func(floor timesheet.Day, erased bool) {
		t.Helper()
		if d, err := r.Floor(t.Context()); d != floor || err != nil {
			t.Error(d, err)
		}
		for e, want := range map[timesheet.EmployeeID]bool{"Zoë & Ω+1": erased, "8": false} {
			if yes, err := r.Erased(t.Context(), e); yes != want || err != nil {
				t.Error(e, yes, err)
			}
		}
	}
	check(timesheet.FirstDay, false)
	if _, err := behind.Purge(t.Context(), timesheet.DayOf(2026, 2, 28)); err != nil {
		t.Fatal(err)
	}
	if _, err := behind.Erase(t.Context(), "Zoë & Ω+1"); err != nil {
		t.Fatal(err)
	}
	check(timesheet.DayOf(2026, 2, 28), true)
	if _, err := r.Erased(t.Context(), ""); !errors.Is(err, timesheet.Invalid) {
		t.Error(err)
	}
}

func TestRemoteQuarantine(t *testing.T) {
	own, _, r := ledgers(t)
	ctx := t.Context()
	rows := []timesheet.Rejected{
		{Row: 3, Employee: "Zoë <7>", Reason: `it "lies" in the future`, Seen: instant("2026-11-23T08:00:00Z") + 7},
		{Row: -9, Reason: "no employee", Seen: -5},
		{Row: math.MaxInt64, Employee: "\x01", Reason: "x", Seen: 0},
	}
	list := func(t *testing.T, after timesheet.RowID, limit int) []timesheet.Rejected {
		t.Helper()
		want, wantErr := own.Rejected(ctx, "a&b", after, limit)
		got, err := r.Rejected(ctx, "a&b", after, limit)
		same(t, "rejected", want, wantErr, got, err)
		n, nErr := own.CountRejected(ctx, "a&b")
		m, mErr := r.CountRejected(ctx, "a&b")
		same(t, "count", n, nErr, m, mErr)
		return got
	}
	both := func(t *testing.T, call func(timesheethttp.Ledger) error) error {
		t.Helper()
		wantErr, err := call(own), call(r)
		same(t, "call", 0, wantErr, 0, err)
		return err
	}
	t.Run("keeps rows", func(t *testing.T) {
		if both(t, func(l timesheethttp.Ledger) error { return l.Reject(ctx, "a&b", rows) }) != nil || len(list(t, math.MinInt64, 10)) != 3 {
			t.Fatal("not kept")
		}
		if got := list(t, 3, 1); len(got) != 1 || got[0] != rows[2] {
			t.Fatal(got)
		}
	})
	t.Run("refuses what can't be kept", func(t *testing.T) {
		for _, bad := range []timesheet.Rejected{{Row: 1}, {Row: 1, Reason: strings.Repeat("x", timesheet.MaxReason+1)}, {Row: 1, Reason: "x", Employee: "\xff"}} {
			if err := both(t, func(l timesheethttp.Ledger) error { return l.Reject(ctx, "a&b", []timesheet.Rejected{bad}) }); !errors.Is(err, timesheet.Invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := r.Reject(ctx, "a&b", []timesheet.Rejected{{Row: 1, Reason: "\xff"}}); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("a reason that JSON would change: %v", err)
		}
		for _, limit := range []int{0, -1, timesheet.MaxRejected + 1} {
			list(t, 0, limit)
		}
	})
	t.Run("readmits", func(t *testing.T) {
		for _, want := range []timesheet.Code{"", timesheet.NotFound} {
			if err := both(t, func(l timesheethttp.Ledger) error { return l.Readmit(ctx, "a&b", -9) }); timesheet.CodeOf(err) != want {
				t.Fatal(err)
			}
		}
		list(t, math.MinInt64, 10)
	})
	t.Run("takes more than are kept", func(t *testing.T) {
		most := make([]timesheet.Rejected, timesheet.MaxRejected+1_500)
		for i := range most {
			most[i] = timesheet.Rejected{Row: timesheet.RowID(i), Reason: "no time"}
		}
		if err := both(t, func(l timesheethttp.Ledger) error { return l.Reject(ctx, "a&b", most) }); err != nil {
			t.Fatal(err)
		}
		if got := list(t, math.MinInt64, timesheet.MaxRejected); len(got) != timesheet.MaxRejected {
			t.Fatal(len(got))
		}
	})
}

// failingLedger fails at everything.
type failingLedger struct {
	timesheethttp.Ledger
	err error
}

func (f failingLedger) Checkpoint(context.Context, string) (timesheet.Checkpoint, error) {
	return timesheet.Checkpoint{}, f.err
}
func (f failingLedger) Rewind(context.Context, string, uint64, timesheet.RowID, []byte, string) (timesheet.Checkpoint, error) {
	return timesheet.Checkpoint{}, f.err
}
func (f failingLedger) Floor(context.Context) (timesheet.Day, error) { return 0, f.err }
func (f failingLedger) Erased(context.Context, timesheet.EmployeeID) (bool, error) {
	return false, f.err
}
func (f failingLedger) Reject(context.Context, string, []timesheet.Rejected) error { return f.err }
func (f failingLedger) Readmit(context.Context, string, timesheet.RowID) error     { return f.err }
func (f failingLedger) CountRejected(context.Context, string) (c timesheet.RejectedCount, err error) {
	return c, f.err
}
func (f failingLedger) Rejected(context.Context, string, timesheet.RowID, int) ([]timesheet.Rejected, error) {
	return nil, f.err
}
func (f failingLedger) Replace(_ context.Context, rs []timesheet.Replacement) []error {
	return slices.Repeat([]error{f.err}, len(rs))
}

func TestRemoteLedgerErrors(t *testing.T) {
	s := newSite(t)
	r := dial(t, serve(t, options(s)).url)
	ctx := t.Context()
	calls := map[string]func() error{
		"checkpoint": func() error { _, err := r.Checkpoint(ctx, "x"); return err },
		"rewind":     func() error { _, err := r.Rewind(ctx, "x", 0, 0, nil, ""); return err },
		"floor":      func() error { _, err := r.Floor(ctx); return err },
		"erased":     func() error { _, err := r.Erased(ctx, "7"); return err },
		"reject":     func() error { return r.Reject(ctx, "x", []timesheet.Rejected{{Reason: "y"}}) },
		"readmit":    func() error { return r.Readmit(ctx, "x", 1) },
		"rejected":   func() error { _, err := r.Rejected(ctx, "x", 1, 1); return err },
		"count":      func() error { _, err := r.CountRejected(ctx, "x"); return err },
		"replace":    func() error { return r.Replace(ctx, []timesheet.Replacement{{New: someEntries(1)[0]}})[0] },
	}
	for name, call := range calls {
		t.Run("of "+name+" have the store's code", func(t *testing.T) {
			for _, code := range []timesheet.Code{timesheet.Invalid, timesheet.NotFound, timesheet.Conflict, timesheet.Unavailable, timesheet.Internal} {
				s.Ledger = failingLedger{err: timesheet.NewError(code, "store", errors.New("why"))}
				if err := call(); timesheet.CodeOf(err) != code {
					t.Errorf("%s became %v", code, err)
				}
			}
		})
	}
}
