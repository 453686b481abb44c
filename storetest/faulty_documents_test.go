package storetest_test

import (
	"errors"
	"testing"

	"timesheet"
	"timesheet/storetest"
)

// A text whose setting failed is there or not; sent again it may meet itself.
func TestFaultyDocuments(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fault   storetest.Fault
		applied bool
	}{
		{"failed before applying", storetest.Fault{Before: errBroken}, false},
		{"failed after applying", storetest.Fault{After: errBroken}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, m := faulty(t)
			f.On("SetDocument", storetest.Nth(1, tt.fault))
			if v, err := f.SetDocument(t.Context(), "rules", 0, []byte("text")); !errors.Is(err, errBroken) || v != 0 {
				t.Errorf("set: version %d, %v", v, err)
			}
			if d, err := m.Document(t.Context(), "rules"); err != nil || (string(d.Text) == "text") != tt.applied {
				t.Errorf("document %+v, %v", d, err)
			}
			_, err := f.SetDocument(t.Context(), "rules", 0, []byte("text"))
			if errors.Is(err, timesheet.Conflict) != tt.applied {
				t.Errorf("set again: %v", err)
			}
			f.On("Document", storetest.Nth(1, tt.fault))
			if d, err := f.Document(t.Context(), "rules"); !errors.Is(err, errBroken) || d.Version != 0 || d.Text != nil {
				t.Errorf("document %+v, %v", d, err)
			}
			f.On("DocumentVersion", storetest.Nth(1, tt.fault))
			if v, err := f.DocumentVersion(t.Context(), "rules"); !errors.Is(err, errBroken) || v != 0 {
				t.Errorf("version %d, %v", v, err)
			}
		})
	}
}

// What a Memory has lost it doesn't number again.
func TestMemoryLosesDocuments(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	set := func(expected uint64, text string) uint64 {
		t.Helper()
		v, err := m.SetDocument(t.Context(), "rules", expected, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := set(0, "first")
	snapshot := m.Snapshot()
	second := set(first, "second")
	m.Restore(snapshot)
	if d, err := m.Document(t.Context(), "rules"); err != nil || d.Version != first || string(d.Text) != "first" {
		t.Errorf("restored: %+v, %v", d, err)
	}
	if third := set(first, "third"); third == second {
		t.Errorf("version %d came twice", third)
	}
	m.Clear()
	if d, err := m.Document(t.Context(), "rules"); err != nil || d.Version != 0 {
		t.Errorf("cleared: %+v, %v", d, err)
	}
	if fourth := set(0, "fourth"); fourth <= second {
		t.Errorf("version %d after %d, which was lost", fourth, second)
	}
}
