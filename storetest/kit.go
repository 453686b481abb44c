package storetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"timesheet"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// kit is what a subtest works with: the test, a fresh store and the common steps.
type kit struct {
	report
	t     *testing.T
	h     Harness
	s     timesheet.Store
	ctx   context.Context
	other timesheet.Store // the second handle, once there is one
}

// report is what testing.T and rapid.T have in common.
type report interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func newKit(t *testing.T, h Harness) *kit {
	ctx, cancel := context.WithTimeout(t.Context(), 4*h.Patience)
	t.Cleanup(cancel)
	k := &kit{report: t, t: t, h: h, ctx: ctx, s: h.Open(t)}
	closeAtEnd(t, k.s)
	if n := k.s.Partitions(); n < 4 {
		t.Fatalf("the store has %d partitions, the suite needs 4", n)
	}
	return k
}

// closeAtEnd closes s with the test, which may have closed it already.
func closeAtEnd(t *testing.T, s timesheet.Store) {
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("close: %v", err)
		}
	})
}

// again is another handle on the same data; where the store isn't shared, k works
// with it from then on.
func (k *kit) again() timesheet.Store {
	k.Helper()
	s := k.h.Again(k.t, k.s)
	closeAtEnd(k.t, s)
	if !k.h.Shared {
		k.s = s
	}
	return s
}

// handles are all handles that can be used at once: one or two.
func (k *kit) handles() []timesheet.Store {
	k.Helper()
	if !k.h.Shared || k.h.Again == nil {
		return []timesheet.Store{k.s}
	}
	if k.other == nil {
		k.other = k.again()
	}
	return []timesheet.Store{k.s, k.other}
}

// check runs one law on the store: Harness.Checks cases, or fewer if -rapid.checks
// says so. Each must use employees or days of its own, by its number n.
func (k *kit) check(law func(k *kit, rt *rapid.T, n int)) {
	k.Helper()
	k.handles() // opened with the test's lifetime, not with a case's
	n, failed := 0, false
	rapid.Check(k.t, func(rt *rapid.T) {
		// rapid's own count is a flag of the whole test binary, so the cases beyond
		// ours end at once, except while a failure is made smaller.
		if n++; n > k.h.Checks && !failed {
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		c := *k
		c.report = rt
		law(&c, rt, n)
	})
}

// merge merges es under current epochs and answers how many were expired.
func (k *kit) merge(es ...timesheet.Entry) (expired int) {
	k.Helper()
	expired, err := mergeAll(k.ctx, k.s, es...)
	if err != nil {
		k.Fatalf("merge %d entries, the first of them %v: %v", len(es), es[0], err)
	}
	return expired
}

// merged is what became of a single delta.
func (k *kit) merged(d timesheet.Delta) timesheet.Merged {
	k.Helper()
	out := k.s.Merge(k.ctx, []timesheet.Delta{d})
	if len(out) != 1 {
		k.Fatalf("Merge of 1 delta answered %d", len(out))
	}
	return out[0]
}

// probe is the token of the partition of e.
func (k *kit) probe(e timesheet.EmployeeID) timesheet.Token {
	k.Helper()
	m := k.merged(timesheet.Delta{Partition: k.part(e)})
	if m.Err != nil || m.Token.Epoch == 0 || m.Expired != 0 {
		k.Fatalf("probe of the partition of %q: %+v", e, m)
	}
	return m.Token
}

// under merges es, of one partition, under an epoch.
func (k *kit) under(epoch timesheet.Epoch, es ...timesheet.Entry) timesheet.Merged {
	k.Helper()
	return k.merged(timesheet.Delta{Partition: k.part(es[0].Employee), Epoch: epoch, Entries: es})
}

func (k *kit) part(e timesheet.EmployeeID) timesheet.Partition {
	return timesheet.PartitionOf(e, k.s.Partitions())
}

// replace applies one replacement, which must succeed.
func (k *kit) replace(before, after timesheet.Entry) {
	k.Helper()
	if err := k.swap(before, after); err != nil {
		k.Fatalf("replace %v by %v: %v", before, after, err)
	}
}

// swap is the answer to one replacement.
func (k *kit) swap(before, after timesheet.Entry) error {
	k.Helper()
	errs := k.s.Replace(k.ctx, []timesheet.Replacement{{Old: before, New: after}})
	if len(errs) != 1 {
		k.Fatalf("Replace of 1 answered %d", len(errs))
	}
	return errs[0]
}

// holds says that the store must hold exactly these entries.
func (k *kit) holds(want ...timesheet.Entry) {
	k.Helper()
	got, err := contents(k.ctx, k.s)
	if err != nil {
		k.Fatalf("read the store: %v", err)
	}
	if all := byKey(want); !maps.Equal(all, got) {
		k.Fatalf("the store holds something else (-want +got):\n%s", cmp.Diff(all, got))
	}
}

// has says that exactly these entries must be there of their first one's employee.
func (k *kit) has(want ...timesheet.Entry) {
	k.Helper()
	k.hasOnly(want[0].Employee, want...)
}

// hasOnly says that exactly these entries must be there of e.
func (k *kit) hasOnly(e timesheet.EmployeeID, want ...timesheet.Entry) {
	k.Helper()
	got, err := k.s.Range(k.ctx, e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		k.Fatalf("range of %q: %v", e, err)
	}
	want = slices.SortedFunc(slices.Values(want), timesheet.Compare)
	if !slices.Equal(got, want) {
		k.Fatalf("of %q there is\n%v, want\n%v", e, got, want)
	}
}

// code says that err must have the code.
func (k *kit) code(err error, want timesheet.Code, what string) {
	k.Helper()
	if err == nil || timesheet.CodeOf(err) != want || !errors.Is(err, want) {
		k.Errorf("%s: %v (%s), want %s", what, err, timesheet.CodeOf(err), want)
	}
}

// must ends the test at an error.
func (k *kit) must(err error, what string) {
	k.Helper()
	if err != nil {
		k.Fatalf("%s: %v", what, err)
	}
}

// together runs do n times at once and answers all errors.
func together(n int, do func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
