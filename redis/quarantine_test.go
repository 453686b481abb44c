package redis_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// rejected are n rows from an id on, of an employee, first seen on day 20,000.
func rejected(from timesheet.RowID, n int, employee string) []timesheet.Rejected {
	rows := make([]timesheet.Rejected, n)
	for i := range rows {
		rows[i] = timesheet.Rejected{Row: from + timesheet.RowID(i), Employee: employee, Reason: "it has no time", Seen: 20_000 * 86_400_000}
	}
	return rows
}

func reject(t *testing.T, s *redis.Store, rows []timesheet.Rejected) {
	t.Helper()
	if err := s.Reject(t.Context(), "view", rows); err != nil {
		t.Fatal(err)
	}
}

// wantRejected says what must be kept of the source "view", and how many dropped.
func wantRejected(t *testing.T, s *redis.Store, want []timesheet.Rejected, dropped uint64) {
	t.Helper()
	n, err := s.CountRejected(t.Context(), "view")
	if err != nil {
		t.Fatal(err)
	}
	if n.Kept != len(want) || n.Dropped != dropped {
		t.Errorf("%d rows are kept and %d dropped, want %d and %d", n.Kept, n.Dropped, len(want), dropped)
	}
	got, err := s.Rejected(t.Context(), "view", math.MinInt64, timesheet.MaxRejected)
	if diff := cmp.Diff(want, got); err != nil || diff != "" && len(want)+len(got) > 0 {
		t.Errorf("rejected rows (-want +got): %v %s", err, diff)
	}
}

// TestQuarantine_flushAll loses rejected rows with the checkpoint. What can be
// restored, floor and tombstones, holds for those that come again.
func TestQuarantine_flushAll(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	if _, err := s.Purge(t.Context(), 20_000); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	reject(t, s, rejected(0, timesheet.MaxRejected+1, "7"))
	wantRejected(t, s, rejected(1, timesheet.MaxRejected, "7"), 1)
	server.Command("FLUSHALL")
	wantRejected(t, s, nil, 0)
	old := rejected(1, 1, "7")
	old[0].Seen--
	reject(t, s, append(old, rejected(2, 1, "gone")...))
	wantRejected(t, s, nil, 0)
	server.Command("FLUSHALL")
	reject(t, s, rejected(1, 3, "8"))
	wantRejected(t, s, rejected(1, 3, "8"), 0)
	if _, err := s.Erase(t.Context(), "8"); err != nil { // the sources are known again
		t.Fatal(err)
	}
	wantRejected(t, s, nil, 0)
}

// TestQuarantine_cutShort fails erasures and purges between their own step and the
// rejected rows: the next one, or for a purge the next Open, finishes them.
func TestQuarantine_cutShort(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	rows := rejected(1, 3, "7")
	rows[1].Employee, rows[2].Seen = "8", 20_001*86_400_000
	reject(t, s, rows)
	const sources = "ts:1:{sources}"
	cut := func(f func() error) {
		t.Helper()
		server.Command("RENAME", sources, sources+"2")
		server.Command("SET", sources, "not a set")
		if err := f(); err == nil {
			t.Error("nothing was cut short")
		}
		server.Command("RENAME", sources+"2", sources)
	}
	erase := func() error { _, err := s.Erase(t.Context(), "8"); return err }
	cut(erase)
	if erased, err := s.Erased(t.Context(), "8"); err != nil || !erased {
		t.Errorf("erased %v, %v", erased, err)
	}
	if err := erase(); err != nil {
		t.Fatal(err)
	}
	wantRejected(t, s, []timesheet.Rejected{rows[0], rows[2]}, 0)
	cut(func() error { _, err := s.Purge(t.Context(), 20_001); return err })
	wantRejected(t, s, []timesheet.Rejected{rows[0], rows[2]}, 0)
	wantRejected(t, open(t, quiet(server.URL())), rows[2:], 0)
}

// TestQuarantine_withdraws rejects rows while they are erased or purged by another,
// between the look at the tombstones and the write: what was too late goes again.
func TestQuarantine_withdraws(t *testing.T) {
	server := redistest.Start(t)
	s, other := open(t, quiet(server.URL())), open(t, quiet(server.URL()))
	const rounds = 60
	for n := range rounds {
		employee := strconv.Itoa(n)
		done := make(chan error, 1)
		go func() {
			_, err := other.Erase(t.Context(), timesheet.EmployeeID(employee))
			done <- err
		}()
		reject(t, s, append(rejected(timesheet.RowID(2*n), 1, employee), rejected(timesheet.RowID(2*n+1), 1, "stays")...))
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	var want []timesheet.Rejected
	for n := range rounds {
		want = append(want, rejected(timesheet.RowID(2*n+1), 1, "stays")...)
	}
	wantRejected(t, s, want, 0)
}

// TestQuarantine_kill finds rejected rows again after a kill -9 of the server.
func TestQuarantine_kill(t *testing.T) {
	server := redistest.Start(t, "--appendfsync", "always")
	s := open(t, quiet(server.URL()))
	reject(t, s, rejected(-5, 10, "7"))
	if err := s.Readmit(t.Context(), "view", 0); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := s.Reject(t.Context(), "view", rejected(0, 1, "7")); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("a dead server: %v", err)
	}
	server.Restart()
	tokens(t, s) // until it answers
	wantRejected(t, s, append(rejected(-5, 5, "7"), rejected(1, 4, "7")...), 0)
}

// TestQuarantine_replicas waits for the replicas asked for.
func TestQuarantine_replicas(t *testing.T) {
	master := redistest.Start(t)
	replica := master.Replica(t)
	o := quiet(master.URL())
	o.WaitReplicas, o.WaitTimeout = 1, 2*time.Second
	s := open(t, o)
	reject(t, s, rejected(1, 1, "7"))
	replica.Pause()
	if err := s.Reject(t.Context(), "view", rejected(2, 1, "7")); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("rejected without the replica: %v", err)
	}
	replica.Resume()
	reject(t, s, rejected(2, 1, "7"))
	wantRejected(t, s, rejected(1, 2, "7"), 0)
}

// TestQuarantine_damaged tells damage from an empty quarantine.
func TestQuarantine_damaged(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	const key = "ts:1:{s:view}:rejected"
	for name, member := range map[string]string{
		"short": "\x80\x00\x00", "no reason": "\x80\x00\x00\x00\x00\x00\x00\x07\x00\x80\x00\x00\x00\x00\x00\x00\x00",
		"a long employee": "\x80\x00\x00\x00\x00\x00\x00\x07\x09\x80\x00\x00\x00\x00\x00\x00\x00xy",
	} {
		server.Command("ZADD", key, "0", member)
		if _, err := s.Rejected(t.Context(), "view", -1, 10); timesheet.CodeOf(err) != timesheet.Internal {
			t.Errorf("%s: %v", name, err)
		}
		server.Command("DEL", key)
	}
}
