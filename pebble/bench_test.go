package pebble_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/measure"
	"timesheet/pebble"
)

// BenchmarkFlush merges durably, four clockings a day in time order for each of 5,000
// employees, groups of one size from a few callers at once. Beside it, in turns on the
// same disk, stand the bare costs: the engine's own batch of the same keys and values,
// committed with a sync, and a write of 4 KiB with fdatasync. ratio is the engine's time
// over ours, fsyncs how many bare syncs one of our merges lasted.
func BenchmarkFlush(b *testing.B) {
	for _, c := range []struct{ group, callers int }{{1, 1}, {1, 64}, {100, 1}, {1000, 1}, {10_000, 1}, {10_000, 4}} {
		b.Run(fmt.Sprintf("batch=%d/callers=%d", c.group, c.callers), func(b *testing.B) {
			s, bare, disk := open(b, b.TempDir(), pebble.Options{}), newBareEngine(b), newBareDisk(b)
			epochs := epochsOf(b, s)
			var took, bareTook, sync, cpu, bareCPU time.Duration
			merges := 16 * c.callers
			for n := 0; b.Loop(); n += merges {
				var ours [][]timesheet.Delta
				var theirs [][]timesheet.Entry
				for i := range merges {
					entries := touches(int64((n+i)*c.group), c.group)
					ours, theirs = append(ours, deltasOf(s, epochs, entries)), append(theirs, entries)
				}
				began, before := time.Now(), measure.CPU(b)
				inParallel(c.callers, merges, func(i int) {
					for _, m := range s.Merge(b.Context(), ours[i]) {
						if m.Err != nil {
							b.Error(m.Err)
						}
					}
				})
				took += time.Since(began)
				cpu += measure.CPU(b) - before
				began, before = time.Now(), measure.CPU(b)
				inParallel(c.callers, merges, func(i int) { bare.commit(b, theirs[i]) })
				bareTook += time.Since(began)
				bareCPU += measure.CPU(b) - before
				sync += disk.writes(b, 4)
			}
			entries, rounds := float64(b.N*merges*c.group), float64(b.N*merges)
			b.ReportMetric(entries/took.Seconds(), "entries/s")
			b.ReportMetric(entries/bareTook.Seconds(), "bare-entries/s")
			b.ReportMetric(bareTook.Seconds()/took.Seconds(), "ratio")
			b.ReportMetric(float64(cpu)/entries, "cpu-ns/entry")
			b.ReportMetric(float64(bareCPU)/entries, "bare-cpu-ns/entry")
			b.ReportMetric(took.Seconds()*float64(c.callers)/rounds*1e6, "us/merge")
			b.ReportMetric(sync.Seconds()/float64(4*b.N)*1e6, "bare-us/sync")
		})
	}
}

// inParallel calls f with 0 to n-1, from some goroutines at once.
func inParallel(callers, n int, f func(int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	group.Wait()
}

const staff = 5000

var staffIDs = sync.OnceValue(func() (ids []timesheet.EmployeeID) {
	for n := range staff {
		ids = append(ids, employee(n))
	}
	return ids
})

// touches makes n clockings, the from-th and those after it: everybody clocks four
// times a day, in the order of time.
func touches(from int64, n int) []timesheet.Entry {
	entries, ids := make([]timesheet.Entry, n), staffIDs()
	for i := range entries {
		k := from + int64(i)
		day := firstDay + timesheet.Day(k/(4*staff))
		round := k / staff % 4
		e := ids[k*2_654_435_761%staff]
		entries[i] = clocking(e, day, 6*60*60*1000+round*3*60*60*1000+k*7919%1_800_000)
	}
	return entries
}

// BenchmarkSize is what an entry takes on the disk after compaction. The times of its
// clockings don't repeat, and ids are of 8 characters.
func BenchmarkSize(b *testing.B) {
	for _, c := range []struct{ employees, days int }{{5000, 60}, {1_000_000, 1}} {
		b.Run(fmt.Sprintf("%dx%d", c.employees, c.days), func(b *testing.B) {
			for b.Loop() {
				s, err := pebble.Open(b.Context(), b.TempDir(), quiet(pebble.Options{}))
				if err != nil {
					b.Fatal(err)
				}
				epochs, rnd := epochsOf(b, s), rand.New(rand.NewPCG(1, 2))
				for d := range c.days {
					for from := 0; from < c.employees; from += 5000 {
						entries := make([]timesheet.Entry, 5000)
						for i := range entries {
							e := timesheet.EmployeeID(fmt.Sprintf("E%07d", from+i))
							entries[i] = clocking(e, firstDay+timesheet.Day(d), int64(21_600+rnd.IntN(7200))*1000)
							entries[i].Latest = entries[i].Earliest.Add(time.Duration(8*3600+rnd.IntN(3600)) * time.Second)
						}
						mergeAll(b, s, epochs, entries)
					}
				}
				if err := s.Compact(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(s.TableBytes())/float64(c.employees*c.days), "B/entry")
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBoard reads from 250 days of 5,000 employees, compacted.
func BenchmarkBoard(b *testing.B) {
	s := open(b, b.TempDir(), pebble.Options{})
	epochs := epochsOf(b, s)
	const days = 250
	for d := range days {
		mergeAll(b, s, epochs, touches(int64(d*4*staff), 4*staff))
	}
	if err := s.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
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
