package mssql_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	_ "github.com/microsoft/go-mssqldb" // the driver

	"timesheet"
	"timesheet/mssql"
)

// realServer is a SQL Server that is at the tests' disposal: a login that may create a
// schema in its database.
type realServer struct{ dsn string }

func (r realServer) scene(t *testing.T, shape shape) scene {
	t.Helper()
	db, err := sql.Open("sqlserver", r.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := realScene{dsn: r.dsn, db: db, schema: fmt.Sprintf("timesheet_test_%x", rand.Uint64())}
	s.run(t, "CREATE SCHEMA %s")
	t.Cleanup(func() {
		s.run(t, "DROP VIEW %s.Clockings")
		s.run(t, "DROP TABLE %s.Rows")
		s.run(t, "DROP SCHEMA %s")
	})
	s.run(t, "CREATE TABLE %s.Rows (id bigint IDENTITY PRIMARY KEY, employee_id "+shape.employee+", clocked_at "+shape.time+")")
	s.run(t, "CREATE VIEW %[1]s.Clockings AS SELECT id, employee_id, clocked_at FROM %[1]s.Rows")
	if err := db.QueryRow("SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()").Scan(&s.versions); err != nil {
		t.Fatal(err)
	}
	return s
}

type realScene struct {
	dsn, schema string
	db          *sql.DB
	versions    bool
}

func (s realScene) run(t *testing.T, text string) {
	t.Helper()
	if _, err := s.db.Exec(fmt.Sprintf(text, s.schema)); err != nil {
		t.Errorf("%s: %v", text, err)
	}
}

func (s realScene) options() mssql.Options {
	return mssql.Options{URL: s.dsn, View: s.schema + ".Clockings"}
}

func (s realScene) snapshot() bool { return s.versions }

// inserter is a *sql.DB or a *sql.Tx.
type inserter interface {
	QueryRow(query string, args ...any) *sql.Row
	Exec(query string, args ...any) (sql.Result, error)
}

func (s realScene) insertBy(t *testing.T, by inserter, row touch) (id timesheet.RowID) {
	t.Helper()
	const values = " (employee_id, clocked_at) OUTPUT inserted.id VALUES (NULLIF(@p1, ''), NULLIF(@p2, ''))"
	if err := by.QueryRow("INSERT INTO "+s.schema+".Rows"+values, row.employee, row.at).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func (s realScene) insert(t *testing.T, rows ...touch) []timesheet.RowID {
	t.Helper()
	var list []timesheet.RowID
	for _, row := range rows {
		list = append(list, s.insertBy(t, s.db, row))
	}
	return list
}

func (s realScene) begin(t *testing.T) transaction {
	t.Helper()
	tx, err := s.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() }) // fails once it is committed
	return realTx{s, tx}
}

type realTx struct {
	realScene
	tx *sql.Tx
}

func (tx realTx) insert(t *testing.T, row touch) timesheet.RowID {
	t.Helper()
	return tx.insertBy(t, tx.tx, row)
}

func (tx realTx) update(t *testing.T, id timesheet.RowID, row touch) {
	t.Helper()
	_, err := tx.tx.Exec("UPDATE "+tx.schema+".Rows SET employee_id = @p1, clocked_at = @p2 WHERE id = @p3", row.employee, row.at, int64(id))
	if err != nil {
		t.Fatal(err)
	}
}

func (tx realTx) commit(t *testing.T) {
	t.Helper()
	if err := tx.tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
