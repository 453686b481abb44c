package mssql_test

import (
	"os"
	"strings"
	"testing"

	"timesheet"
	"timesheet/mssql"
)

// shape is what the clocking table looks like, in SQL.
type shape struct {
	employee, time string // types of the columns
}

var usual = shape{employee: "nvarchar(64)", time: "datetime2"}

// touch is a row to be: "" is NULL.
type touch struct{ employee, at string }

// server is something that the suite can be run against.
type server interface {
	// scene makes an empty table of the shape with a view, gone at the test's end.
	scene(t *testing.T, s shape) scene
}

// scene is one clocking view and the table behind it.
type scene interface {
	// options are those of a reader of the view.
	options() mssql.Options
	// snapshot tells whether readers see row versions instead of waiting.
	snapshot() bool
	// insert adds committed rows and answers their ids.
	insert(t *testing.T, rows ...touch) []timesheet.RowID
	// begin starts a transaction; it is rolled back at the test's end if it is open.
	begin(t *testing.T) transaction
}

type transaction interface {
	insert(t *testing.T, row touch) timesheet.RowID
	update(t *testing.T, id timesheet.RowID, row touch)
	commit(t *testing.T)
}

// servers are the stand-in in its two ways of isolation, and the real server whose DSN
// is in the environment.
func servers(t *testing.T) map[string]server {
	t.Helper()
	all := map[string]server{"stand-in": standIn{}, "stand-in with row versions": standIn{versions: true}}
	if dsn := os.Getenv("TIMESHEET_TEST_SQLSERVER"); dsn != "" {
		all["SQL Server"] = realServer{dsn}
	}
	return all
}

// onEach runs a test on each server, with a view of the usual shape.
func onEach(t *testing.T, run func(t *testing.T, s scene)) {
	t.Helper()
	for name, s := range servers(t) {
		t.Run(name, func(t *testing.T) { run(t, s.scene(t, usual)) })
	}
}

// open opens the view until the test's end.
func open(t testing.TB, o mssql.Options) *mssql.View {
	t.Helper()
	v, err := mssql.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// rowOf is how a reader should see the touch.
func rowOf(t *testing.T, id timesheet.RowID, w touch) timesheet.Row {
	t.Helper()
	at, err := timesheet.ParseTimestamp(w.at)
	if err != nil {
		t.Fatal(err)
	}
	return timesheet.Row{ID: id, Clocking: timesheet.Clocking{Employee: timesheet.EmployeeID(w.employee), At: at}}
}

func ids(rows []timesheet.Row) []timesheet.RowID {
	list := make([]timesheet.RowID, len(rows))
	for i, r := range rows {
		list[i] = r.ID
	}
	return list
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
