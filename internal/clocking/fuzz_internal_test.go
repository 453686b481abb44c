package clocking

import (
	"context"
	"errors"
	"strings"
	"testing"

	"timesheet/internal/tds"
)

// Whatever is asked: it is recognised or an error of SQL Server's, without a panic,
// and what is recognised is one of the few texts and can be bound.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{
		"SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) WHERE id > @after ORDER BY id",
		"SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WHERE id BETWEEN @a1 AND @b1 OR id BETWEEN 5 AND 1 ORDER BY id;",
		"SELECT TOP (@n) id, employee_id, clocked_at FROM t WHERE LTRIM(employee_id) IN (@e1, 'x', 3) AND clocked_at >= @f AND clocked_at < @t AND id <= @l ORDER BY id",
		"SELECT MAX(id) FROM dbo.Clockings", "SELECT MIN(id) FROM [dbo].\"Clockings\" WHERE clocked_at >= N'2026-11-23T08:00:00'",
		"SELECT COUNT(*) FROM Clockings", "SELECT 1", "select @@version", "SELECT TOP 5 id, employee_id, clocked_at FROM x.y.z ORDER BY id",
		"SET LOCK_TIMEOUT -1", "SET ANSI_NULLS ON SET LANGUAGE us_english; SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"SELECT [a]]b], \"c\"\"d\", é FROM t", "'", "[", "SELECT 99999999999999999999", "\xff\x00",
	} {
		f.Add(seed)
	}
	s := New(Options{})
	f.Fuzz(func(t *testing.T, sql string) {
		st, err := recognise(sql)
		if err != nil {
			if e, ok := errors.AsType[*tds.Error](err); !ok || e.Number != 102 || len(e.Message) > 300 {
				t.Fatalf("%q: %v", sql, err)
			}
			return
		}
		if begin := strings.ToUpper(strings.TrimLeft(sql, " \t\r\n")); !strings.HasPrefix(begin, "SELECT") && !strings.HasPrefix(begin, "SET") {
			t.Fatalf("%q was recognised", sql)
		}
		if st.kind == setOptions || st.kind == selectOne || st.kind == selectVersion {
			return
		}
		if err := s.names.check(st); err == nil && len(st.uses) == 0 && st.kind != selectCount {
			t.Fatalf("%q: nothing is selected", sql)
		}
		params := values{{Name: "@n", Value: int64(5)}}
		limit, err := params.top(st.top)
		if err != nil {
			return
		}
		spans, err := params.spans(st)
		if err != nil {
			return
		}
		if st.search != nil {
			if _, spans, err = params.search(st.search, s.options.Employee); err != nil {
				return
			}
		}
		for i, sp := range spans {
			if sp.first > sp.last || i > 0 && sp.first <= spans[i-1].last {
				t.Fatalf("%q: spans %v", sql, spans)
			}
		}
		read := &scan{system: s, how: waiting, spans: spans, limit: limit}
		if err := read.each(context.Background(), func([]row, []employee) (bool, error) { return true, nil }); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever a file holds: its rows are usable, and it ends.
func FuzzCSV(f *testing.F) {
	f.Add("id,employee_id,clocked_at\n1,E1,2026-11-23T08:00:00\n,,\n")
	f.Add("\ufeffclocked_at,x,EMPLOYEE_ID\n2026-11-23 08:00:00+01:00,\"a\nb\",\"E\"\"1\"\r\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		failed := false
		for r, err := range CSV(strings.NewReader(text)) {
			if failed {
				t.Fatalf("%q: goes on after an error", text)
			}
			failed = err != nil
			if !failed && (r.ID < 0 || r.NoEmployee != (r.Employee == "")) {
				t.Fatalf("%q: %+v", text, r)
			}
		}
	})
}
