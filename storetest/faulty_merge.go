package storetest

import (
	"context"

	"timesheet"
)

// Partitions implements timesheet.Merger; it never fails.
func (f *Faulty) Partitions() int { return f.inner.Partitions() }

// Merge implements timesheet.Merger. An error of a fault is that of every delta
// concerned; where it comes after applying, tokens are left out.
func (f *Faulty) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	a := f.next("Merge")
	out := make([]timesheet.Merged, len(deltas))
	hit, spared := a.split(len(deltas), func(i int) timesheet.Partition { return deltas[i].Partition })
	f.mergeSome(ctx, deltas, spared, out)
	if len(hit) == 0 {
		return out
	}
	err := a.enter(ctx)
	if err == nil {
		if a.Stale {
			f.staleSome(ctx, deltas, hit, out)
		} else {
			f.mergeSome(ctx, deltas, hit, out)
		}
		err = a.leave(ctx)
	}
	if err != nil {
		for _, i := range hit {
			out[i] = timesheet.Merged{Err: err}
		}
	}
	return out
}

// mergeSome merges those of the deltas whose indexes are listed.
func (f *Faulty) mergeSome(ctx context.Context, deltas []timesheet.Delta, indexes []int, out []timesheet.Merged) {
	if len(indexes) == 0 && len(deltas) > 0 {
		return
	}
	some := make([]timesheet.Delta, len(indexes))
	for k, i := range indexes {
		some[k] = deltas[i]
	}
	for k, m := range f.inner.Merge(ctx, some) {
		out[indexes[k]] = m
	}
}

// staleSome probes for the deltas listed, and calls those with entries stale.
func (f *Faulty) staleSome(ctx context.Context, deltas []timesheet.Delta, indexes []int, out []timesheet.Merged) {
	probes := make([]timesheet.Delta, len(deltas))
	for i, d := range deltas {
		probes[i].Partition = d.Partition
	}
	f.mergeSome(ctx, probes, indexes, out)
	for _, i := range indexes {
		if len(deltas[i].Entries) > 0 && out[i].Err == nil {
			out[i].Err = timesheet.NewError(timesheet.Stale, "injected fault", nil)
		}
	}
}

// split sorts the indexes below n into those that the fault concerns and the others.
func (a Fault) split(n int, partition func(int) timesheet.Partition) (hit, spared []int) {
	for i := range n {
		if a.Only == nil || a.Only(partition(i)) {
			hit = append(hit, i)
		} else {
			spared = append(spared, i)
		}
	}
	return hit, spared
}

// Replace implements timesheet.Remover.
func (f *Faulty) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	a := f.next("Replace")
	errs := make([]error, len(rs))
	hit, spared := a.split(len(rs), func(i int) timesheet.Partition {
		return timesheet.PartitionOf(rs[i].Named().Employee, f.Partitions())
	})
	do := func(indexes []int) {
		some := make([]timesheet.Replacement, len(indexes))
		for k, i := range indexes {
			some[k] = rs[i]
		}
		for k, err := range f.inner.Replace(ctx, some) {
			errs[indexes[k]] = err
		}
	}
	if len(spared) > 0 {
		do(spared)
	}
	if len(hit) == 0 {
		return errs
	}
	err := a.enter(ctx)
	if err == nil {
		do(hit)
		err = a.leave(ctx)
	}
	if err != nil {
		for _, i := range hit {
			errs[i] = err
		}
	}
	return errs
}
