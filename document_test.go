package timesheet_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func TestCheckDocument(t *testing.T) {
	for _, name := range []string{"a", "rules", "directory-2", "0", "-", strings.Repeat("z", timesheet.MaxDocumentName)} {
		if err := timesheet.CheckDocument(name, nil); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", "A", "a b", "a/b", "..", "a.b", "a_b", "{a}", "{a", "a}", "a:b", "a\x00", "ä", "a\n", " a", "`", "@", "[",
		strings.Repeat("z", timesheet.MaxDocumentName+1),
	} {
		if err := timesheet.CheckDocument(name, nil); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%q: %v, want Invalid", name, err)
		}
		if err := timesheet.CheckDocumentName(name); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("name %q: %v, want Invalid", name, err)
		}
	}
	largest := make([]byte, timesheet.MaxDocument+1)
	if err := timesheet.CheckDocument("a", largest[1:]); err != nil {
		t.Error(err)
	}
	err := timesheet.CheckDocument("a", largest)
	if timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), "16777217") {
		t.Errorf("one byte too many: %v", err)
	}
}

func TestNextVersion(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC)
	micro := uint64(now.UnixMicro())
	for _, c := range []struct{ expected, want uint64 }{{0, micro}, {micro - 1, micro}, {micro, micro + 1}, {micro + 5, micro + 6}} {
		if got := timesheet.NextVersion(c.expected, now); got != c.want {
			t.Errorf("after %d: %d, want %d", c.expected, got, c.want)
		}
	}
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(math.MinInt32, 0)} {
		if got := timesheet.NextVersion(0, now); got != 1 {
			t.Errorf("at %v: %d, want 1", now, got)
		}
	}
}
