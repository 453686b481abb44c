package clocking_test

import (
	"database/sql"
	"testing"
	"time"

	"timesheet/internal/clocking"
)

const searching = "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) " +
	"WHERE LTRIM(employee_id) IN (@e1, @e2) AND clocked_at >= @from AND clocked_at < @to AND id <= @last ORDER BY id"

// search are the parameters of searching, the time in seconds of the morning.
func search(n, from, to, last int64, employees ...any) []any {
	moment := func(s int64) time.Time { return time.UnixMilli(int64(morning) + s*1000).UTC() }
	return []any{
		sql.Named("n", n), sql.Named("e1", employees[0]), sql.Named("e2", employees[1]),
		sql.Named("from", moment(from)), sql.Named("to", moment(to)), sql.Named("last", last),
	}
}

func TestSearch(t *testing.T) {
	s := started(t, clocking.Options{Employee: clocking.Char(6)}, 0)
	for i, e := range []string{"E1", "E2", "e1", "E1", "  E1", "E11", "E1"} { // ids from 1 on, a second apart
		s.Insert(e, at(i*1000))
	}
	s.Insert("E1", clocking.NoTime())
	conn := session(t, s)
	for name, c := range map[string]struct {
		args []any
		want []int64
	}{
		"of one, in any letter case, with spaces around": {search(100, 0, 100, 100, "E1", "E1"), []int64{1, 3, 4, 5, 7}},
		"of two":                                 {search(100, 0, 100, 100, "E2 ", "E11"), []int64{2, 6}},
		"of nobody":                              {search(100, 0, 100, 100, "E3", nil), nil},
		"a space before an id that is asked for": {search(100, 0, 100, 100, " E1", nil), nil},
		"from a time until before another":       {search(100, 2, 4, 100, "E1", nil), []int64{3, 4}},
		"up to an id":                            {search(100, 0, 100, 4, "E1", nil), []int64{1, 3, 4}},
		"the first ones":                         {search(2, 0, 100, 100, "E1", nil), []int64{1, 3}},
		"none at all":                            {search(0, 0, 100, 100, "E1", nil), nil},
	} {
		t.Run(name, func(t *testing.T) { wantIDs(t, conn, c.want, searching, c.args...) })
	}
	t.Run("rows in flight are skipped", func(t *testing.T) {
		tx := s.Begin()
		defer tx.Rollback()
		if err := tx.Delete(4); err != nil {
			t.Fatal(err)
		}
		wantIDs(t, conn, []int64{1, 3, 5, 7}, searching, search(100, 0, 100, 100, "E1", nil)...)
	})
	const plain = "SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE employee_id IN ('E1') AND clocked_at >= '2000-01-01T00:00:00' " +
		"AND clocked_at < '2100-01-01T00:00:00' AND id <= 100 ORDER BY id"
	t.Run("a space before an id counts without LTRIM", func(t *testing.T) { wantIDs(t, conn, []int64{1, 3, 4, 7}, plain) })
	t.Run("numbers are compared as numbers", func(t *testing.T) {
		s := started(t, clocking.Options{Employee: clocking.Int()}, 0)
		s.Insert("7", at(0))
		s.Insert("70", at(0))
		conn := session(t, s)
		wantIDs(t, conn, []int64{1}, searching, search(100, 0, 100, 100, int64(7), int64(8))...)
		wantIDs(t, conn, []int64{1}, searching, search(100, 0, 100, 100, "007", nil)...)
		_, err := ids(t.Context(), conn, searching, search(100, 0, 100, 100, "E7", nil)...)
		wantNumber(t, err, 245)
	})
	for _, query := range []string{
		"SELECT TOP (5) id, employee_id, clocked_at FROM dbo.Clockings WHERE employee_id IN ('E1') AND clocked_at >= @from AND clocked_at < @to AND id <= 5",
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE employee_id IN ('E1') ORDER BY id",
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE employee_id IN () AND clocked_at >= 1 AND clocked_at < 2 AND id <= 5 ORDER BY id",
		"SELECT id, employee_id, clocked_at FROM dbo.Clockings WHERE id IN (1) AND clocked_at >= 1 AND clocked_at < 2 AND id <= 5 ORDER BY id",
	} {
		t.Run("refused: "+query, func(t *testing.T) {
			_, err := ids(t.Context(), conn, query)
			wantNumber(t, err, 102)
		})
	}
}
