package ingest

import (
	"testing"

	"timesheet"
	"timesheet/storetest"
)

func TestSkippedIsBounded(t *testing.T) {
	s, store := newSkipped(), storetest.NewMemory(1)
	rows := make([]timesheet.Rejected, 2500)
	for i := range 20 {
		for j := range rows {
			rows[j] = timesheet.Rejected{Row: timesheet.RowID(i*len(rows) + j), Reason: "it has no time"}
		}
		s.add(rows)
		if err := store.Reject(t.Context(), "clocking", rows); err != nil {
			t.Fatal(err)
		}
		if len(s.ids) > 2*timesheet.MaxRejected || len(s.added) > 0 {
			t.Fatalf("%d ids, %d more", len(s.ids), len(s.added))
		}
	}
	kept, err := store.Rejected(t.Context(), "clocking", lowest, timesheet.MaxRejected)
	if err != nil || len(kept) != timesheet.MaxRejected {
		t.Fatal(len(kept), err)
	}
	for _, r := range kept {
		if !s.has(r.Row) {
			t.Fatalf("row %d is kept, and forgotten here", r.Row)
		}
	}
}
