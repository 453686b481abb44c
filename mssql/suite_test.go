package mssql_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/mssql"
)

var sameRow = cmp.Comparer(func(a, b timesheet.Row) bool { return a == b })

// touches are n rows, a minute apart.
func touches(n int) []touch {
	rows := make([]touch, n)
	for i := range rows {
		rows[i] = touch{fmt.Sprint("E", i%7), fmt.Sprintf("2026-11-23T%02d:%02d:00", 8+i/60, i%60)}
	}
	return rows
}

func TestPage(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		v := open(t, s.options())
		if rows, err := v.Page(t.Context(), math.MinInt64, 10, nil); err != nil || len(rows) != 0 {
			t.Fatalf("of an empty view: %v, %v", rows, err)
		}
		inserted := touches(25)
		list := s.insert(t, inserted...)
		want := []timesheet.Row{{ID: -7}} // what is in dst stays
		for i, id := range list {
			want = append(want, rowOf(t, id, inserted[i]))
		}
		got := slices.Clone(want[:1])
		for after := timesheet.RowID(0); ; after = got[len(got)-1].ID {
			n := len(got)
			var err error
			if got, err = v.Page(t.Context(), after, 10, got); err != nil {
				t.Fatal(err)
			}
			if len(got)-n < 10 {
				break
			}
		}
		if diff := cmp.Diff(want, got, sameRow); diff != "" {
			t.Error(diff)
		}
		if rows, err := v.Page(t.Context(), math.MaxInt64, 10, nil); err != nil || len(rows) != 0 {
			t.Errorf("after the last possible id: %v, %v", rows, err)
		}
	})
}

func TestRanges(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		v := open(t, s.options())
		list := s.insert(t, touches(200)...)
		for _, n := range []int{0, 1, 2, 8, 9, 64} {
			var ranges []timesheet.RowRange
			var want []timesheet.RowID
			for i := range n {
				ranges = append(ranges, timesheet.RowRange{First: list[3*i+1], Last: list[3*i+2]}) // not the first
				want = append(want, list[3*i+1], list[3*i+2])
			}
			rows, err := v.Ranges(t.Context(), ranges, 1000, nil)
			if got := ids(rows); err != nil || !slices.Equal(got, want) {
				t.Errorf("%d ranges: %v, %v, want %v", n, got, err, want)
			}
			if n == 0 {
				continue
			}
			if rows, err = v.Ranges(t.Context(), ranges, n, rows[:1]); err != nil || len(rows) != n+1 || rows[n].ID != want[n-1] {
				t.Errorf("%d ranges, limited: %v, %v", n, ids(rows), err)
			}
		}
		_, err := v.Ranges(t.Context(), make([]timesheet.RowRange, 65), 1, nil)
		if !errors.Is(err, timesheet.Invalid) {
			t.Errorf("65 ranges: %v", err)
		}
	})
}

func TestHighest(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		v := open(t, s.options())
		for _, wait := range []bool{false, true} {
			if id, found, err := v.Highest(t.Context(), wait); id != 0 || found || err != nil {
				t.Errorf("of an empty view: %d, %t, %v", id, found, err)
			}
		}
		list := s.insert(t, touches(3)...)
		for _, wait := range []bool{false, true} {
			if id, found, err := v.Highest(t.Context(), wait); id != list[2] || !found || err != nil {
				t.Errorf("%d, %t, %v, want %d", id, found, err, list[2])
			}
		}
	})
}

func TestSince(t *testing.T) {
	for name, server := range servers(t) {
		for _, kind := range []string{"datetime", "datetime2", "datetimeoffset"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				s := server.scene(t, shape{"int", kind})
				v := open(t, s.options())
				var rows []touch
				for day := 1; day <= 20; day++ {
					at := fmt.Sprintf("2026-11-%02dT08:00:00", day)
					if kind == "datetimeoffset" {
						at += "+14:00" // by UTC it is the day before
					}
					rows = append(rows, touch{"7", at})
				}
				list := s.insert(t, rows...)
				from := wall(t, "2026-11-11T00:00:00")
				id, found, err := v.Since(t.Context(), from)
				if err != nil || !found || id > list[10] || id < list[7] {
					t.Errorf("the 11th: %d, %t, %v, want %d, or a few less", id, found, err, list[10])
				}
				if id, found, err := v.Since(t.Context(), math.MinInt64/2); err != nil || !found || id != list[0] {
					t.Errorf("from the beginning: %d, %t, %v", id, found, err)
				}
				if id, found, err := v.Since(t.Context(), wall(t, "2030-01-01T00:00:00")); err != nil || found {
					t.Errorf("after the end: %d, %t, %v", id, found, err)
				}
			})
		}
	}
}

func wall(t *testing.T, s string) timesheet.Wall {
	t.Helper()
	at, err := timesheet.ParseTimestamp(s)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := at.Local()
	return w
}

func TestWhatOnlyPeopleCanMend(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		mistake := func(change func(*mssql.Options)) error {
			o := s.options()
			change(&o)
			_, err := open(t, o).Page(t.Context(), 0, 10, nil)
			return err
		}
		wantError(t, mistake(func(o *mssql.Options) { o.View = "dbo.Nothing" }), timesheet.Invalid,
			"the view dbo.Nothing doesn't exist or can't be seen", "208")
		wantError(t, mistake(func(o *mssql.Options) { o.TimeColumn = "[no]]such]" }), timesheet.Invalid, "207", "no]such")
		wantError(t, mistake(func(o *mssql.Options) { o.Password = "wr0ng" }), timesheet.Invalid,
			"refuses the login of", "18456", "check user and password")
		wantError(t, mistake(func(o *mssql.Options) { o.IDColumn, o.TimeColumn = "clocked_at", "id" }), timesheet.Invalid)
	})
}
