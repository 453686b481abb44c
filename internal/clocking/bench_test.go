package clocking_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

// BenchmarkLoad loads ten million rows and tells the memory that they take.
func BenchmarkLoad(b *testing.B) {
	const n = 10_000_000
	staff := generate.New(generate.Options{Employees: 5000})
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := clocking.New(clocking.Options{})
		if _, err := s.Load(clocking.Backlog(staff, timesheet.DayOf(2026, time.November, 23), n)); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(s)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkPages reads a backlog by a bare loop of the driver, page after page.
func BenchmarkPages(b *testing.B) {
	for _, size := range []int64{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("of_%d", size), func(b *testing.B) {
			s := started(b, clocking.Options{}, 0)
			staff := generate.New(generate.Options{Employees: 5000})
			if _, err := s.Load(clocking.Backlog(staff, timesheet.DayOf(2026, time.November, 23), 200_000)); err != nil {
				b.Fatal(err)
			}
			conn, read := session(b, s), 0
			for b.Loop() {
				for last, full := int64(0), true; full; {
					rows, err := conn.QueryContext(b.Context(), readpastPage, page(size, last)...)
					if err != nil {
						b.Fatal(err)
					}
					n := int64(0)
					for rows.Next() {
						var employee string
						var at time.Time
						if err := rows.Scan(&last, &employee, &at); err != nil {
							b.Fatal(err)
						}
						n++
					}
					if err := rows.Err(); err != nil {
						b.Fatal(err)
					}
					rows.Close()
					read, full = read+int(n), n == size
				}
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
