package clocking_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"timesheet/internal/clocking"
)

// answer is what a query that runs meanwhile came to.
type answer struct {
	ids []int64
	err error
}

// asked runs a query beside the test.
func asked(ctx context.Context, q querier, query string, args ...any) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		found, err := ids(ctx, q, query, args...)
		done <- answer{found, err}
	}()
	return done
}

func TestRowsInFlight(t *testing.T) {
	s := started(t, clocking.Options{}, 3)
	conn := session(t, s)
	tx := s.Begin()
	defer tx.Rollback()
	if id := tx.Insert("E4", at(0)); id != 4 {
		t.Fatalf("id %d, want 4", id)
	}
	s.Insert("E5", at(0))
	if err := tx.Update(2, "E9", at(0)); err != nil {
		t.Fatal(err)
	}

	t.Run("are skipped by READPAST", func(t *testing.T) {
		wantIDs(t, conn, []int64{1, 3, 5}, readpastPage, page(10, 0)...)
		wantIDs(t, conn, []int64{1, 3}, readpastPage, page(2, 0)...)
	})
	t.Run("are waited for only where the page reaches them", func(t *testing.T) {
		wantIDs(t, conn, []int64{1}, plainPage, page(1, 0)...)
		wantIDs(t, conn, []int64{3}, plainPage, page(1, 2)...)
		wantIDs(t, conn, []int64{5}, plainPage, page(10, 4)...)
	})
	t.Run("are waited for no longer than LOCK_TIMEOUT", func(t *testing.T) {
		conn := session(t, s)
		if _, err := conn.ExecContext(t.Context(), "SET LOCK_TIMEOUT 20"); err != nil {
			t.Fatal(err)
		}
		got, err := ids(t.Context(), conn, plainPage, page(10, 2)...)
		wantNumber(t, err, 1222)
		if !slices.Equal(got, []int64{3}) {
			t.Errorf("before the error came %v, want [3]", got)
		}
		_, err = ids(t.Context(), conn, lockingPage, page(10, 3)...)
		wantNumber(t, err, 1222)
		wantIDs(t, conn, []int64{5}, plainPage, page(10, 4)...)
		if _, err := conn.ExecContext(t.Context(), "SET LOCK_TIMEOUT 0"); err != nil {
			t.Fatal(err)
		}
		_, err = ids(t.Context(), conn, plainPage, page(10, 3)...)
		wantNumber(t, err, 1222)
	})
	t.Run("can be given up by the one who waits", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := asked(ctx, client(t, s), plainPage, page(10, 3)...)
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		cancel()
		if a := <-done; a.err == nil {
			t.Errorf("got %v without an error", a.ids)
		}
		eventually(t, "nobody waits", func() bool { return s.Waiting() == 0 })
	})
	t.Run("are read once they are committed", func(t *testing.T) {
		done := asked(t.Context(), conn, plainPage, page(10, 0)...)
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if a := <-done; a.err != nil || !slices.Equal(a.ids, []int64{1, 2, 3, 4, 5}) {
			t.Errorf("got %v, %v", a.ids, a.err)
		}
	})
	t.Run("leave a gap when they are rolled back", func(t *testing.T) {
		tx := s.Begin()
		tx.Insert("E6", at(0))
		s.Insert("E7", at(0))
		done := asked(t.Context(), conn, plainPage, page(10, 4)...)
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		tx.Rollback()
		if a := <-done; a.err != nil || !slices.Equal(a.ids, []int64{5, 7}) {
			t.Errorf("got %v, %v", a.ids, a.err)
		}
	})
}

func TestSnapshot(t *testing.T) {
	s := started(t, clocking.Options{Snapshot: true}, 3)
	conn := session(t, s)
	tx := s.Begin()
	defer tx.Rollback()
	tx.Insert("E4", at(0))
	s.Insert("E5", at(0))
	if err := tx.Update(2, "E9", at(0)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Delete(3); err != nil {
		t.Fatal(err)
	}
	t.Run("shows what was committed last and waits for nothing", func(t *testing.T) {
		wantIDs(t, conn, []int64{1, 2, 3, 5}, plainPage, page(10, 0)...)
		var id int64
		var was string
		row := conn.QueryRowContext(t.Context(), plainPage, page(1, 1)...)
		if err := row.Scan(&id, &was, new(any)); err != nil || id != 2 || was != "E2" {
			t.Errorf("got row %d of %s, %v; want E2, the old version", id, was, err)
		}
	})
	t.Run("READPAST skips all the same", func(t *testing.T) {
		wantIDs(t, conn, []int64{1, 5}, readpastPage, page(10, 0)...)
	})
	t.Run("READCOMMITTEDLOCK waits all the same", func(t *testing.T) {
		done := asked(t.Context(), conn, lockingPage, page(10, 0)...)
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if a := <-done; a.err != nil || !slices.Equal(a.ids, []int64{1, 2, 4, 5}) {
			t.Errorf("got %v, %v", a.ids, a.err)
		}
	})
}

func TestHighest(t *testing.T) {
	const (
		plain    = "SELECT MAX(id) FROM dbo.Clockings"
		locking  = "SELECT MAX(id) FROM dbo.Clockings WITH (READCOMMITTEDLOCK)"
		readpast = "SELECT MAX(id) FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST)"
	)
	s := started(t, clocking.Options{}, 3)
	conn := session(t, s)
	highest := func(query string) any {
		t.Helper()
		var id any
		if err := conn.QueryRowContext(t.Context(), query).Scan(&id); err != nil {
			t.Error(err)
		}
		return id
	}
	low, high := s.Begin(), s.Begin()
	defer low.Rollback()
	if err := low.Update(1, "E1", at(5)); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{plain, locking, readpast} {
		if got := highest(query); got != int64(3) {
			t.Errorf("%s: %v; a row in flight below the highest keeps nobody waiting", query, got)
		}
	}
	high.Insert("E4", at(0))
	if got := highest(readpast); got != int64(3) {
		t.Errorf("READPAST: %v, want 3", got)
	}
	for _, query := range []string{plain, locking} {
		done := make(chan any, 1)
		go func() { done <- highest(query) }()
		eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
		next := s.Begin()
		next.Insert("E5", at(0)) // behind the reader's back
		high.Rollback()
		if got := <-done; got != int64(3) {
			t.Errorf("%s: %v, want 3 after the rollback, whatever came meanwhile", query, got)
		}
		next.Rollback()
		high = s.Begin()
		high.Insert("E6", at(0))
	}
	done := make(chan any, 1)
	go func() { done <- highest(plain) }()
	eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
	s.Insert("E9", at(0))
	last := s.Max() - 1
	if err := high.Commit(); err != nil {
		t.Error(err)
	}
	if got := <-done; got != last {
		t.Errorf("%v, want %d, which was the highest when it was asked for", got, last)
	}
	s.Reseed(1)
	if got := highest(plain); got != nil {
		t.Errorf("of an empty view: %v, want NULL", got)
	}
}

func TestWritersLocks(t *testing.T) {
	s := clocking.New(clocking.Options{})
	s.Insert("E1", at(0))
	tx := s.Begin()
	if err := tx.Delete(1); err != nil {
		t.Fatal(err)
	}
	s.Insert("E2", at(0))
	if err := tx.Update(2, "E9", at(0)); err != nil {
		t.Fatal(err)
	}
	for id := range int64(2) {
		if err := s.Update(id+1, "E2", at(0)); !strings.Contains(fmt.Sprint(err), "1222") {
			t.Errorf("row %d, which another transaction holds: %v", id+1, err)
		}
	}
	if err := tx.Update(1, "E2", at(0)); err == nil {
		t.Error("a deleted row was updated")
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err == nil {
		t.Error("committed twice")
	}
	if err := s.Delete(1); err == nil {
		t.Error("a row that is gone was deleted")
	}
	t.Run("a low id can be filled, once", func(t *testing.T) {
		if err := s.InsertAt(1, "E3", at(0)); err == nil {
			err = s.InsertAt(1, "E4", at(0))
			if err == nil {
				t.Error("the id was given twice")
			}
		} else {
			t.Error(err)
		}
	})
}
