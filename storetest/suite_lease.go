package storetest

import (
	"fmt"
	"time"

	"timesheet"
)

// leaseTests are about Acquire and Release.
var leaseTests = []test{
	{"one holder at a time", func(k *kit) {
		k.acquires("clocking", "n1", "n1", hour)
		k.acquires("clocking", "n2", "n1", hour)
		k.acquires("clocking", "n1", "n1", hour)
		k.acquires("another", "n2", "n2", hour)
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release")
		k.acquires("clocking", "n2", "n2", hour)
		k.acquires("clocking", "n1", "n2", hour)
		k.code(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 1}), timesheet.Conflict, "advance of the former holder")
		k.must(k.s.Advance(k.ctx, "clocking", "n2", timesheet.Checkpoint{Settled: 1}), "advance of the holder")
	}},
	{"only the holder's nonce releases", func(k *kit) {
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release what nobody holds")
		k.lease("clocking", "n1")
		for _, nonce := range []string{"n2", "n", "n11"} {
			k.must(k.s.Release(k.ctx, "clocking", nonce), "release with another nonce")
		}
		k.acquires("clocking", "n2", "n1", hour)
		k.must(k.s.Advance(k.ctx, "clocking", "n1", timesheet.Checkpoint{Settled: 1}), "advance")
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release")
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release again")
		k.acquires("clocking", "n2", "n2", hour)
	}},
	{"less than a second is invalid", func(k *kit) {
		for _, ttl := range []time.Duration{0, -time.Second, time.Millisecond, time.Second - 1} {
			_, err := k.s.Acquire(k.ctx, "clocking", timesheet.Lease{Holder: "h", Nonce: "n1"}, ttl)
			k.code(err, timesheet.Invalid, fmt.Sprintf("acquire for %v", ttl))
		}
		k.acquires("clocking", "n2", "n2", hour)
	}},
	{"a lease ends after its time, unless it is renewed", expires},
	{"the checkpoint outlives the lease", func(k *kit) {
		k.lease("clocking", "n1")
		to := timesheet.Checkpoint{Settled: 7, State: []byte("gaps")}
		k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance")
		k.must(k.s.Release(k.ctx, "clocking", "n1"), "release")
		k.at("clocking", to)
		k.lease("clocking", "n2")
		k.at("clocking", to)
	}},
	{"of many at once one gets it", func(k *kit) {
		stores := k.handles()
		answers := make([]timesheet.Lease, 4)
		err := together(len(answers), func(i int) (err error) {
			l := timesheet.Lease{Holder: "h", Nonce: fmt.Sprintf("n%d", i)}
			answers[i], err = stores[i%len(stores)].Acquire(k.ctx, "clocking", l, hour)
			return err
		})
		k.must(err, "acquire")
		for _, l := range answers {
			if l != answers[0] {
				k.Fatalf("the leases in force are %v", answers)
			}
		}
	}},
}

// lease takes the lease for longer than the test.
func (k *kit) lease(source, nonce string) {
	k.Helper()
	k.acquires(source, nonce, nonce, hour)
}

// acquires tries to take a lease, which must then be the owner's.
func (k *kit) acquires(source, nonce, owner string, ttl time.Duration) {
	k.Helper()
	got, err := k.s.Acquire(k.ctx, source, timesheet.Lease{Holder: "host of " + nonce, Nonce: nonce}, ttl)
	k.must(err, "acquire")
	if want := (timesheet.Lease{Holder: "host of " + owner, Nonce: owner}); got != want {
		k.Fatalf("acquire by %s answered %+v, want %+v", nonce, got, want)
	}
}

// expires waits for the end of some leases at once, since it takes real time.
func expires(k *kit) {
	const ttl = time.Second
	begin := time.Now()
	k.acquires("ends", "n1", "n1", ttl)
	k.acquires("renewed", "n1", "n1", ttl)
	k.acquires("renewed", "n1", "n1", hour)
	k.acquires("shortened", "n1", "n1", hour)
	k.acquires("shortened", "n1", "n1", ttl)
	k.acquires("another source", "n1", "n1", hour)
	k.must(k.s.Advance(k.ctx, "ends", "n1", timesheet.Checkpoint{Settled: 1}), "advance")
	k.taken("ends", begin.Add(ttl))
	k.taken("shortened", begin.Add(ttl))
	k.acquires("renewed", "n2", "n1", hour)
	k.acquires("another source", "n2", "n1", hour)
	for _, source := range []string{"ends", "shortened"} {
		k.code(k.s.Advance(k.ctx, source, "n1", timesheet.Checkpoint{Settled: 2}), timesheet.Conflict, "advance of the former holder")
		k.acquires(source, "n1", "n2", hour)
	}
	k.must(k.s.Advance(k.ctx, "ends", "n2", timesheet.Checkpoint{Settled: 2}), "advance of the next holder")
	k.must(k.s.Advance(k.ctx, "renewed", "n1", timesheet.Checkpoint{Settled: 1}), "advance of the holder that renewed")
}

// taken tries to take a lease until it has it, which must not be before a time, nor
// much after it.
func (k *kit) taken(source string, notBefore time.Time) {
	k.Helper()
	next := timesheet.Lease{Holder: "host of n2", Nonce: "n2"}
	for deadline := notBefore.Add(k.h.Patience); ; {
		got, err := k.s.Acquire(k.ctx, source, next, hour)
		k.must(err, "acquire")
		now := time.Now()
		if got == next {
			if now.Before(notBefore) {
				k.Fatalf("the lease of %s was free %v too early", source, notBefore.Sub(now))
			}
			return
		}
		if now.After(deadline) {
			k.Fatalf("%v after its end the lease of %s is %+v still", now.Sub(notBefore), source, got)
		}
		timer := time.NewTimer(20 * time.Millisecond)
		select {
		case <-timer.C:
		case <-k.ctx.Done():
			timer.Stop()
		}
	}
}
