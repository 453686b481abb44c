package redis_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
)

// correction is one of an employee on a day, that sets a clock-in.
func correction(e timesheet.EmployeeID, day timesheet.Day) timesheet.Correction {
	return timesheet.Correction{
		Employee: e, Day: day, ClockIn: timesheet.Instant(day)*86_400_000 + 8*3_600_000,
		Remark: "from the gate’s book", Reason: "forgot to clock in", Actor: "hr", At: 1_800_000_000_000,
	}
}

func correct(t *testing.T, s timesheet.Corrector, c timesheet.Correction) timesheet.Correction {
	t.Helper()
	kept, err := s.Correct(t.Context(), c, timesheet.AnySeq)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// wantCorrections says what the store must have, of all employees.
func wantCorrections(t *testing.T, s timesheet.Copied, want ...timesheet.Correction) {
	t.Helper()
	got := make(map[string]timesheet.Correction)
	for after, page := "", 0; page == 0 || after != ""; page++ {
		cs, next, err := s.Histories(t.Context(), after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cs {
			got[c.String()] = c
		}
		after = next
	}
	all := make(map[string]timesheet.Correction)
	for _, c := range want {
		all[c.String()] = c
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
}

// TestCorrect_form keeps the longest texts and the oddest values as they are, in the
// history, in the feed and over a kill -9.
func TestCorrect_form(t *testing.T) {
	server := redistest.Start(t, "--appendfsync", "always")
	s := open(t, quiet(server.URL()))
	f := watch(t, s)
	const day = 20_000
	noon := timesheet.Instant(day)*86_400_000 + 12*3_600_000
	var want []timesheet.Correction
	for i, c := range []timesheet.Correction{
		{Reason: "r", Actor: "a", ClockIn: noon},
		{Reason: strings.Repeat("ü", timesheet.MaxRemark), Remark: strings.Repeat("😀", timesheet.MaxRemark), Actor: strings.Repeat("a", timesheet.MaxActor), Key: strings.Repeat("k", timesheet.MaxKey)},
		{Reason: "tab\tand\nline", Actor: "a", Withdrawn: true, Key: "2", At: -1},
		{Reason: "r", Actor: "a", ClockIn: noon, ClockOut: noon + 1, SeenEarliest: noon + 2, SeenLatest: noon + 3, At: 1 << 62},
	} {
		c.Employee, c.Day = "7{x}:*", day
		kept := correct(t, s, c)
		c.Seq = uint64(i + 1)
		want = append(want, c)
		if kept != c {
			t.Errorf("kept %+v, want %+v", kept, c)
		}
		told := next(t, f, 1)[0]
		if told.Kind != timesheet.Corrected || told.Correction == nil || *told.Correction != c ||
			told.Entry != (timesheet.Entry{Employee: c.Employee, Day: day}) || told.Partition != timesheet.PartitionOf(c.Employee, s.Partitions()) {
			t.Errorf("told %+v of %+v", told, told.Correction)
		}
	}
	server.Kill()
	if _, err := s.Correct(t.Context(), want[0], timesheet.AnySeq); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("a dead server: %v", err)
	}
	server.Restart()
	tokens(t, s) // until it answers
	wantCorrections(t, s, want...)
	if got, err := s.Corrections(t.Context(), "7{x}:*", day, day); err != nil || !cmp.Equal(got, want) {
		t.Errorf("history %v, %v", got, err)
	}
}

// TestCorrect_oldInstance: the event begins as a reset, which is what an instance that
// knows no corrections takes it for.
func TestCorrect_oldInstance(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, onePartition(server.URL()))
	correct(t, s, correction("7", 20_000))
	count := server.Command("EVAL", "local e = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][2] return e[1] .. ' ' .. #e", "1", "ts:1:{0}:feed")
	if count != "reset 4" {
		t.Errorf("the event has %s words", count)
	}
	f := watch(t, s)
	server.Command("XADD", "ts:1:{0}:feed", "*", "reset", "", "what", "a newer", "instance", "says")
	if got := next(t, f, 1); got[0].Kind != timesheet.Reset {
		t.Errorf("told %v", got)
	}
}

// TestCorrect_feedLength: large corrections are bounded in the feed as all events are.
func TestCorrect_feedLength(t *testing.T) {
	const length = 512
	server := redistest.Start(t)
	o := onePartition(server.URL())
	o.FeedLength = length
	s := open(t, o)
	c := correction("7", 20_000)
	c.Remark, c.Reason = strings.Repeat("x", timesheet.MaxRemark), strings.Repeat("y", timesheet.MaxRemark)
	for i := range 700 {
		c.Day = timesheet.Day(20_000 + i)
		c.ClockIn = 0
		correct(t, s, c)
	}
	var bytes int
	if _, err := fmt.Sscanf(server.Command("MEMORY", "USAGE", "ts:1:{0}:feed", "SAMPLES", "0"), ":%d", &bytes); err != nil || bytes > 320*length {
		t.Errorf("the feed takes %d bytes, %v, not %d at most", bytes, err, 320*length)
	}
}

// TestCorrect_flushAll loses corrections, and what can be restored holds for later ones.
func TestCorrect_flushAll(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	if _, err := s.Purge(t.Context(), 19_999); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	correct(t, s, correction("7", 20_000))
	server.Command("FLUSHALL")
	wantCorrections(t, s)
	for _, c := range []timesheet.Correction{correction("gone", 20_000), correction("7", 19_998)} {
		if _, err := s.Correct(t.Context(), c, timesheet.AnySeq); timesheet.CodeOf(err) != timesheet.NotFound {
			t.Errorf("%v: %v, want NotFound", c, err)
		}
	}
	if c := correct(t, s, correction("7", 20_000)); c.Seq != 1 {
		t.Errorf("Seq %d", c.Seq)
	}
}
