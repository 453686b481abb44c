package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"timesheet"
)

// refusalTests are about contexts that have ended and stores that are closed.
var refusalTests = []test{
	{"a cancelled context is Unavailable", func(k *kit) {
		ctx, cancel := context.WithCancel(k.ctx)
		cancel()
		k.refusesAll(ctx, context.Canceled)
	}},
	{"a passed deadline is Unavailable", func(k *kit) {
		ctx, cancel := context.WithDeadline(k.ctx, time.Now().Add(-time.Second))
		defer cancel()
		k.refusesAll(ctx, context.DeadlineExceeded)
	}},
	{"a feed refuses a cancelled context", func(k *kit) {
		f := k.watch(k.s)
		ctx, cancel := context.WithCancel(k.ctx)
		cancel()
		_, err := f.Next(ctx)
		k.code(err, timesheet.Unavailable, "Next")
		if !errors.Is(err, context.Canceled) {
			k.Errorf("Next: %v, want it to wrap context.Canceled", err)
		}
	}},
	{"a closed store is Unavailable", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		n := k.s.Partitions()
		k.must(k.s.Close(), "close")
		k.refusesAll(k.ctx, nil)
		if k.s.Partitions() != n {
			k.Errorf("after Close there are %d partitions, before it %d", k.s.Partitions(), n)
		}
		k.must(ignore(k.s.Close(), timesheet.Unavailable), "close again")
	}},
	{"a context that ends during a call", endsDuring},
	{"Close during calls ends them with an answer", func(k *kit) {
		closing := make(chan struct{})
		err := together(4, func(i int) error {
			if i == 0 {
				<-closing
				return k.s.Close()
			}
			for n := 0; ; n++ {
				if i == 1 && n == 5 {
					close(closing)
				}
				if _, err := mergeAll(k.ctx, k.s, entry("7", monday+timesheet.Day(n%50), 8, 8+i)); err != nil {
					if i == 1 && n <= 4 {
						close(closing)
					}
					return ignore(err, timesheet.Unavailable)
				}
			}
		})
		k.must(err, "merge and close at once")
	}},
}

// refusesAll says that every call must be Unavailable for the reason, if any, and
// that nothing was done by the calls that a cancelled context refused.
func (k *kit) refusesAll(ctx context.Context, reason error) {
	k.Helper()
	for name, call := range calls {
		k.t.Run(name, func(t *testing.T) {
			err := call(ctx, k.s)
			if timesheet.CodeOf(err) != timesheet.Unavailable || reason != nil && !errors.Is(err, reason) {
				t.Errorf("%v (%s), want Unavailable because of %v", err, timesheet.CodeOf(err), reason)
			}
		})
	}
	if reason != nil {
		k.holds()
		k.rules(0)
		k.document("rules", 0, "")
		k.floor(timesheet.FirstDay)
		k.erased("7", false)
		k.at("clocking", timesheet.Checkpoint{})
		k.rejects("clocking")
		k.corrected(timesheet.FirstDay, timesheet.LastDay)
		k.series()
		k.documents()
		k.acquires("clocking", "n2", "n2", hour)
	}
}

// endsDuring merges with contexts that end at any moment of the call, by deadline or
// cancelled. It is done or Unavailable, and sending it again makes it good.
func endsDuring(k *kit) {
	stores := k.handles()
	const each = 40
	err := together(3, func(i int) error {
		s := stores[i%len(stores)]
		for n := range each {
			e := entry("7", monday+timesheet.Day(n%10), 12-i, 12)
			e.Latest += timesheet.Instant(n)
			ctx, cancel := ending(k.ctx, time.Duration(n*(i+1)*10)*time.Microsecond, n%2 == 0)
			_, err := mergeAll(ctx, s, e)
			cancel()
			if err == nil {
				continue
			}
			if !errors.Is(err, timesheet.Unavailable) || n%2 == 1 && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("a merge whose context ended: %w", err)
			}
			if _, err := mergeAll(k.ctx, s, e); err != nil {
				return fmt.Errorf("send again: %w", err)
			}
		}
		return nil
	})
	k.must(err, "merge")
	var want []timesheet.Entry
	for d := range timesheet.Day(10) {
		e := entry("7", monday+d, 10, 12)
		e.Latest += timesheet.Instant(each - 10 + d)
		want = append(want, e)
	}
	k.has(want...)
}

// ending is a context that ends after d, by its deadline or cancelled.
func ending(ctx context.Context, d time.Duration, byDeadline bool) (context.Context, context.CancelFunc) {
	if byDeadline {
		return context.WithTimeout(ctx, d)
	}
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(d, cancel)
	return ctx, func() {
		timer.Stop()
		cancel()
	}
}
