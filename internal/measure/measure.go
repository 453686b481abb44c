// Package measure tells benchmarks what something costs beside the time on the clock:
// processor time, allocations, memory. On a machine that others use too, processor time
// is what can be compared.
package measure

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// Meter measures from Start on what this process spends.
type Meter struct {
	b      *testing.B
	began  time.Time
	cpu    time.Duration
	allocs uint64
}

// Start begins to measure, beside the benchmark's own timer.
func Start(b *testing.B) *Meter {
	b.Helper()
	return &Meter{b, time.Now(), CPU(b), allocations()}
}

// Per reports what one of n units of work cost since Start: the time on the clock,
// the processor time of all threads, and allocations.
func (m *Meter) Per(unit string, n int) {
	m.b.Helper()
	cpu, allocs, took := CPU(m.b)-m.cpu, allocations()-m.allocs, time.Since(m.began)
	m.b.ReportMetric(float64(took.Nanoseconds())/float64(n), "ns/"+unit)
	m.b.ReportMetric(float64(cpu.Nanoseconds())/float64(n), "cpu-ns/"+unit)
	m.b.ReportMetric(float64(allocs)/float64(n), "allocs/"+unit)
}

// CPU is the processor time that this process has used, of all threads, in the
// system's calls too.
func CPU(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Live is how many bytes of heap objects and of goroutines' stacks are in use, what
// nobody refers to left out.
func Live() uint64 {
	runtime.GC()
	runtime.GC() // the first only unlinks what pools hold
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
