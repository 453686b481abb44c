package redis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/storetest"
)

// TestCluster runs the conformance suite on three masters.
func TestCluster(t *testing.T) {
	t.Parallel() // much of it is waiting
	nodes := redistest.StartCluster(t, 3)
	o := quiet(nodes[1].URL())
	o.Partitions, o.FeedLength = 12, 128
	flush := func() {
		for _, n := range nodes {
			n.Command("FLUSHALL")
		}
	}
	storetest.Run(t, storetest.Harness{
		Open: func(t testing.TB) timesheet.Store {
			flush()
			return open(t, o)
		},
		Again:  func(t testing.TB, _ timesheet.Store) timesheet.Store { return open(t, o) },
		Shared: true,
		Checks: 5,
	})
	t.Run("loses a master and gets it back", func(t *testing.T) {
		flush()
		o := o
		o.Timeout = 2 * time.Second
		s := open(t, o)
		all := entries(500, 20_000)
		storetest.Merge(t, s, all...)
		before := tokens(t, s)
		nodes[0].Stop()
		probes := make([]timesheet.Delta, s.Partitions())
		for p := range probes {
			probes[p].Partition = timesheet.Partition(p)
		}
		lost := 0
		for _, m := range s.Merge(t.Context(), probes) {
			if timesheet.CodeOf(m.Err) == timesheet.Unavailable {
				lost++
			}
		}
		if lost == 0 || lost == len(probes) {
			t.Errorf("%d of %d partitions are away", lost, len(probes))
		}
		nodes[0].Restart()
		after, changed := tokens(t, s), 0
		for p := range before {
			if before[p] != after[p] {
				changed++
			}
		}
		if changed != lost {
			t.Errorf("%d partitions were away, %d tokens changed", lost, changed)
		}
		wantContents(t, s, all)
	})
	t.Run("finishes an erasure and a purge that were cut short", func(t *testing.T) {
		flush()
		s := open(t, o)
		fillUp(t, s)
		note := fmt.Sprintf("ts:1:{%d}:erasing", timesheet.PartitionOf(gone, s.Partitions()))
		for _, n := range nodes { // those that haven't its slot say so
			n.Command("SADD", note, string(gone))
			n.Command("HSET", "ts:1:meta", "floor", "20241114") // day 20,040
		}
		young := content{1, 2, 1, 1}
		wantContent(t, open(t, o), map[timesheet.EmployeeID]content{gone: {}, "stays": young, "gone2": young})
		for _, n := range nodes {
			if left := n.Command("EXISTS", note); left == ":1" {
				t.Error("the note of the erasure is still there")
			}
		}
	})
	t.Run("waits for replicas on the connection that wrote", func(t *testing.T) {
		flush()
		open(t, o)
		o := o
		o.WaitReplicas, o.WaitTimeout = 1, 10*time.Millisecond
		// The floor's key has no hash tag of its own. Here are no replicas to wait for.
		if _, err := open(t, o).Purge(t.Context(), timesheet.FirstDay+10); err == nil || !strings.Contains(err.Error(), "0 of 1") {
			t.Errorf("got %v, want that 0 of 1 replicas have it", err)
		}
	})
}
