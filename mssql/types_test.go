package mssql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet"
)

func TestTypes(t *testing.T) {
	for name, server := range servers(t) {
		for _, kind := range []string{"nvarchar(64)", "char(12)", "int", "bigint"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				s := server.scene(t, shape{kind, "datetime2"})
				rows := []touch{{"7", "2026-11-23T08:09:00"}, {"42", "2026-11-23T08:09:00.999"}, {"7", "1999-12-31T23:59:59.001"}}
				if strings.Contains(kind, "char") {
					rows = append(rows, touch{"007", "2026-11-23T08:09:00"}, touch{"Zo\u00eb", "2026-11-23T08:09:00"})
				}
				check(t, s, rows, rows)
			})
		}
		t.Run(name+"/datetime counts in ticks of a 300th of a second", func(t *testing.T) {
			s := server.scene(t, shape{"int", "datetime"})
			check(t, s,
				[]touch{{"1", "2026-11-23T08:09:00.003"}, {"1", "2026-11-23T08:09:00.006"}, {"1", "2026-11-23T08:09:00.996"}, {"1", "2026-11-23T23:59:59.997"}},
				[]touch{{"1", "2026-11-23T08:09:00.003"}, {"1", "2026-11-23T08:09:00.007"}, {"1", "2026-11-23T08:09:00.997"}, {"1", "2026-11-23T23:59:59.997"}})
		})
		t.Run(name+"/datetimeoffset is a moment", func(t *testing.T) {
			s := server.scene(t, shape{"int", "datetimeoffset"})
			check(t, s,
				[]touch{{"1", "2026-11-23T08:09:00.123+01:00"}, {"1", "2026-11-23T08:09:00-11:30"}},
				[]touch{{"1", "2026-11-23T07:09:00.123Z"}, {"1", "2026-11-23T19:39:00Z"}})
		})
	}
}

// check inserts rows and compares what a reader sees.
func check(t *testing.T, s scene, inserted, seen []touch) {
	t.Helper()
	list := s.insert(t, inserted...)
	var want []timesheet.Row
	for i, id := range list {
		want = append(want, rowOf(t, id, seen[i]))
	}
	got, err := open(t, s.options()).Page(t.Context(), 0, 100, nil)
	if diff := cmp.Diff(want, got, sameRow); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestRowsThatCantBeUsed(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		s.insert(t, touch{"", "2026-11-23T08:00:00"}, touch{"E1", ""}, touch{"", ""}, touch{"E1", "2026-11-23T08:00:00"},
			touch{strings.Repeat("é", 50), "2026-11-23T08:00:00"}, touch{"a\x01b", "2026-11-23T08:00:00"})
		rows, err := open(t, s.options()).Page(t.Context(), 0, 100, nil)
		if err != nil || len(rows) != 6 {
			t.Fatal(rows, err)
		}
		for i, fault := range []string{
			"employee_id is NULL", "clocked_at is NULL", "employee_id is NULL, and clocked_at is NULL", "",
			"employee_id: it has 100 bytes", "employee_id: it has the unprintable character U+0001",
		} {
			if got := rows[i].Fault; !strings.HasPrefix(got, fault) || (got == "") != (fault == "") {
				t.Errorf("row %d: %q, want %q", i, got, fault)
			}
			if n := len(rows[i].Clocking.Employee); n > timesheet.MaxEmployeeID {
				t.Errorf("row %d: an employee of %d bytes", i, n)
			}
		}
		if rows[1].Clocking.Employee != "E1" {
			t.Error("what could be read of a faulty row is lost")
		}
	})
}
