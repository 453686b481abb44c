package storetest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/storetest"

	"github.com/google/go-cmp/cmp"
)

const monday timesheet.Day = 20780

// shift is an entry of monday, between two hours UTC.
func shift(e timesheet.EmployeeID, from, to int) timesheet.Entry {
	midnight := timesheet.Instant(monday) * 86_400_000
	return timesheet.Entry{
		Employee: e, Day: monday,
		Earliest: midnight.Add(time.Duration(from) * time.Hour), Latest: midnight.Add(time.Duration(to) * time.Hour),
	}
}

// token probes the partition of e.
func token(t *testing.T, s timesheet.Store, e timesheet.EmployeeID) timesheet.Token {
	t.Helper()
	m := s.Merge(t.Context(), []timesheet.Delta{{Partition: timesheet.PartitionOf(e, s.Partitions())}})[0]
	if m.Err != nil {
		t.Fatal(m.Err)
	}
	return m.Token
}

// mergeUnder is the error of merging e under an epoch.
func mergeUnder(t *testing.T, s timesheet.Store, epoch timesheet.Epoch, e timesheet.Entry) error {
	t.Helper()
	return s.Merge(t.Context(), []timesheet.Delta{{
		Partition: timesheet.PartitionOf(e.Employee, s.Partitions()), Epoch: epoch, Entries: []timesheet.Entry{e},
	}})[0].Err
}

func holds(t *testing.T, s timesheet.Store, want ...timesheet.Entry) {
	t.Helper()
	all := make(map[storetest.Key]timesheet.Entry)
	for _, e := range want {
		all[storetest.KeyOf(e)] = e
	}
	if diff := cmp.Diff(all, storetest.Contents(t, s)); diff != "" {
		t.Fatalf("contents (-want +got):\n%s", diff)
	}
}

func TestMemoryRestart(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	storetest.Merge(t, m, shift("7", 8, 9))
	before := token(t, m, "7")
	lease := timesheet.Lease{Holder: "h", Nonce: "n1"}
	if _, err := m.Acquire(t.Context(), "clocking", lease, time.Hour); err != nil {
		t.Fatal(err)
	}
	m.Restart()
	after := token(t, m, "7")
	if after.Epoch != before.Epoch || after.Server == before.Server {
		t.Errorf("the token went from %+v to %+v; only the server changes", before, after)
	}
	holds(t, m, shift("7", 8, 9))
	if err := m.Advance(t.Context(), "clocking", "n1", timesheet.Checkpoint{Settled: 1}); !errors.Is(err, timesheet.Conflict) {
		t.Errorf("advance with a lease from before: %v", err)
	}
}

func TestMemoryClear(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	if _, err := m.Purge(t.Context(), monday); err != nil {
		t.Fatal(err)
	}
	storetest.Merge(t, m, shift("7", 8, 9))
	before := token(t, m, "7")
	feed := watch(t, m)
	m.Clear()
	if err := mergeUnder(t, m, before.Epoch, shift("7", 8, 9)); !errors.Is(err, timesheet.Stale) {
		t.Errorf("merge under the epoch from before: %v", err)
	}
	after := token(t, m, "7")
	if after.Epoch == before.Epoch || after.Server != before.Server {
		t.Errorf("the token went from %+v to %+v; only the epoch changes", before, after)
	}
	holds(t, m)
	if floor, err := m.Floor(t.Context()); err != nil || floor != timesheet.FirstDay {
		t.Errorf("floor %v and error %v", floor, err)
	}
	expectResets(t, feed, 4)
}

func TestMemoryRestore(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	storetest.Merge(t, m, shift("7", 8, 9))
	before := token(t, m, "7")
	snapshot := m.Snapshot()
	storetest.Merge(t, m, shift("7", 6, 20), shift("8", 8, 9))
	feed := watch(t, m)
	for range 2 { // a snapshot can be gone back to repeatedly
		server := token(t, m, "7").Server
		m.Restore(snapshot)
		holds(t, m, shift("7", 8, 9))
		after := token(t, m, "7")
		if after.Epoch != before.Epoch || after.Server == server {
			t.Errorf("the token went from %+v to %+v; only the server changes", before, after)
		}
		storetest.Merge(t, m, shift("7", 1, 23))
	}
	expectResets(t, feed, 4)
}

func TestMemoryAnother(t *testing.T) {
	m := storetest.NewMemory(4)
	storetest.Merge(t, m, shift("7", 8, 9))
	before := token(t, m, "7")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.Ping(t.Context()); !errors.Is(err, timesheet.Unavailable) {
		t.Errorf("ping of a closed handle: %v", err)
	}
	other := m.Another()
	defer other.Close()
	holds(t, other, shift("7", 8, 9))
	if after := token(t, other, "7"); after != before {
		t.Errorf("the token went from %+v to %+v", before, after)
	}
}

func TestMemoryBoundFeeds(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	m.BoundFeeds(2)
	feed := watch(t, m)
	for h := range 3 {
		storetest.Merge(t, m, shift("7", h, h))
	}
	expectResets(t, feed, 1)
}

// A lease ends in the bubble's time, and nothing of the store is left in the bubble.
func TestMemoryInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := storetest.NewMemory(4)
		feed := watch(t, m)
		acquire := func(nonce string) string {
			l, err := m.Acquire(t.Context(), "clocking", timesheet.Lease{Nonce: nonce}, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return l.Nonce
		}
		ended := make(chan error, 1)
		go func() {
			_, err := feed.Next(context.Background())
			ended <- err
		}()
		if got := acquire("n1"); got != "n1" {
			t.Fatalf("the lease is %s's", got)
		}
		<-time.After(time.Minute - 1)
		if got := acquire("n2"); got != "n1" {
			t.Errorf("before its end the lease is %s's", got)
		}
		<-time.After(time.Nanosecond)
		if got := acquire("n2"); got != "n2" {
			t.Errorf("after its end the lease is %s's", got)
		}
		synctest.Wait()
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("Next at Close: %v", err)
		}
	})
}

func watch(t *testing.T, s timesheet.Store) timesheet.Feed {
	t.Helper()
	f, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// expectResets says that what waits in the feed is so many resets.
func expectResets(t *testing.T, f timesheet.Feed, want int) {
	t.Helper()
	cs, err := f.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		if c.Kind != timesheet.Reset {
			t.Errorf("change %+v is no reset", c)
		}
	}
	if len(cs) != want {
		t.Errorf("%d resets, want %d", len(cs), want)
	}
}
