package mssql_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
	"timesheet/mssql"
)

func TestRowsInFlight(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		first := s.insert(t, touches(2)...)
		tx := s.begin(t)
		tx.update(t, first[1], touch{"Y", "2026-11-23T09:00:00"})
		last := s.insert(t, touches(1)...)[0]
		held := tx.insert(t, touch{"X", "2026-11-23T09:00:00"})

		past := open(t, s.options())
		rows, err := past.Page(t.Context(), 0, 10, nil)
		if want := []timesheet.RowID{first[0], last}; err != nil || !slices.Equal(ids(rows), want) {
			t.Errorf("readpast: %v, %v, want %v", ids(rows), err, want)
		}
		if id, _, err := past.Highest(t.Context(), false); err != nil || id != last {
			t.Errorf("readpast, highest: %d, %v", id, err)
		}

		patient := s.options()
		patient.Mode = mssql.Plain
		waits := answered(func() ([]timesheet.Row, error) { return open(t, patient).Page(t.Context(), 0, 10, nil) })
		highest := answered(func() ([]timesheet.Row, error) {
			id, _, err := open(t, s.options()).Highest(t.Context(), true)
			return []timesheet.Row{{ID: id}}, err
		})
		if s.snapshot() {
			a := <-waits
			if want := []timesheet.RowID{first[0], first[1], last}; a.err != nil || !slices.Equal(ids(a.rows), want) || a.rows[1].Clocking.Employee == "Y" {
				t.Errorf("plain, with row versions: %v, %v", a.rows, a.err)
			}
			waits = nil
		}
		select {
		case a := <-highest:
			t.Errorf("waiting for the highest didn't wait: %v", a)
		case a := <-waits:
			t.Errorf("plain didn't wait: %v", a)
		case <-time.After(200 * time.Millisecond):
		}
		tx.commit(t)
		if a := <-highest; a.err != nil || len(a.rows) != 1 || a.rows[0].ID != held {
			t.Errorf("highest: %v, want %d", a, held)
		}
		if !s.snapshot() {
			a := <-waits
			if want := []timesheet.RowID{first[0], first[1], last, held}; a.err != nil || !slices.Equal(ids(a.rows), want) || a.rows[1].Clocking.Employee != "Y" {
				t.Errorf("plain: %v, %v", a.rows, a.err)
			}
		}
	})
}

type answer struct {
	rows []timesheet.Row
	err  error
}

// answered asks beside the test.
func answered(ask func() ([]timesheet.Row, error)) <-chan answer {
	c := make(chan answer, 1)
	go func() {
		rows, err := ask()
		c <- answer{rows, err}
		close(c)
	}()
	return c
}

func TestLockTimeout(t *testing.T) {
	onEach(t, func(t *testing.T, s scene) {
		tx := s.begin(t)
		tx.insert(t, touch{"X", "2026-11-23T09:00:00"})
		o := s.options()
		o.LockTimeout = 50 * time.Millisecond
		v := open(t, o)
		for range 3 { // on a new connection each
			_, _, err := v.Highest(t.Context(), true)
			wantError(t, err, timesheet.Unavailable, "waited 50ms for a lock (error 1222")
		}
		if _, err := v.Page(t.Context(), 0, 10, nil); err != nil {
			t.Errorf("readpast waited too: %v", err)
		}
		for range 3 { // on one connection
			if _, err := v.Page(t.Context(), 0, 10, nil); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := v.Highest(t.Context(), true)
		wantError(t, err, timesheet.Unavailable, "waited 50ms for a lock (error 1222")
	})
}

// TestPlainPageEnds reads in plain mode beside writers who never pause: a page that
// waits for each row in flight on its way would follow them for as long as they write.
func TestPlainPageEnds(t *testing.T) {
	system := start(t, clocking.Options{})
	staff := generate.New(generate.Options{Employees: 10})
	w := system.StartWriters(clocking.WriterOptions{
		Rows: clocking.AtOnce(clocking.Stamped(staff, time.Now)), Writers: 8, MinHold: 20 * time.Millisecond, MaxHold: 200 * time.Millisecond,
	})
	defer w.Stop()
	v := open(t, mssql.Options{URL: system.DSN(), View: "dbo.Clockings", Mode: mssql.Plain})
	var after timesheet.RowID
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		rows, err := v.Page(ctx, after, 10_000, nil)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			after = rows[len(rows)-1].ID
		}
	}
	if after == 0 {
		t.Error("no row was read")
	}
}
