package clocking_test

import (
	"testing"
	"time"

	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

// The same over the wire and in real time: a reader of "id > last" that uses the
// driver as one would at first loses a good part of the rows.
func TestNaiveClientLosesRows(t *testing.T) {
	s := started(t, clocking.Options{}, 0)
	conn := session(t, s)
	staff := generate.New(generate.Options{Employees: 50})
	w := s.StartWriters(clocking.WriterOptions{
		Rows: clocking.AtOnce(clocking.Stamped(staff, time.Now)), Writers: 8, MaxHold: 300 * time.Millisecond,
	})
	seen := make(map[int64]bool)
	last := int64(0)
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for range 30 {
		<-poll.C
		found, err := ids(t.Context(), conn, readpastPage, page(10_000, last)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range found {
			seen[id], last = true, id
		}
	}
	w.Stop()
	lost, below := 0, 0
	for r := range s.Rows() {
		if r.ID <= last {
			below++
			if !seen[r.ID] {
				lost++
			}
		}
	}
	t.Logf("%d of %d rows lost", lost, below)
	if below < 20 || lost < below/5 {
		t.Errorf("%d of %d rows lost", lost, below)
	}
}
