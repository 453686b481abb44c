package board_test

import (
	"testing"

	"timesheet"
	"timesheet/board"
)

// TestNames: names are sorted and found as people do it.
func TestNames(t *testing.T) {
	w := newWorld(t, board.Options{})
	var rows []timesheet.DirectoryRow
	sorted := []string{"Ada", "Ärmel", "Aubert", "Çelik", "Łukasz", "Müller", "Øst", "Strauß", "Straw", "ZOË", "山田"}
	for i, name := range sorted {
		rows = append(rows, timesheet.DirectoryRow{Employee: timesheet.EmployeeID(string(rune('z' - i))), Name: name})
	}
	w.dir.Store(directory(t, append(rows, timesheet.DirectoryRow{Employee: "a"})...))
	p := w.page(t, monday, board.Query{Sort: board.ByName})
	if len(p.Rows) != len(sorted)+1 {
		t.Fatalf("%d rows", len(p.Rows))
	}
	for i, want := range append(sorted, "") {
		if got := p.Rows[i].Person.Name; got != want {
			t.Errorf("%d is %q, want %q", i, got, want)
		}
	}
	for q, want := range map[string]string{"muller": "Müller", "MÜLL": "Müller", "zoe": "ZOË", "strauss": "Strauß", "lUK": "Łukasz", "山": "山田", "øs": "Øst"} {
		if p := w.page(t, monday, board.Query{Q: q}); len(p.Rows) != 1 || p.Rows[0].Person.Name != want {
			t.Errorf("%q finds %+v", q, p.Rows)
		}
	}
}
