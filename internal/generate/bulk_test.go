package generate_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"testing"

	"timesheet"
	"timesheet/internal/generate"
)

func TestBulk(t *testing.T) {
	for _, c := range []struct{ employees, days, perDay int }{{1, 1, 1}, {7, 3, 2}, {100, 10, 4}, {33, 2, 5}, {5, 0, 4}, {5, 4, 0}} {
		s := generate.New(generate.Options{Seed: 1, Employees: c.employees})
		counts := make(map[timesheet.EmployeeID]map[timesheet.Day]int)
		last, n := timesheet.Wall(0), 0
		for clocking := range s.Bulk(monday, c.days, c.perDay) {
			w, local := clocking.At.Local()
			if !local || w < last || w%1000 != 0 {
				t.Fatalf("%+v: clocking %d at %d (local %v) after %d", c, n, w, local, last)
			}
			last = w
			n++
			if counts[clocking.Employee] == nil {
				counts[clocking.Employee] = make(map[timesheet.Day]int)
			}
			counts[clocking.Employee][timesheet.Day(w/86_400_000)]++
		}
		if want := c.employees * c.days * c.perDay; n != want {
			t.Errorf("%+v: %d clockings, want %d", c, n, want)
		}
		for e, days := range counts {
			for d, n := range days {
				if n != c.perDay || d < monday || d >= monday+timesheet.Day(c.days) {
					t.Errorf("%+v: %s clocked %d times on %v", c, e, n, d)
				}
			}
		}
	}
	t.Run("stops when asked", func(*testing.T) {
		n := 0
		for range generate.New(generate.Options{Employees: 3}).Bulk(monday, 1, 4) {
			if n++; n == 5 {
				break
			}
		}
	})
}

func TestWriteCSV(t *testing.T) {
	clockings := []timesheet.Clocking{
		{Employee: "E0001", At: timesheet.LocalTime(timesheet.Wall(monday)*86_400_000 + 29_340_000)},
		{Employee: "E0001", At: timesheet.LocalTime(timesheet.Wall(monday)*86_400_000 + 29_340_007)},
		{Employee: `7,"x"`, At: timesheet.At(timesheet.Instant(monday) * 86_400_000)},
	}
	var out bytes.Buffer
	n, err := generate.WriteCSV(&out, slices.Values(clockings))
	if n != 3 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"employee_id", "clocked_at"},
		{"E0001", "2026-03-23T08:09:00"},
		{"E0001", "2026-03-23T08:09:00.007"},
		{`7,"x"`, "2026-03-23T00:00:00Z"},
	}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got %v, want %v", rows, want)
	}
	t.Run("what is written is read as it was", func(t *testing.T) {
		for i, row := range rows[1:] {
			if at, err := timesheet.ParseTimestamp(row[1]); err != nil || at != clockings[i].At {
				t.Errorf("%s: %v, %v; want %v", row[1], at, err, clockings[i].At)
			}
		}
	})
	t.Run("a full disk is an error", func(t *testing.T) {
		s := generate.New(generate.Options{Employees: 5000})
		if _, err := generate.WriteCSV(fullDisk{}, s.Bulk(monday, 1, 4)); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("got %v", err)
		}
		if _, err := generate.WriteCSV(fullDisk{}, slices.Values(clockings)); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("at the end: got %v", err)
		}
	})
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func BenchmarkBulkCSV(b *testing.B) {
	s := generate.New(generate.Options{Seed: 1, Employees: 4410})
	bulk := s.Bulk(monday, 10, 4)
	n := 0
	for b.Loop() {
		written, err := generate.WriteCSV(io.Discard, bulk)
		if err != nil {
			b.Fatal(err)
		}
		n += written
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "clockings/s")
}
