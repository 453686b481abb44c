package clocking_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet/internal/clocking"
)

func TestQueries(t *testing.T) {
	s := started(t, clocking.Options{}, 9)
	conn := session(t, s)
	between := func(pairs ...int64) []any {
		args := []any{sql.Named("n", 100)}
		for i, v := range pairs {
			args = append(args, sql.Named(string(rune('a'+i%2))+string(rune('1'+i/2)), v))
		}
		return args
	}
	const columns = "id, employee_id, clocked_at"
	const ranges = "SELECT TOP (@n) " + columns + " FROM dbo.Clockings WHERE id BETWEEN @a1 AND @b1 OR id BETWEEN @a2 AND @b2 ORDER BY id"
	for _, c := range []struct {
		name, query string
		args        []any
		want        []int64
	}{
		{"a page", plainPage, page(3, 4), []int64{5, 6, 7}},
		{"the last page", plainPage, page(100, 7), []int64{8, 9}},
		{"a page behind the end", plainPage, page(100, 9), nil},
		{"a page of no rows", plainPage, page(0, 0), nil},
		{"a page after the highest id there can be", plainPage, page(9, 1<<63-1), nil},
		{"ranges", ranges, between(2, 3, 8, 100), []int64{2, 3, 8, 9}},
		{"ranges in any order, overlapping", ranges, between(5, 7, 2, 5), []int64{2, 3, 4, 5, 6, 7}},
		{"a range that is none", ranges, between(2, 2, 1, 0), []int64{2}},
		{"as people write it", "select\ttop 2 [id],\"employee_id\" , CLOCKED_AT\r\nfrom clockings order by ID ;", nil, []int64{1, 2}},
		{"with the database's name", "SELECT " + columns + " FROM [Clocking].[dbo].[Clockings]", nil, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{"literals", "SELECT TOP (2) " + columns + " FROM dbo.Clockings WHERE id > -5 ORDER BY id", nil, []int64{1, 2}},
		{"NULL is after nothing", plainPage, []any{sql.Named("n", 3), sql.Named("after", nil)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { wantIDs(t, conn, c.want, c.query, c.args...) })
	}
	for query, want := range map[string]any{
		"SELECT COUNT(*) FROM dbo.Clockings":                               int64(9),
		"SELECT MAX(id) FROM dbo.Clockings":                                int64(9),
		"SELECT MAX([id]) FROM [dbo].[Clockings] WITH (READCOMMITTEDLOCK)": int64(9),
		"SELECT 1": int64(1),
		"SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= '2026-11-23T08:00:03'":       int64(4),
		"SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= N'2026-11-23 08:00:03.001'":  int64(5),
		"SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= '2026-11-24T00:00:00'":       nil,
		"SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= '2026-11-23T10:00:03+02:00'": int64(4),
	} {
		t.Run(query, func(t *testing.T) {
			var got any
			if err := conn.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
	t.Run("the lowest id from a parameter's time on", func(t *testing.T) {
		const query = "SELECT MIN(id) FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) WHERE clocked_at >= @t"
		var got int64
		from := time.UnixMilli(int64(morning)).UTC().Add(3*time.Second - 999*time.Microsecond)
		if err := conn.QueryRowContext(t.Context(), query, sql.Named("t", from)).Scan(&got); err != nil || got != 4 {
			t.Errorf("got %d, %v; want 4", got, err)
		}
		if err := conn.QueryRowContext(t.Context(), query, sql.Named("t", from.Add(time.Millisecond))).Scan(&got); err != nil || got != 5 {
			t.Errorf("a part of a millisecond later: got %d, %v; want 5", got, err)
		}
	})
	t.Run("times with offsets compare as moments", func(t *testing.T) {
		s := started(t, clocking.Options{Time: clocking.DateTimeOffset}, 0)
		zone := time.FixedZone("", 2*3600)
		s.Insert("E1", clocking.Zoned(time.Date(2026, 11, 23, 9, 0, 0, 0, zone))) // 07:00 in UTC
		s.Insert("E1", clocking.Zoned(time.Date(2026, 11, 23, 10, 0, 0, 0, zone)))
		const query = "SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= '2026-11-23T08:00:00'"
		var got int64
		if err := session(t, s).QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != 2 {
			t.Errorf("got %d, %v; want 2", got, err)
		}
	})
	t.Run("a column without offsets drops them", func(t *testing.T) {
		s := started(t, clocking.Options{}, 0)
		s.Insert("E1", clocking.Zoned(time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 2*3600))))
		const query = "SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= '2026-11-23T08:00:00'"
		var got any
		if err := session(t, s).QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != int64(1) {
			t.Errorf("got %v, %v; want 1", got, err)
		}
		for r := range s.Rows() {
			if r.At != at(3_600_000) {
				t.Errorf("%+v", r)
			}
		}
	})
	t.Run("the version", func(t *testing.T) {
		var version string
		if err := conn.QueryRowContext(t.Context(), "SELECT @@VERSION").Scan(&version); err != nil || !strings.Contains(version, "stand-in") {
			t.Errorf("got %q, %v", version, err)
		}
	})
}

func TestOwnNames(t *testing.T) {
	s := started(t, clocking.Options{
		Database: "HR", View: "machines.Touches", IDColumn: "TouchID", EmployeeColumn: `Staff "No" [1]`, TimeColumn: "Moment",
		User: "reader", Password: "p@ss:/?#word",
	}, 2)
	conn := session(t, s)
	wantIDs(t, conn, []int64{1, 2}, `SELECT TouchID, [Staff "No" [1]]], Moment FROM machines.Touches ORDER BY TouchID`)
	rows, err := conn.QueryContext(t.Context(), `select TOUCHID, "staff ""no"" [1]", moment from hr.MACHINES.touches`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if names, err := rows.Columns(); err != nil || !slices.Equal(names, []string{"TouchID", `Staff "No" [1]`, "Moment"}) {
		t.Errorf("columns %q, %v; want the names that the view has", names, err)
	}
	_, err = ids(t.Context(), conn, `SELECT TouchID, [Staff "No" [1]]], Moment FROM Touches`)
	wantNumber(t, err, 208)
}

func TestRefused(t *testing.T) {
	s := started(t, clocking.Options{}, 1)
	conn := session(t, s)
	for query, number := range map[string]int32{
		"SELECT *":                     102,
		"SELECT id FROM dbo.Clockings": 102,
		"SELECT * FROM dbo.Clockings":  102,
		"DELETE FROM dbo.Clockings":    102,
		"SELECT 2":                     102,
		"SELECT 1; SELECT 1":           102,
		"SELECT 'open":                 102,
		"SELECT 1 -- a comment":        102,
		"SELECT employee_id, id, clocked_at FROM dbo.Clockings":                      102,
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WITH (NOLOCK)":        102,
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WITH (READPAST)":      102,
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings ORDER BY clocked_at":  102,
		"SELECT TOP (5) id, employee_id, clocked_at FROM dbo.Clockings WHERE id > 0": 102,
		"SELECT MIN(id) FROM dbo.Clockings":                                          102,
		"SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED":                           102,
		"SET LOCK_TIMEOUT 5; SELECT 1":                                               102,
		"SET ROWCOUNT 5":                                                             102,
		"SELECT id, employee, clocked_at FROM dbo.Clockings":                         207,
		"SELECT MAX(no) FROM dbo.Clockings":                                          207,
		"SELECT id, employee_id, clocked_at FROM dbo.Other":                          208,
		"SELECT nothing, of, it FROM other.Clockings":                                208,
		"SELECT id, employee_id, clocked_at FROM other.dbo.Clockings":                208,
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE id > @p":        137,
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE id > '1'":       8114,
		"SELECT TOP (-1) id, employee_id, clocked_at FROM dbo.Clockings":             1060,
		"SELECT MIN(id) FROM dbo.Clockings WHERE clocked_at >= 'yesterday'":          241,
	} {
		t.Run(query, func(t *testing.T) {
			rows, err := conn.QueryContext(t.Context(), query)
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
				rows.Close()
			}
			wantNumber(t, err, number)
		})
	}
	t.Run("and the connection goes on", func(t *testing.T) {
		wantIDs(t, conn, []int64{1}, plainPage, page(5, 0)...)
	})
}

func TestSet(t *testing.T) {
	s := started(t, clocking.Options{}, 1)
	conn := session(t, s)
	for _, batch := range []string{
		"SET LOCK_TIMEOUT -1",
		"set lock_timeout 5000;",
		"SET QUOTED_IDENTIFIER ON SET TEXTSIZE 2147483647",
		"set ansi_nulls on\nset language us_english\nset datefirst 7\nset transaction isolation level read committed",
	} {
		if _, err := conn.ExecContext(t.Context(), batch); err != nil {
			t.Errorf("%s: %v", batch, err)
		}
	}
	tx := s.Begin()
	defer tx.Rollback()
	tx.Insert("E2", at(0))
	t.Run("LOCK_TIMEOUT ends with the session's reset", func(t *testing.T) {
		db := client(t, s)
		db.SetMaxOpenConns(1)
		if _, err := db.ExecContext(t.Context(), "SET LOCK_TIMEOUT 0"); err != nil {
			t.Fatal(err)
		}
		done := asked(t.Context(), db, plainPage, page(5, 0)...) // the driver resets what it takes from its pool
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		tx.Rollback()
		if a := <-done; a.err != nil || !slices.Equal(a.ids, []int64{1}) {
			t.Errorf("got %v, %v", a.ids, a.err)
		}
	})
}
