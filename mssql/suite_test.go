package mssql_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

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
				ranges = append(ranges, timesheet.RowRange{First: list[3*i], Last: list[3*i+1]})
				want = append(want, list[3*i], list[3*i+1])
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
					rows = append(rows, touch{"7", fmt.Sprintf("2026-11-%02dT08:00:00", day)})
				}
				list := s.insert(t, rows...)
				from := wall(t, "2026-11-11T00:00:00")
				id, found, err := v.Since(t.Context(), from)
				if err != nil || !found || id > list[10] || id < list[8] {
					t.Errorf("the 11th: %d, %t, %v, want %d, or one or two less", id, found, err, list[10])
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

func TestRowsInFlight(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		first := s.insert(t, touches(2)...)
		tx := s.begin(t)
		tx.update(t, first[1], touch{"Y", "2026-11-23T09:00:00"})
		last := s.insert(t, touches(1)...)[0]
		held := tx.insert(t, touch{"X", "2026-11-23T09:00:00"})

		past := open(t, s.options())
		rows, err := past.Page(t.Context(), 0, 10, nil)
		if want := []timesheet.RowID{first[0], last}; err != nil || !slices.Equal(ids(rows), want) {
			t.Errorf("readpast: %v, %v, want %v", ids(rows), err, want)
		}
		if id, _, err := past.Highest(t.Context(), false); err != nil || id != last {
			t.Errorf("readpast, highest: %d, %v", id, err)
		}

		patient := s.options()
		patient.Mode = mssql.Plain
		waits := answered(func() ([]timesheet.Row, error) { return open(t, patient).Page(t.Context(), 0, 10, nil) })
		highest := answered(func() ([]timesheet.Row, error) {
			id, _, err := open(t, s.options()).Highest(t.Context(), true)
			return []timesheet.Row{{ID: id}}, err
		})
		if s.snapshot() {
			a := <-waits
			if want := []timesheet.RowID{first[0], first[1], last}; a.err != nil || !slices.Equal(ids(a.rows), want) || a.rows[1].Clocking.Employee == "Y" {
				t.Errorf("plain, with row versions: %v, %v", a.rows, a.err)
			}
			waits = nil
		}
		select {
		case a := <-highest:
			t.Errorf("waiting for the highest didn't wait: %v", a)
		case a := <-waits:
			t.Errorf("plain didn't wait: %v", a)
		case <-time.After(200 * time.Millisecond):
		}
		tx.commit(t)
		if a := <-highest; a.err != nil || len(a.rows) != 1 || a.rows[0].ID != held {
			t.Errorf("highest: %v, want %d", a, held)
		}
		if !s.snapshot() {
			a := <-waits
			if want := []timesheet.RowID{first[0], first[1], last, held}; a.err != nil || !slices.Equal(ids(a.rows), want) || a.rows[1].Clocking.Employee != "Y" {
				t.Errorf("plain: %v, %v", a.rows, a.err)
			}
		}
	})
}

type answer struct {
	rows []timesheet.Row
	err  error
}

// answered asks beside the test.
func answered(ask func() ([]timesheet.Row, error)) <-chan answer {
	c := make(chan answer, 1)
	go func() {
		rows, err := ask()
		c <- answer{rows, err}
		close(c)
	}()
	return c
}

func TestLockTimeout(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		tx := s.begin(t)
		tx.insert(t, touch{"X", "2026-11-23T09:00:00"})
		o := s.options()
		o.LockTimeout = 50 * time.Millisecond
		v := open(t, o)
		for range 3 { // on a new connection each
			_, _, err := v.Highest(t.Context(), true)
			wantError(t, err, timesheet.Unavailable, "waited 50ms for a lock (error 1222")
		}
		if _, err := v.Page(t.Context(), 0, 10, nil); err != nil {
			t.Errorf("readpast waited too: %v", err)
		}
		for range 3 { // on one connection
			if _, err := v.Page(t.Context(), 0, 10, nil); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := v.Highest(t.Context(), true)
		wantError(t, err, timesheet.Unavailable, "waited 50ms for a lock (error 1222")
	})
}

func wantError(t *testing.T, err error, code timesheet.Code, words ...string) {
	t.Helper()
	if err == nil || timesheet.CodeOf(err) != code {
		t.Errorf("%v: code %q, want %q", err, timesheet.CodeOf(err), code)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: doesn't say %q", err, w)
		}
	}
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
