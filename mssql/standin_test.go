package mssql_test

import (
	"strings"
	"testing"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/mssql"
)

// standIn is the project's own Clocking system.
type standIn struct{ versions bool }

func (s standIn) scene(t *testing.T, shape shape) scene {
	t.Helper()
	employee, err := clocking.ParseEmployeeType(shape.employee)
	if err != nil {
		t.Fatal(err)
	}
	kind, err := clocking.ParseTimeType(shape.time)
	if err != nil {
		t.Fatal(err)
	}
	return standInScene{start(t, clocking.Options{Employee: employee, Time: kind, Snapshot: s.versions}), s.versions}
}

// start serves a system until the test's end.
func start(t testing.TB, o clocking.Options) *clocking.System {
	t.Helper()
	s := clocking.New(o)
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Faults().Clear()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

type standInScene struct {
	*clocking.System
	versions bool
}

func (s standInScene) options() mssql.Options {
	return mssql.Options{URL: s.DSN(), View: "dbo.Clockings"}
}

func (s standInScene) snapshot() bool { return s.versions }

func (s standInScene) insert(t *testing.T, rows ...touch) []timesheet.RowID {
	t.Helper()
	var list []timesheet.RowID
	for _, row := range rows {
		id := s.Insert(known(row), timeOf(t, row))
		if err := s.SetNull(id, row.employee == "", row.at == ""); err != nil {
			t.Fatal(err)
		}
		list = append(list, timesheet.RowID(id))
	}
	return list
}

// known is an employee to insert, also where NULL shall take the place of it.
func known(row touch) string {
	if row.employee == "" {
		return "1"
	}
	return row.employee
}

func timeOf(t *testing.T, row touch) clocking.Time {
	t.Helper()
	if row.at == "" {
		return clocking.NoTime()
	}
	at, err := timesheet.ParseTimestamp(strings.ReplaceAll(row.at, " ", "T"))
	if err != nil {
		t.Fatal(err)
	}
	return clocking.TimeOf(at)
}

func (s standInScene) begin(t *testing.T) transaction {
	t.Helper()
	tx := s.Begin()
	t.Cleanup(tx.Rollback)
	return standInTx{tx}
}

type standInTx struct{ *clocking.Tx }

func (tx standInTx) insert(t *testing.T, row touch) timesheet.RowID {
	t.Helper()
	return timesheet.RowID(tx.Insert(row.employee, timeOf(t, row)))
}

func (tx standInTx) update(t *testing.T, id timesheet.RowID, row touch) {
	t.Helper()
	if err := tx.Update(int64(id), row.employee, timeOf(t, row)); err != nil {
		t.Fatal(err)
	}
}

func (tx standInTx) commit(t *testing.T) {
	t.Helper()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
