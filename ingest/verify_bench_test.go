package ingest_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// flood is a view and a store of n rows, made as they are read: 5,000 employees who
// clock in and out each day.
type flood struct {
	*books
	n         int
	employees []timesheet.EmployeeID
	first     timesheet.Day
	peak      uint64 // bytes of heap in use
	pages     int
	wrong     int // every wrong-th entry is missing; 0 for none
}

func newFlood(n int) *flood {
	f := &flood{books: &books{Memory: storetest.NewMemory(1)}, n: n, first: timesheet.DayOf(2020, time.January, 1)}
	for i := range 5000 {
		f.employees = append(f.employees, timesheet.EmployeeID(fmt.Sprint(100_000+i)))
	}
	return f
}

func (f *flood) row(i int) timesheet.Row {
	half := len(f.employees)
	day := f.first + timesheet.Day(i/(2*half))
	hour := 8 + 9*(i/half%2)
	wall := timesheet.Wall(day)*86_400_000 + timesheet.Wall(hour)*3_600_000
	return timesheet.Row{ID: timesheet.RowID(i), Clocking: timesheet.Clocking{Employee: f.employees[i%half], At: timesheet.LocalTime(wall)}}
}

func (f *flood) Page(_ context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if f.pages++; f.pages%50 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		f.peak = max(f.peak, m.HeapInuse)
	}
	limit += len(dst)
	for i := max(int(after)+1, 0); i < f.n && len(dst) < limit; i++ {
		dst = append(dst, f.row(i))
	}
	return dst, nil
}

func (f *flood) Ranges(context.Context, []timesheet.RowRange, int, []timesheet.Row) ([]timesheet.Row, error) {
	return nil, nil
}

func (f *flood) Highest(context.Context, bool) (timesheet.RowID, bool, error) {
	return timesheet.RowID(f.n - 1), true, nil
}

func (f *flood) Since(context.Context, timesheet.Wall) (timesheet.RowID, bool, error) {
	return 0, true, nil
}

func (f *flood) Export(_ context.Context, from, to timesheet.Day, fn func(timesheet.Entry) error) error {
	r := rules(1, "Europe/Berlin")
	half := len(f.employees)
	for i := 0; i < f.n; i += 2 * half {
		for e := range min(half, f.n-i) {
			in, err := r.Entry(f.row(i+e).Clocking, 0, 1<<60)
			if err != nil {
				return err
			}
			if i+half+e < f.n {
				out, err := r.Entry(f.row(i+half+e).Clocking, 0, 1<<60)
				if err != nil {
					return err
				}
				in = timesheet.Join(in, out)
			}
			if in.Day < from || in.Day > to || f.wrong > 0 && (i/2+e)%f.wrong == 0 {
				continue
			}
			if err := fn(in); err != nil {
				return err
			}
		}
	}
	return nil
}

// BenchmarkVerify checks 10 million rows, 5 million entries, without source and store;
// most of the time goes into making them. Its memory is that of the check.
func BenchmarkVerify(b *testing.B) {
	for _, c := range []struct {
		name  string
		wrong int
	}{{"equal", 0}, {"one of a thousand is missing", 1000}} {
		b.Run(c.name, func(b *testing.B) {
			const rows = 10_000_000
			for b.Loop() {
				f := newFlood(rows)
				f.wrong = c.wrong
				o := ingest.VerifyOptions{From: timesheet.FirstDay, To: timesheet.LastDay, Now: now, Settle: time.Millisecond}
				v, err := ingest.Verify(b.Context(), f, newMemory(), f, o)
				if err != nil || v.Rows != rows || v.Equal() != (c.wrong == 0) {
					b.Fatalf("%d rows, %d differences, %v", v.Rows, len(v.Differences), err)
				}
				b.ReportMetric(float64(f.peak)/1e6, "peak-MB")
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
