package storetest

import (
	"slices"
	"testing"
	"time"

	"timesheet"
)

// Harness makes stores for the suite.
type Harness struct {
	// Open makes a fresh, empty store of at least 4 partitions (64 are better). The
	// suite closes it before the cleanups that Open registers with t are run. Stores
	// are opened one after another, and an earlier one is closed by then, unless
	// Parallel is set.
	Open func(t testing.TB) timesheet.Store
	// Again is another handle on the data of s. Where Shared is set s stays open and
	// both are used at once; else Again closes s and opens the same data again. The
	// suite closes the result. Nil says that this is not possible.
	Again func(t testing.TB, s timesheet.Store) timesheet.Store
	// Shared says that two handles on the same data work at once.
	Shared bool
	// Parallel says that stores of Open are independent of one another, so that
	// tests may run beside one another.
	Parallel bool
	// FeedBound is how many changes of different entries of one partition, made in
	// merges of 100, an unread feed must have turned into a Reset. 0 means 20,000.
	FeedBound int
	// Patience is how long the suite waits for what must happen, such as a change in
	// a feed, before it fails. 0 means 30 seconds.
	Patience time.Duration
	// Checks is how many cases of each law are tried on a store. 0 means 25.
	Checks int
}

// Run runs the whole suite as subtests of t. It takes some seconds; a part of it is
// chosen by -run 'YourTest/merge'.
func Run(t *testing.T, h Harness) {
	if h.FeedBound == 0 {
		h.FeedBound = 20_000
	}
	if h.Patience == 0 {
		h.Patience = 30 * time.Second
	}
	if h.Checks == 0 {
		h.Checks = 25
	}
	for _, g := range []struct {
		name  string
		tests []test
	}{
		{"merge", mergeTests},
		{"delta", deltaTests},
		{"fence", fenceTests},
		{"law", lawTests},
		{"replace", replaceTests},
		{"purge", slices.Concat(purgeTests, purgeMoreTests)},
		{"erase", slices.Concat(eraseTests, eraseMoreTests)},
		{"correct", slices.Concat(correctTests, correctedTests, correctRaceTests, correctFeedTests)},
		{"seal", sealTests},
		{"copy", copyTests},
		{"range", rangeTests},
		{"board", boardTests},
		{"feed", feedTests},
		{"sync", syncTests},
		{"flow", flowTests},
		{"rules", ruleTests},
		{"document", documentTests},
		{"checkpoint", checkpointTests},
		{"lease", leaseTests},
		{"quarantine", slices.Concat(quarantineTests, boundTests, forgetTests)},
		{"refusal", refusalTests},
		{"again", slices.Concat(againTests, againMoreTests)},
		{"shared", slices.Concat(sharedTests, sharedMoreTests)},
	} {
		if g.name == "again" && h.Again == nil || g.name == "shared" && (h.Again == nil || !h.Shared) {
			continue
		}
		t.Run(g.name, func(t *testing.T) {
			for _, tt := range g.tests {
				t.Run(tt.name, func(t *testing.T) {
					if h.Parallel {
						t.Parallel()
					}
					tt.run(newKit(t, h))
				})
			}
		})
	}
}

// test is one subtest, on a store of its own.
type test struct {
	name string
	run  func(k *kit)
}
