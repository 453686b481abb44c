package redis_test

import (
	"fmt"
	"strings"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
)

// TestCorrect_damaged tells damage from what isn't there, and leaves it alone.
func TestCorrect_damaged(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, onePartition(server.URL()))
	const day, key = 20_000, "ts:1:{0}:c:20241004"
	good := correction("7", day)
	good.Key = "k"
	read := func() string { // base64 has no meaning to Lua: as numbers
		return server.Command("EVAL", "local v = redis.call('HGET', KEYS[1], '7') return table.concat({string.byte(v, 1, -1)}, ',')", "1", key)
	}
	write := func(form []byte) { server.Command("HSET", key, "7", string(form)) }
	correct(t, s, good)
	var whole []byte
	for n := range strings.SplitSeq(read(), ",") {
		var b byte
		if _, err := fmt.Sscan(n, &b); err != nil {
			t.Fatal(err)
		}
		whole = append(whole, b)
	}
	change := func(at int, to byte) []byte {
		b := append([]byte(nil), whole...)
		b[at] = to
		return b
	}
	for name, form := range map[string][]byte{
		"empty": {}, "a short head": whole[:6], "a short key": whole[:7], "no actor": whole[:len(whole)-2],
		"a newer version": change(0, 2), "Seq 0": change(4, 0), "a Seq beyond the history": change(4, 2),
		"a huge Seq": change(1, 255), "other flags": change(5, 2), "a long key": change(6, 250),
	} {
		write(form)
		wantInternal := func(what string, err error) {
			t.Helper()
			if timesheet.CodeOf(err) != timesheet.Internal {
				t.Errorf("%s: %s: %v, want Internal", name, what, err)
			}
		}
		_, err := s.Corrections(t.Context(), "7", day, day)
		wantInternal("Corrections", err)
		_, _, err = s.Histories(t.Context(), "", 10)
		wantInternal("Histories", err)
		if _, _, err = s.Corrected(t.Context(), day, day, "", 10); name != "a Seq beyond the history" { // it reads no history
			wantInternal("Corrected", err)
		}
	}
	for name, form := range map[string][]byte{"empty": {}, "a newer version": change(0, 2), "a huge Seq": change(1, 255)} {
		write(form)
		before := read()
		if _, err := s.Correct(t.Context(), good, timesheet.AnySeq); timesheet.CodeOf(err) != timesheet.Internal {
			t.Errorf("%s: Correct: %v, want Internal", name, err)
		}
		if read() != before {
			t.Errorf("%s was written over", name)
		}
	}
	if _, err := s.Erase(t.Context(), "7"); err != nil { // also what is damaged
		t.Fatal(err)
	}
	wantCorrections(t, s)
}
