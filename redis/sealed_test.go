package redis_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

func records(n int, data string) []timesheet.Sealed {
	rs := make([]timesheet.Sealed, n)
	for i := range rs {
		rs[i] = timesheet.Sealed{Employee: timesheet.EmployeeID(fmt.Sprintf("%04d", i)), Data: []byte(data)}
	}
	return rs
}

func seal(t *testing.T, s *redis.Store, series timesheet.Series, rs []timesheet.Sealed) {
	t.Helper()
	if err := s.Seal(t.Context(), series, rs); err != nil {
		t.Fatal(err)
	}
}

func wantSealed(t *testing.T, s *redis.Store, series timesheet.Series, want []timesheet.Sealed) {
	t.Helper()
	got, err := s.Sealed(t.Context(), series, "", timesheet.MaxSealedPage)
	if diff := cmp.Diff(want, got); err != nil || diff != "" && len(want)+len(got) > 0 {
		t.Errorf("sealed records (-want +got): %v %s", err, diff)
	}
}

// TestSeal_kill finds what was sealed again after a kill -9 of the server.
func TestSeal_kill(t *testing.T) {
	server := redistest.Start(t, "--appendfsync", "always")
	s := open(t, quiet(server.URL()))
	seal(t, s, newMonth, records(500, "paid"))
	seal(t, s, oldMonth, records(3, "paid"))
	if err := s.Unseal(t.Context(), oldMonth); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := s.Seal(t.Context(), newMonth, records(1, "other")); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("a dead server: %v", err)
	}
	server.Restart()
	tokens(t, s) // until it answers
	wantSealed(t, s, newMonth, records(500, "paid"))
	if all, err := s.Series(t.Context()); err != nil || !cmp.Equal(all, []timesheet.Series{newMonth}) {
		t.Errorf("series %v, %v", all, err)
	}
}

// TestSeal_flushAll loses closed months; those sealed again are known to erasures.
func TestSeal_flushAll(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	if _, err := s.Erase(t.Context(), "0001"); err != nil {
		t.Fatal(err)
	}
	seal(t, s, newMonth, records(3, "paid"))
	server.Command("FLUSHALL")
	if all, err := s.Series(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("series %v, %v", all, err)
	}
	seal(t, s, newMonth, records(3, "paid"))
	if _, err := s.Erase(t.Context(), "0002"); err != nil {
		t.Fatal(err)
	}
	wantSealed(t, s, newMonth, records(1, "paid"))
}

// TestSeal_replicas waits for the replicas asked for, with each of its steps.
func TestSeal_replicas(t *testing.T) {
	master := redistest.Start(t)
	replica := master.Replica(t)
	o := quiet(master.URL())
	o.WaitReplicas, o.WaitTimeout = 1, 2*time.Second
	s := open(t, o)
	seal(t, s, newMonth, records(1, "paid"))
	c := correct(t, s, correction("7", 20_000))
	o.WaitTimeout = 50 * time.Millisecond
	hasty := open(t, o)
	replica.Pause()
	_, err := hasty.Correct(t.Context(), c, timesheet.AnySeq)
	for name, err := range map[string]error{
		"corrected": err,
		"sealed":    hasty.Seal(t.Context(), newMonth, records(1, "other")),
		"unsealed":  hasty.Unseal(t.Context(), newMonth),
		"buried":    hasty.Bury(t.Context(), timesheet.Graves{Secret: bytes.Repeat([]byte("x"), 16)}),
	} {
		if timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Errorf("%s without the replica: %v", name, err)
		}
	}
	replica.Resume()
	seal(t, s, newMonth, records(2, "paid"))
	wantSealed(t, s, newMonth, records(2, "paid"))
}

// TestSeal_damaged tells damage from what isn't there.
func TestSeal_damaged(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	seal(t, s, newMonth, records(1, "paid"))
	const key = "ts:1:{sealed:2024-11:9223372036854775808}:"
	wantInternal := func(what string, err error) {
		t.Helper()
		if timesheet.CodeOf(err) != timesheet.Internal {
			t.Errorf("%s: %v, want Internal", what, err)
		}
	}
	server.Command("HSET", key+"records", "0000", "")
	_, err := s.SealedOf(t.Context(), newMonth, "0000")
	wantInternal("an empty record", err)
	_, err = s.Sealed(t.Context(), newMonth, "", 1)
	wantInternal("an empty record in a page", err)
	server.Command("HDEL", key+"records", "0000")
	_, err = s.Sealed(t.Context(), newMonth, "", 1)
	wantInternal("a lost record", err)
	for _, name := range []string{"", "2024-11", "2024-13:7", "2024-11:0", "2024-11:7:8"} {
		server.Command("SADD", "ts:1:{series}", name)
		_, err = s.Series(t.Context())
		wantInternal("a series named "+name, err)
		_, err = s.Erase(t.Context(), "7") // which must not take the rest for all
		wantInternal("an erasure beside it", err)
		server.Command("SREM", "ts:1:{series}", name)
	}
}
