package tds_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"timesheet/internal/tds"
)

func TestStatements(t *testing.T) {
	column := []tds.Column{{Name: "v", Type: tds.IntType()}}
	s := serve(t, answers{
		"set lock_timeout 100": func(context.Context, tds.Query, *tds.Writer) error { return nil },
		"select twice": func(_ context.Context, _ tds.Query, w *tds.Writer) error {
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
		result, err := db.ExecContext(t.Context(), "set lock_timeout 100", args...)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := result.RowsAffected(); n != 0 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
		rows, err := db.QueryContext(t.Context(), "select twice", args...)
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

func TestRowsAreWrittenWithoutAllocation(t *testing.T) {
	w := tds.DiscardWriter(t.Context())
	if err := w.Columns([]tds.Column{
		{Name: "id", Type: tds.BigIntType()}, {Name: "employee_id", Type: tds.NVarCharType(20), Nullable: true},
		{Name: "clocked_at", Type: tds.DateTimeOffsetType(3), Nullable: true},
	}); err != nil {
		t.Fatal(err)
	}
	rows := [][]tds.Value{
		{tds.Int(1), tds.String("Łódź"), tds.DateTimeOffset(1, 60)}, {tds.Int(2), tds.Null(), tds.Null()},
	}
	write := func() {
		for range 5000 { // several flushes
			for _, row := range rows {
				if err := w.Row(row); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	write() // which makes the buffers grow
	if n := testing.AllocsPerRun(5, write); n >= 1 {
		t.Errorf("%v allocations in 10,000 rows", n)
	}
}
