package redis_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// TestBury_others: instances that are running when another secret comes go by it at once.
func TestBury_others(t *testing.T) {
	from := open(t, quiet(redistest.Start(t).URL()))
	server := redistest.Start(t)
	s, other := open(t, quiet(server.URL())), open(t, quiet(server.URL()))
	for _, e := range []timesheet.EmployeeID{gone, "gone2"} {
		if _, err := from.Erase(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	graves, err := from.Graves(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	es := epochs(t, other)
	entry := entryOf(1, 20_000, 30_000)
	entry.Employee = gone
	if err := s.Bury(t.Context(), graves); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		if m := other.Merge(t.Context(), deltasOf([]timesheet.Entry{entry}, es)); timesheet.CodeOf(m[0].Err) != timesheet.Stale {
			t.Errorf("an epoch from before: %v", m[0].Err)
		}
		for _, m := range other.Merge(t.Context(), deltasOf([]timesheet.Entry{entry}, epochs(t, other))) {
			if m.Err != nil || m.Expired != len(deltasOf([]timesheet.Entry{entry}, es)) {
				t.Errorf("merged %+v", m)
			}
		}
		if erased, err := other.Erased(t.Context(), gone); err != nil || !erased {
			t.Errorf("erased %v, %v", erased, err)
		}
		if _, err := other.Correct(t.Context(), correction(gone, 20_000), timesheet.AnySeq); timesheet.CodeOf(err) != timesheet.NotFound {
			t.Errorf("corrected: %v", err)
		}
		reject(t, other, rejected(1, 1, string(gone)))
		seal(t, other, newMonth, []timesheet.Sealed{{Employee: gone, Data: []byte("paid")}})
		if got := contentOf(t, other, gone); got != (content{}) {
			t.Errorf("round %d: %+v", round, got)
		}
		if round == 0 {
			es = epochs(t, other)
			server.Command("FLUSHALL") // both restore what they know
		}
	}
	if again, err := s.Graves(t.Context()); err != nil || !cmp.Equal(again, graves) {
		t.Errorf("graves %v, %v", again, err)
	}
}

// TestBury_cutShort takes over tombstones after it was cut short anywhere.
func TestBury_cutShort(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	graves := timesheet.Graves{Secret: bytes.Repeat([]byte("x"), 20)}
	for i := range 1001 {
		h := bytes.Repeat([]byte{byte(i)}, timesheet.GraveBytes)
		h[0] = byte(i >> 8)
		graves.Hashes = append(graves.Hashes, h)
	}
	bury := func(s *redis.Store) error { return s.Bury(t.Context(), graves) }
	cutShort(t, server, func(*testing.T, *redis.Store) {}, bury, func(t *testing.T, s *redis.Store) bool {
		t.Helper()
		if err := bury(s); err != nil {
			t.Error(err)
		}
		got, err := s.Graves(t.Context())
		if err != nil || len(got.Hashes) != len(graves.Hashes) || !bytes.Equal(got.Secret, graves.Secret) {
			t.Errorf("%d tombstones, %v, want %d", len(got.Hashes), err, len(graves.Hashes))
		}
		return true
	})
}
