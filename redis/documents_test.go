package redis_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
)

func wantDocument(t *testing.T, s timesheet.Store, want timesheet.Document) {
	t.Helper()
	got, err := s.Document(t.Context(), "rules")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("document: %v %s", err, diff)
	}
	if v, err := s.DocumentVersion(t.Context(), "rules"); err != nil || v != want.Version {
		t.Errorf("version %d, %v, want %d", v, err, want.Version)
	}
}

// What an instance made of a version that was lost must not pass for a later text.
func TestDocumentsLost(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	set := func(expected uint64, text string) uint64 {
		t.Helper()
		v, err := s.SetDocument(t.Context(), "rules", expected, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := set(0, "first")
	second := set(first, "second")
	server.Command("FLUSHALL")
	wantDocument(t, s, timesheet.Document{})
	if third := set(0, "third"); third == first || third <= second {
		t.Errorf("version %d after %d and %d, which were lost", third, first, second)
	}
}

func TestDamagedDocument(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, quiet(server.URL()))
	server.Command("HSET", "ts:1:{doc:rules}", "version", "x", "text", "y")
	if d, err := s.Document(t.Context(), "rules"); timesheet.CodeOf(err) != timesheet.Internal {
		t.Errorf("%v, %v, want Internal", d, err)
	}
	if v, err := s.DocumentVersion(t.Context(), "rules"); timesheet.CodeOf(err) != timesheet.Internal {
		t.Errorf("%v, %v, want Internal", v, err)
	}
	if _, err := s.SetDocument(t.Context(), "rules", 0, nil); timesheet.CodeOf(err) != timesheet.Conflict {
		t.Errorf("set: %v, want Conflict", err)
	}
}
