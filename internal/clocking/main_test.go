package clocking_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"go.uber.org/goleak"

	"timesheet"
	"timesheet/internal/clocking"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// at is 2026-11-23T08:00:00 and so many milliseconds.
func at(ms int) clocking.Time { return clocking.Wall(morning + timesheet.Wall(ms)) }

var morning = timesheet.Wall(timesheet.DayOf(2026, time.November, 23))*86_400_000 + 8*3_600_000

// started is a system that is served, with n rows E1, E2, … a second apart.
func started(t testing.TB, o clocking.Options, n int) *clocking.System {
	t.Helper()
	s := clocking.New(o)
	for i := range n {
		s.Insert(employee(i+1), at(i*1000))
	}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func employee(i int) string { return "E" + string(rune('0'+i)) }

// client is a pool of connections to the system.
func client(t testing.TB, s *clocking.System) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlserver", s.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// session is one connection.
func session(t testing.TB, s *clocking.System) *sql.Conn {
	t.Helper()
	c, err := client(t, s).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// ids are those of the rows that a query answers, up to its error.
func ids(ctx context.Context, q querier, query string, args ...any) ([]int64, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id, new(any), new(any)); err != nil {
			return found, err
		}
		found = append(found, id)
	}
	return found, rows.Err()
}

// wantIDs checks that a query answers exactly these rows.
func wantIDs(t *testing.T, q querier, want []int64, query string, args ...any) {
	t.Helper()
	got, err := ids(t.Context(), q, query, args...)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: got %v, %v; want %v", query, got, err, want)
	}
}

// wantNumber checks an error's number.
func wantNumber(t *testing.T, err error, number int32) {
	t.Helper()
	if e, ok := errors.AsType[mssql.Error](err); !ok || e.Number != number {
		t.Errorf("got %v, want error %d", err, number)
	}
}

// eventually waits until it holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never: %s", what)
		}
	}
}

const (
	plainPage    = "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WHERE id > @after ORDER BY id"
	readpastPage = "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) WHERE id > @after ORDER BY id"
	lockingPage  = "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK) WHERE id > @after ORDER BY id"
)

func page(n, after int64) []any { return []any{sql.Named("n", n), sql.Named("after", after)} }
