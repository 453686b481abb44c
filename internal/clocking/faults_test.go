package clocking_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"timesheet/internal/clocking"
)

func TestFaults(t *testing.T) {
	s := started(t, clocking.Options{}, 9)
	db := client(t, s)
	all := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}

	t.Run("an error before the answer", func(t *testing.T) {
		s.Faults().Fail(1205, 0, 2)
		for range 2 {
			got, err := ids(t.Context(), db, readpastPage, page(100, 0)...)
			wantNumber(t, err, 1205)
			if len(got) > 0 {
				t.Errorf("rows %v", got)
			}
		}
		wantIDs(t, db, all, readpastPage, page(100, 0)...)
	})
	t.Run("an error in mid-answer", func(t *testing.T) {
		s.Faults().Fail(40197, 4, 1)
		got, err := ids(t.Context(), db, readpastPage, page(100, 0)...)
		wantNumber(t, err, 40197)
		if !slices.Equal(got, all[:4]) {
			t.Errorf("rows %v, want 4", got)
		}
	})
	t.Run("an error at the end, of a short answer", func(t *testing.T) {
		s.Faults().Fail(1222, 500, 1)
		got, err := ids(t.Context(), db, readpastPage, page(100, 0)...)
		wantNumber(t, err, 1222)
		if !slices.Equal(got, all) {
			t.Errorf("rows %v, want all", got)
		}
	})
	t.Run("an error befalls queries of the view alone", func(t *testing.T) {
		s.Faults().Fail(1205, 0, -1)
		if err := ping(t, s.DSN()); err != nil {
			t.Error(err)
		}
		var highest int64
		wantNumber(t, db.QueryRowContext(t.Context(), "SELECT MAX(id) FROM dbo.Clockings").Scan(&highest), 1205)
		s.Faults().Clear()
		wantIDs(t, db, all, readpastPage, page(100, 0)...)
	})
	t.Run("a cut is an error, never a short answer", func(t *testing.T) {
		for bytes := int64(0); bytes < 400; bytes += 7 {
			s.Faults().CutAfter(bytes, 1)
			if got, err := ids(t.Context(), session(t, s), readpastPage, page(100, 0)...); err == nil && len(got) < len(all) {
				t.Errorf("cut after %d bytes: rows %v and no error", bytes, got)
			} else if err == nil && bytes < 200 || err != nil && len(got) == len(all) && bytes < 200 {
				t.Errorf("cut after %d bytes: rows %v, %v", bytes, got, err)
			}
		}
		s.Faults().Clear()
	})
	t.Run("no right to read, and no view", func(t *testing.T) {
		s.Faults().Deny(true)
		_, err := ids(t.Context(), db, readpastPage, page(100, 0)...)
		wantNumber(t, err, 229)
		s.Faults().DropView(true)
		_, err = ids(t.Context(), db, readpastPage, page(100, 0)...)
		wantNumber(t, err, 208)
		s.Faults().Clear()
	})
	t.Run("a share of errors and cuts", func(t *testing.T) {
		s.Faults().FailShare(1205, 0.3)
		s.Faults().CutShare(0.1)
		failed := 0
		for range 200 {
			got, err := ids(t.Context(), db, readpastPage, page(100, 0)...)
			if err != nil {
				failed++
			} else if !slices.Equal(got, all) {
				t.Fatalf("rows %v and no error", got)
			}
		}
		if failed < 30 || failed > 120 {
			t.Errorf("%d of 200 failed, want some 60", failed)
		}
		s.Faults().Clear()
	})
}

func TestCutShare(t *testing.T) {
	s := started(t, clocking.Options{}, 0)
	for range 5000 { // an answer of more than 64 KiB
		s.Insert("E1", at(0))
	}
	s.Faults().CutShare(1)
	for range 5 {
		if got, err := ids(t.Context(), session(t, s), readpastPage, page(5000, 0)...); err == nil || len(got) == 5000 {
			t.Errorf("%d rows, %v", len(got), err)
		}
	}
}

func TestSlowAnswers(t *testing.T) {
	s := started(t, clocking.Options{}, 5)
	db := client(t, s)
	took := func() time.Duration {
		begin := time.Now()
		wantIDs(t, db, []int64{1, 2, 3, 4, 5}, readpastPage, page(100, 0)...)
		return time.Since(begin)
	}
	took() // logs in
	s.Faults().Delay(60 * time.Millisecond)
	if d := took(); d < 60*time.Millisecond {
		t.Errorf("delayed: %v", d)
	}
	s.Faults().Clear()
	s.Faults().SlowRows(50)
	if d := took(); d < 100*time.Millisecond {
		t.Errorf("5 rows at 50 a second: %v", d)
	}
}

func TestFreeze(t *testing.T) {
	s := started(t, clocking.Options{}, 2)
	db := client(t, s)
	wantIDs(t, db, []int64{1, 2}, readpastPage, page(100, 0)...)
	s.Faults().Freeze()
	done := asked(t.Context(), db, readpastPage, page(100, 0)...)
	login := make(chan error, 1)
	go func() { login <- ping(t, s.DSN()) }()
	select {
	case a := <-done:
		t.Errorf("answered while frozen: %v", a)
	case err := <-login:
		t.Errorf("logged in while frozen: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	s.Faults().Thaw()
	if a := <-done; a.err != nil || len(a.ids) != 2 {
		t.Errorf("after the thaw: %v", a)
	}
	if err := <-login; err != nil {
		t.Error(err)
	}
	tx := s.Begin()
	defer tx.Rollback()
	tx.Insert("E3", at(0))
	ctx, cancel := context.WithCancel(t.Context())
	conn := session(t, s)
	done = asked(ctx, conn, plainPage, page(100, 0)...)
	eventually(t, "a reader waits", func() bool { return s.Waiting() == 1 })
	cancel()
	<-done
	wantIDs(t, conn, []int64{1, 2}, readpastPage, page(100, 0)...) // cancelling is heard again, or it would be dead
}

func TestIgnoredAttention(t *testing.T) {
	s := started(t, clocking.Options{}, 1)
	tx := s.Begin()
	defer tx.Rollback()
	tx.Insert("E2", at(0))
	s.Faults().IgnoreAttention(true)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	db := client(t, s)
	done := asked(ctx, db, plainPage, page(100, 0)...)
	<-ctx.Done()
	eventually(t, "the query still waits", func() bool { return s.Waiting() == 1 })
	select {
	case a := <-done:
		t.Logf("the driver gave up by itself: %v", a.err)
	case <-time.After(50 * time.Millisecond):
	}
	if s.Waiting() != 1 {
		t.Error("the query was cancelled")
	}
	s.CutConnections()
	eventually(t, "nobody waits", func() bool { return s.Waiting() == 0 })
	<-done
}

func TestRestart(t *testing.T) {
	s := started(t, clocking.Options{}, 2)
	db := client(t, s)
	wantIDs(t, db, []int64{1, 2}, readpastPage, page(100, 0)...)
	tx := s.Begin()
	if id := tx.Insert("E3", at(0)); id != 3 {
		t.Fatalf("id %d", id)
	}
	const down = 100 * time.Millisecond
	begin := time.Now()
	s.Restart(down)
	if _, err := net.Dial("tcp", s.Address()); err == nil {
		t.Error("somebody listens")
	}
	if err := tx.Commit(); err == nil {
		t.Error("a transaction outlived the restart")
	}
	eventually(t, "it is back", func() bool { return ping(t, s.DSN()) == nil })
	if d := time.Since(begin); d < down {
		t.Errorf("back after %v", d)
	}
	if id := s.Insert("E4", at(0)); id != 1004 {
		t.Errorf("the next id is %d, want 1004", id)
	}
	fresh := client(t, s)
	wantIDs(t, fresh, []int64{1, 2, 1004}, readpastPage, page(100, 0)...)
}

func TestHistory(t *testing.T) {
	s := clocking.New(clocking.Options{})
	for i := range 3000 {
		s.Insert(employee(i%10), at(i))
	}
	before := slices.Collect(s.Rows())
	s.Rebuild()
	for i, r := range slices.Collect(s.Rows()) {
		old := before[(i+len(before)-1)%len(before)]
		if r.ID != before[i].ID || r.Employee != old.Employee || r.At != old.At {
			t.Fatalf("rebuilt: %+v, want the values of %+v", r, old)
		}
	}
	if s.Len() != 3000 || s.Max() != 3000 {
		t.Errorf("%d rows to %d", s.Len(), s.Max())
	}
	s.Jump(1000)
	if id := s.Insert("E1", at(0)); id != 4001 {
		t.Errorf("after a jump: %d", id)
	}
	tx := s.Begin()
	tx.Insert("E1", at(0))
	s.Reseed(10)
	if s.Len() != 0 || s.Max() != 0 || s.InFlight() != 0 {
		t.Errorf("reseeded: %d rows to %d, %d in flight", s.Len(), s.Max(), s.InFlight())
	}
	if id := s.Insert("E1", at(0)); id != 10 {
		t.Errorf("after a reseed: %d", id)
	}
}
