package tds_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet/internal/tds"
)

func TestStatements(t *testing.T) {
	column := []tds.Column{{Name: "v", Type: tds.IntType()}}
	s := serve(t, answers{
		"set lock_timeout 100": func(context.Context, tds.Query, *tds.Writer) error { return nil },
		"insert rows":          func(_ context.Context, _ tds.Query, w *tds.Writer) error { w.Affected(7); return nil },
		"insert and select": func(_ context.Context, _ tds.Query, w *tds.Writer) error {
			w.Affected(2)
			for v := range int64(2) {
				if err := errors.Join(w.Columns(column), w.Row([]tds.Value{tds.Int(v)}), w.Flush()); err != nil {
					return err
				}
			}
			return nil
		},
	}, nil)
	db := s.open(t)
	for _, args := range [][]any{nil, {1}} {
		for query, want := range map[string]int64{"set lock_timeout 100": 0, "insert rows": 7} {
			result, err := db.ExecContext(t.Context(), query, args...)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := result.RowsAffected(); n != want || err != nil {
				t.Errorf("%s: %d rows, %v", query, n, err)
			}
		}
		rows, err := db.QueryContext(t.Context(), "insert and select", args...)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]int64
		for more := true; more; more = rows.NextResultSet() {
			var set []int64
			for rows.Next() {
				var v int64
				if err := rows.Scan(&v); err != nil {
					t.Fatal(err)
				}
				set = append(set, v)
			}
			if set != nil {
				got = append(got, set)
			}
		}
		if d := cmp.Diff([][]int64{{0}, {1}}, got); d != "" || rows.Err() != nil {
			t.Error(d, rows.Err())
		}
		rows.Close()
	}
}

func TestResetIsToldToTheSession(t *testing.T) {
	var got []bool // one session, one query after the other
	s := serve(t, nil, func(s *tds.Server) {
		s.Handler = any1{func(ctx context.Context, q tds.Query, w *tds.Writer) error {
			got = append(got, q.Reset)
			return ids(1)(ctx, q, w)
		}}
	})
	w := s.loggedIn(t, tds.Version74)
	for _, status := range []byte{0, 8, 16, 0} { // RESETCONNECTION, and with SKIPTRAN
		batch := unhex(t, goldenBatch)
		batch[1] |= status
		w.send(batch)
		if answered := w.packet()[8] == 0xE3; answered != (status != 0) {
			t.Errorf("status %d: acknowledged %v", status, answered)
		}
	}
	if d := cmp.Diff([]bool{false, true, true, false}, got); d != "" {
		t.Error(d)
	}
}

func TestTransactionsAreRefused(t *testing.T) {
	s := serve(t, answers{"select ids": ids(1)}, nil)
	db := s.open(t)
	db.SetMaxOpenConns(1)
	if tx, err := db.BeginTx(t.Context(), nil); err == nil {
		t.Error(tx.Rollback())
	}
	if n, err := readIDs(t.Context(), db, "select ids"); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestManyClients(t *testing.T) {
	s := serve(t, answers{"select ids": ids(2000)}, encrypted(t))
	var wg sync.WaitGroup
	for i := range 16 {
		db := s.open(t, "encrypt", []string{"disable", "false", "true"}[i%3], "trustservercertificate", "true")
		wg.Go(func() {
			for range 5 {
				if n, err := readIDs(t.Context(), db, "select ids"); n != 2000 || err != nil {
					t.Errorf("%d rows, %v", n, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestParameterTypes reads what go-mssqldb doesn't send but other drivers do; the
// bytes are of the types' definitions, [MS-TDS] 2.2.5.4 and 2.2.5.5.
func TestParameterTypes(t *testing.T) {
	const collation = "09 04 D0 00 34 "
	day := at("2026-11-23T00:00:00Z")
	for name, c := range map[string]struct {
		bytes string
		want  any
	}{
		"INT1":             {"30 FF", int64(255)},
		"INT2":             {"34 FF FF", int64(-1)},
		"INT4":             {"38 00 00 00 80", int64(math.MinInt32)},
		"INT8":             {"7F 01 00 00 00 00 00 00 80", int64(math.MinInt64 + 1)},
		"BIT":              {"32 01", true},
		"BITN, NULL":       {"68 01 00", nil},
		"FLT4":             {"3B 00 00 C0 3F", 1.5},
		"FLT8":             {"3E 00 00 00 00 00 00 F8 3F", 1.5},
		"FLTN of 4":        {"6D 04 04 00 00 C0 3F", 1.5},
		"DATETIM4":         {"3A 0B B5 E9 01", at("2026-11-23T08:09:00Z")},
		"DATETIME":         {"3D 0B B5 00 00 AD 5A 86 00", at("2026-11-23T08:09:10.123Z")},
		"DATETIMN of 4":    {"6F 04 04 0B B5 00 00", day},
		"DATE":             {"28 03 66 4A 0B", day},
		"DATE, NULL":       {"28 00", nil},
		"TIME":             {"29 00 03 B6 72 00", at("1970-01-01T08:09:26Z")},
		"DATETIME2(0)":     {"2A 00 06 B6 72 00 66 4A 0B", at("2026-11-23T08:09:26Z")},
		"NCHAR":            {"EF 04 00 " + collation + "04 00 41 00 42 01", "Ał"},
		"NVARCHAR, NULL":   {"E7 04 00 " + collation + "FF FF", nil},
		"NVARCHAR(max)":    {"E7 FF FF " + collation + "04 00 00 00 00 00 00 00 02 00 00 00 41 00 02 00 00 00 42 00 00 00 00 00", "AB"},
		"NVARCHAR(max), 0": {"E7 FF FF " + collation + "FF FF FF FF FF FF FF FF", nil},
		"VARCHAR":          {"A7 04 00 " + collation + "02 00 41 E9", "Aé"},
		"CHAR":             {"AF 02 00 " + collation + "02 00 41 20", "A "},
		"BINARY":           {"AD 02 00 02 00 01 02", []byte{1, 2}},
		"NTEXT":            {"63 FF FF FF 7F " + collation + "02 00 00 00 41 00", "A"},
		"NTEXT, NULL":      {"63 FF FF FF 7F " + collation + "FF FF FF FF", nil},
	} {
		t.Run(name, func(t *testing.T) {
			// sp_executesql by its name, in another's database, with a text and its declaration.
			call := unhex(t, "04 00 00 00 11 00")
			for _, r := range "m..sp_EXECUTEsql " {
				call = append(call, byte(r), 0)
			}
			call = append(bytes.TrimSuffix(call, []byte{' ', 0}), 0, 0)
			call[4]--
			text := unhex(t, "00 00 E7 02 00 "+collation+"02 00 73 00")
			call = append(append(call, text...), text...)
			call = append(call, unhex(t, "02 40 00 76 00 00 "+c.bytes)...)
			q, err := tds.ParseRPC(call, tds.Version74)
			if err != nil {
				t.Fatal(err)
			}
			want := tds.Query{SQL: "s", Params: []tds.Param{{Name: "@v", Value: c.want}}}
			if d := cmp.Diff(want, q, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("no statement is an error", func(t *testing.T) {
		for _, rest := range []string{"", "00 00 26 04 04 01 00 00 00"} {
			q, err := tds.ParseRPC(unhex(t, "04 00 00 00 FF FF 0A 00 00 00"+rest), tds.Version74)
			if _, ok := errors.AsType[*tds.Error](err); !ok {
				t.Errorf("%+v, %v", q, err)
			}
		}
	})
}

func TestFlushSendsWhatIsThere(t *testing.T) {
	seen := make(chan struct{})
	s := serve(t, nil, func(s *tds.Server) {
		s.Handler = any1{func(ctx context.Context, q tds.Query, w *tds.Writer) error {
			if err := errors.Join(ids(3)(ctx, q, w), w.Flush()); err != nil {
				return err
			}
			select {
			case <-seen:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
	})
	w := s.loggedIn(t, tds.Version74)
	w.send(unhex(t, goldenBatch))
	if p := w.packet(); p[1] != 0 || len(p) != 8+3+4+2+1+1+4+3*9 {
		t.Errorf("%x", p)
	}
	close(seen)
	if p := w.packet(); p[1] != 1 || len(p) != 8+13 {
		t.Errorf("%x", p)
	}
}

func TestAClientThatGoesEndsItsQuery(t *testing.T) {
	started, stopped := make(chan struct{}), make(chan struct{})
	s := serve(t, nil, func(s *tds.Server) { s.Handler = any1{blocked(started, stopped)} })
	w := s.loggedIn(t, tds.Version74)
	w.send(unhex(t, goldenBatch))
	await(t, "the query", started)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, "the query's end", stopped)
}

// TestCutsInTheMidstOfLogins cuts at all moments: no session stays open, which serve
// looks at when the test ends.
func TestCutsInTheMidstOfLogins(t *testing.T) {
	s := serve(t, answers{"select ids": ids(1)}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var cutter, clients sync.WaitGroup
	cutter.Go(func() {
		for ctx.Err() == nil {
			s.CutConnections()
		}
	})
	for range 4 {
		db := s.open(t)
		clients.Go(func() {
			for range 50 {
				if n, err := readIDs(t.Context(), db, "select ids"); err == nil && n != 1 {
					t.Errorf("%d rows and no error", n)
				}
			}
		})
	}
	clients.Wait()
	cancel()
	cutter.Wait()
	if n, err := readIDs(t.Context(), s.open(t), "select ids"); n != 1 || err != nil {
		t.Errorf("after the cuts: %d rows, %v", n, err)
	}
}
