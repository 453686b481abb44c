package mssql_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
	"timesheet/mssql"
)

// of asks for employees within a time of UTC, on the wall as well.
func of(t *testing.T, from, to string, employees ...timesheet.EmployeeID) timesheet.RowSearch {
	t.Helper()
	begin, end := wall(t, from), wall(t, to)
	return timesheet.RowSearch{
		Employees: employees, From: timesheet.Instant(begin), To: timesheet.Instant(end), FromWall: begin, ToWall: end, Limit: timesheet.MaxFound,
	}
}

// finds says which rows a search finds, all of them.
func finds(t *testing.T, v *mssql.View, s timesheet.RowSearch, want ...timesheet.Row) {
	t.Helper()
	got, truncated, err := v.Search(t.Context(), s)
	if diff := cmp.Diff(want, got, sameRow); err != nil || truncated || diff != "" {
		t.Errorf("truncated %t, %v\n%s", truncated, err, diff)
	}
}

const (
	begin = "2026-11-23T00:00:00"
	end   = "2026-11-24T00:00:00"
)

func TestSearch(t *testing.T) {
	for name, server := range servers(t) {
		for _, employee := range []string{"nvarchar(64)", "char(12)", "int", "bigint"} {
			for _, kind := range []string{"datetime", "datetime2", "datetimeoffset"} {
				t.Run(name+"/"+employee+"/"+kind, func(t *testing.T) {
					s := server.scene(t, shape{employee, kind})
					offset := ""
					if kind == "datetimeoffset" {
						offset = "Z"
					}
					in := func(e, at string) touch { return touch{e, at + offset} }
					rows := []touch{
						in("7", "2026-11-22T23:59:59.997"), in("7", "2026-11-23T00:00:00"), in("8", "2026-11-23T08:00:00"), in("70", "2026-11-23T08:00:00"),
						in("7", "2026-11-23T18:09:00.997"), in("7", "2026-11-23T23:59:59.997"), in("7", "2026-11-24T00:00:00"), in("9", "2026-11-23T12:00:00"),
						{"7", ""}, {"", "2026-11-23T12:00:00" + offset},
					}
					list := s.insert(t, rows...)
					row := func(i int) timesheet.Row { return rowOf(t, list[i], rows[i]) }
					v := open(t, s.options())
					finds(t, v, of(t, begin, end, "7"), row(1), row(4), row(5))
					finds(t, v, of(t, begin, end, "7", "9", "8"), row(1), row(2), row(4), row(5), row(7))
					finds(t, v, of(t, "2026-11-23T18:09:00.990", "2026-11-23T18:09:00.997", "7"))
					finds(t, v, of(t, "2026-11-23T18:09:00.997", "2026-11-23T18:09:00.998", "7"), row(4))
					finds(t, v, of(t, begin, end, "007", "+7", "E7", "7 7", "9223372036854775808", "é"))
					finds(t, v, of(t, begin, end, "007", "E7", "8"), row(2))
					finds(t, v, of(t, "1000-01-01T00:00:00", "9999-12-31T23:59:59.999", "70"), row(3))
					page, err := v.Page(t.Context(), list[0]-1, 3, nil)
					if err != nil || len(page) != 3 {
						t.Errorf("a page after it: %v, %v", page, err)
					}
				})
			}
		}
	}
}

// Employee ids are bytes; a server may have other ideas.
func TestSearchIsExact(t *testing.T) {
	for name, server := range servers(t) {
		for _, kind := range []string{"nvarchar(64)", "char(12)"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				s := server.scene(t, shape{kind, "datetime2"})
				at := "2026-11-23T08:00:00"
				rows := []touch{{"e1", at}, {"E1", at}, {"  E1", at}, {"E1  ", at}, {"Zo\u00eb", at}, {"E1 E1", at}, {"' OR 1=1 --", at}, {"É1", at}}
				list := s.insert(t, rows...)
				want := func(id string, of ...int) (all []timesheet.Row) {
					for _, i := range of {
						all = append(all, rowOf(t, list[i], touch{id, at}))
					}
					return all
				}
				v := open(t, s.options())
				for id, rows := range map[string][]timesheet.Row{
					"E1": want("E1", 1, 2, 3), "e1": want("e1", 0), "Zo\u00eb": want("Zo\u00eb", 4), "E1 E1": want("E1 E1", 5),
					"' OR 1=1 --": want("' OR 1=1 --", 6), "É1": want("É1", 7), "é1": nil,
				} {
					finds(t, v, of(t, begin, end, timesheet.EmployeeID(id)), rows...)
				}
			})
		}
	}
}

func TestSearchIsBounded(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		var rows []touch
		for i := range 2*timesheet.MaxFound + 7 {
			rows = append(rows, touch{fmt.Sprint("E", i%2), fmt.Sprintf("2026-11-23T%02d:%02d:00", i/60, i%60)})
		}
		list := s.insert(t, rows...)
		v := open(t, s.options())
		for limit, truncated := range map[int]bool{200: true, 1: true, 3: true} {
			q := of(t, begin, end, "E0")
			q.Limit = limit
			got, more, err := v.Search(t.Context(), q)
			if err != nil || len(got) != limit || more != truncated || got[limit-1].ID != list[2*(limit-1)] {
				t.Errorf("limit %d: %d rows, truncated %t, %v", limit, len(got), more, err)
			}
		}
		q := of(t, begin, "2026-11-23T00:06:00", "E0")
		q.Limit = 3 // exactly those that there are
		finds(t, v, q, rowOf(t, list[0], rows[0]), rowOf(t, list[2], rows[2]), rowOf(t, list[4], rows[4]))
		for _, bad := range []func(*timesheet.RowSearch){
			func(s *timesheet.RowSearch) { s.Employees = nil },
			func(s *timesheet.RowSearch) { s.Employees = slices.Repeat(s.Employees, 17) },
			func(s *timesheet.RowSearch) { s.Limit = timesheet.MaxFound + 1 },
			func(s *timesheet.RowSearch) { s.To = s.From },
		} {
			q := of(t, begin, end, "E0")
			bad(&q)
			_, _, err := v.Search(t.Context(), q)
			wantError(t, err, timesheet.Invalid, "search the clocking view")
		}
		sixteen := make([]timesheet.EmployeeID, timesheet.MaxSearched)
		for i := range sixteen {
			sixteen[i] = timesheet.EmployeeID(fmt.Sprint("X", i))
		}
		sixteen[15] = "E1"
		finds(t, v, of(t, begin, "2026-11-23T00:02:00", sixteen...), rowOf(t, list[1], rows[1]))
	})
}

func TestSearchAndRowsInFlight(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		first := touch{"7", "2026-11-23T08:00:00"}
		id := s.insert(t, first)[0]
		tx := s.begin(t)
		second := touch{"7", "2026-11-23T09:00:00"}
		held := tx.insert(t, second)
		finds(t, open(t, s.options()), of(t, begin, end, "7"), rowOf(t, id, first))

		o := s.options()
		o.Mode, o.LockTimeout = mssql.Plain, 50*time.Millisecond
		impatient := open(t, o)
		if s.snapshot() {
			finds(t, impatient, of(t, begin, end, "7"), rowOf(t, id, first))
		} else {
			_, _, err := impatient.Search(t.Context(), of(t, begin, end, "7"))
			wantError(t, err, timesheet.Unavailable, "waited 50ms for a lock (error 1222")
		}
		tx.commit(t)
		finds(t, impatient, of(t, begin, end, "7"), rowOf(t, id, first), rowOf(t, held, second))
	})
}

// A search has a connection of its own, which nothing else waits for.
func TestSearchBesidePages(t *testing.T) {
	s, o := filled(t, 2000, clocking.Options{})
	v := open(t, o)
	page(t, v, 2000)
	everything := of(t, "2026-01-01T00:00:00", "2026-12-31T00:00:00", "E1")
	everything.Limit = 1
	s.Faults().SlowRows(500) // a page takes 4 s, a search begins to answer after half a second
	asked := answered(func() ([]timesheet.Row, error) { return v.Page(t.Context(), 0, 2000, nil) })
	for range 2 {
		if rows, truncated, err := v.Search(t.Context(), everything); err != nil || len(rows) != 1 || !truncated {
			t.Errorf("%d rows, %t, %v", len(rows), truncated, err)
		}
	}
	select {
	case a := <-asked:
		t.Errorf("the page ended before the searches: %d rows, %v", len(a.rows), a.err)
	default:
	}
	s.Faults().Freeze()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errors.New("it is too slow"))
	defer cancel()
	within(t, func() {
		_, _, err := v.Search(ctx, everything)
		wantError(t, err, timesheet.Unavailable, "search the clocking view: given up: it is too slow")
	})
	s.Faults().Clear()
	if a := <-asked; a.err != nil || len(a.rows) != 2000 {
		t.Errorf("the page that was read meanwhile: %d rows, %v", len(a.rows), a.err)
	}
	page(t, v, 2000)
}

func TestSearchEndsWithItsView(t *testing.T) {
	s, o := filled(t, 2000, clocking.Options{})
	v := open(t, o)
	s.Faults().SlowRows(10)
	search := func() ([]timesheet.Row, error) {
		rows, _, err := v.Search(t.Context(), of(t, "2026-01-01T00:00:00", "2026-12-31T00:00:00", "E1"))
		return rows, err
	}
	asked, waiting := answered(search), answered(search)
	select {
	case a := <-asked:
		t.Fatal(a)
	case a := <-waiting:
		t.Fatal(a)
	case <-time.After(100 * time.Millisecond):
	}
	within(t, func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		for _, a := range []answer{<-asked, <-waiting} {
			wantError(t, a.err, timesheet.Unavailable, "closed")
		}
	})
	_, err := search()
	wantError(t, err, timesheet.Unavailable, "the view is closed")
}

func TestSearchFails(t *testing.T) {
	s, o := filled(t, 3, clocking.Options{})
	v := open(t, o)
	all := of(t, "2026-01-01T00:00:00", "2026-12-31T00:00:00", "E1")
	fails := func(code timesheet.Code, words string) {
		t.Helper()
		rows, truncated, err := v.Search(t.Context(), all)
		wantError(t, err, code, words)
		if rows != nil || truncated {
			t.Errorf("beside the error: %v, %t", rows, truncated)
		}
	}
	s.Faults().Deny(true)
	fails(timesheet.Invalid, "no right to read the view dbo.Clockings")
	s.Faults().Clear()
	s.Faults().Fail(1205, 1, 2)
	fails(timesheet.Unavailable, "deadlock victim")
	s.Faults().Clear()
	s.Faults().RefuseLogin(true)
	fails(timesheet.Invalid, "refuses the login") // it has kept no connection
	s.Faults().Clear()
	for bytes := int64(1); bytes < 300; bytes += 1 + bytes/3 {
		s.Faults().CutAfter(bytes, 4)
		if rows, _, err := v.Search(t.Context(), all); err == nil && len(rows) != 3 {
			t.Errorf("cut after %d bytes: %d rows without an error", bytes, len(rows))
		}
		s.Faults().Clear()
	}
	if rows, _, err := v.Search(t.Context(), all); err != nil || len(rows) != 3 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// In plain mode a search that waits for each row in flight on its way would follow
// writers who never pause for as long as they write.
func TestPlainSearchEnds(t *testing.T) {
	system := start(t, clocking.Options{})
	staff := generate.New(generate.Options{Employees: 10})
	w := system.StartWriters(clocking.WriterOptions{
		Rows: clocking.AtOnce(clocking.Stamped(staff, time.Now)), Writers: 8, MinHold: 20 * time.Millisecond, MaxHold: 200 * time.Millisecond,
	})
	defer w.Stop()
	v := open(t, mssql.Options{URL: system.DSN(), View: "dbo.Clockings", Mode: mssql.Plain})
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, _, err := v.Search(ctx, of(t, "2000-01-01T00:00:00", "2100-01-01T00:00:00", "nobody"))
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
}
