package pebble_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/pebble"
)

// BenchmarkMerge merges durably, four clockings a day in time order for each of
// 5,000 employees, groups of one size from a few callers at once.
func BenchmarkMerge(b *testing.B) {
	for _, group := range []int{1000, 10_000} {
		for _, callers := range []int{1, 4} {
			b.Run(fmt.Sprintf("group=%d/callers=%d", group, callers), func(b *testing.B) {
				s := open(b, b.TempDir(), pebble.Options{})
				epochs := epochsOf(b, s)
				merges := make([][]timesheet.Delta, b.N)
				for i := range merges {
					merges[i] = deltasOf(s, epochs, touches(int64(i*group), group))
				}
				var next atomic.Int64
				var wg sync.WaitGroup
				before := cpuTime(b)
				b.ResetTimer()
				for range callers {
					wg.Go(func() {
						for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
							for _, m := range s.Merge(b.Context(), merges[i]) {
								if m.Err != nil {
									b.Error(m.Err)
								}
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N*group)/b.Elapsed().Seconds(), "entries/s")
				b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N*group), "cpu-ns/entry")
			})
		}
	}
}

// cpuTime is the processor time of this process: on a busy machine it says more
// than the clock.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const staff = 5000

// touches makes n clockings, the from-th and those after it: everybody clocks four
// times a day, in the order of time.
func touches(from int64, n int) []timesheet.Entry {
	entries := make([]timesheet.Entry, n)
	for i := range entries {
		k := from + int64(i)
		day := firstDay + timesheet.Day(k/(4*staff))
		round := k / staff % 4
		e := employee(int(k * 2_654_435_761 % staff))
		entries[i] = clocking(e, day, 6*60*60*1000+round*3*60*60*1000+k*7919%1_800_000)
	}
	return entries
}

// BenchmarkRead reads from 250 days of 5,000 employees, compacted.
func BenchmarkRead(b *testing.B) {
	s := open(b, b.TempDir(), pebble.Options{})
	epochs := epochsOf(b, s)
	const days = 250
	for d := range days {
		mergeAll(b, s, epochs, touches(int64(d*4*staff), 4*staff))
	}
	if err := s.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Run("size", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(float64(s.TableBytes())/(days*staff), "bytes/entry")
	})
	b.Run("range of 31 days", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			from := firstDay + timesheet.Day(i%(days-31))
			entries, err := s.Range(b.Context(), employee(i*7%staff), from, from+30)
			if err != nil || len(entries) != 31 {
				b.Fatal(len(entries), err)
			}
		}
	})
	b.Run("range of all days", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			entries, err := s.Range(b.Context(), employee(i*7%staff), timesheet.FirstDay, timesheet.LastDay)
			if err != nil || len(entries) != days {
				b.Fatal(len(entries), err)
			}
		}
	})
	b.Run("board of 5000", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			entries, _, err := s.Board(b.Context(), firstDay+timesheet.Day(i%days), "", timesheet.MaxBoard)
			if err != nil || len(entries) != staff {
				b.Fatal(len(entries), err)
			}
		}
	})
	b.Run("days", func(b *testing.B) {
		for b.Loop() {
			if d, err := s.Days(b.Context()); err != nil || len(d) != days {
				b.Fatal(len(d), err)
			}
		}
	})
}
