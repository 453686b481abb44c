package redis_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// entryOf is a clocking of an employee on a day, some seconds after its midnight.
func entryOf(employee int, day timesheet.Day, seconds int) timesheet.Entry {
	at := timesheet.Instant(int64(day)*86_400_000 + int64(seconds)*1000)
	return timesheet.Entry{Employee: timesheet.EmployeeID("E" + strconv.Itoa(100_000+employee)), Day: day, Earliest: at, Latest: at}
}

// epochs are those of all partitions.
func epochs(t testing.TB, s timesheet.Store) []timesheet.Epoch {
	t.Helper()
	probes := make([]timesheet.Delta, s.Partitions())
	for p := range probes {
		probes[p].Partition = timesheet.Partition(p)
	}
	es := make([]timesheet.Epoch, s.Partitions())
	for p, m := range s.Merge(t.Context(), probes) {
		if m.Err != nil {
			t.Fatal(m.Err)
		}
		es[p] = m.Token.Epoch
	}
	return es
}

// deltasOf sorts entries by partition.
func deltasOf(entries []timesheet.Entry, epochs []timesheet.Epoch) []timesheet.Delta {
	index := make([]int, len(epochs))
	var deltas []timesheet.Delta
	for _, e := range entries {
		p := timesheet.PartitionOf(e.Employee, len(epochs))
		if index[p] == 0 {
			deltas = append(deltas, timesheet.Delta{Partition: p, Epoch: epochs[p]})
			index[p] = len(deltas)
		}
		d := &deltas[index[p]-1]
		d.Entries = append(d.Entries, e)
	}
	return deltas
}

func mergeAll(t testing.TB, s *redis.Store, deltas []timesheet.Delta) {
	t.Helper()
	for _, m := range s.Merge(t.Context(), deltas) {
		if m.Err != nil {
			t.Fatal(m.Err)
		}
	}
}

// BenchmarkMerge merges clockings of 5,000 employees, 4 a day, by one client (or as
// many as -cpu says), acknowledged by a server with appendfsync everysec.
func BenchmarkMerge(b *testing.B) {
	for _, size := range []int{1, 62, 1000, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, quiet(redistest.Start(b).URL()))
			es := epochs(b, s)
			var worker atomic.Uint64
			b.RunParallel(func(pb *testing.PB) {
				rnd := rand.New(rand.NewPCG(1, worker.Add(1)))
				for n := 0; pb.Next(); n++ {
					batch := make([]timesheet.Entry, size)
					for i := range batch {
						k := n*size + i // a day is 20,000 clockings
						batch[i] = entryOf(rnd.IntN(5000), timesheet.Day(20_000+k/20_000%60), 21_600+k%20_000*2)
					}
					mergeAll(b, s, deltasOf(batch, es))
				}
			})
			b.ReportMetric(float64(b.N)*float64(size)/b.Elapsed().Seconds(), "merges/s")
		})
	}
}

// BenchmarkMemory fills a store and reports what an entry costs the server, the feed
// included and without it.
func BenchmarkMemory(b *testing.B) {
	for _, c := range []struct{ employees, days int }{{5000, 60}, {1_000_000, 1}} {
		b.Run(fmt.Sprintf("%dx%d", c.employees, c.days), func(b *testing.B) {
			for b.Loop() {
				server := redistest.Start(b, "--appendonly", "no")
				s := open(b, quiet(server.URL()))
				es := epochs(b, s)
				empty := usedMemory(b, server)
				fill(b, s, es, c.employees, c.days)
				n := float64(c.employees * c.days)
				b.ReportMetric(float64(usedMemory(b, server)-empty)/n, "B/entry+feed")
				for p := range s.Partitions() {
					server.Command("DEL", fmt.Sprintf("ts:1:{%d}:feed", p))
				}
				b.ReportMetric(float64(usedMemory(b, server)-empty)/n, "B/entry")
				s.Close()
				server.Kill()
			}
		})
	}
}

func fill(t testing.TB, s *redis.Store, es []timesheet.Epoch, employees, days int) {
	t.Helper()
	var batch []timesheet.Entry
	for d := range days {
		for e := range employees {
			x := entryOf(e, timesheet.Day(20_000+d), 21_600+e%7200)
			x.Latest = x.Earliest.Add(8 * 3600 * 1e9)
			if batch = append(batch, x); len(batch) == 10_000 {
				mergeAll(t, s, deltasOf(batch, es))
				batch = batch[:0]
			}
		}
	}
	mergeAll(t, s, deltasOf(batch, es))
}

func usedMemory(t testing.TB, server *redistest.Server) int {
	t.Helper()
	_, rest, _ := strings.Cut(server.Command("INFO", "memory"), "used_memory:")
	text, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkRead reads a month of an employee, and a whole board.
func BenchmarkRead(b *testing.B) {
	s := open(b, quiet(redistest.Start(b).URL()))
	fill(b, s, epochs(b, s), 5000, 31)
	b.Run("range31", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			got, err := s.Range(b.Context(), entryOf(i%5000, 0, 0).Employee, 20_000, 20_030)
			if err != nil || len(got) != 31 {
				b.Fatal(len(got), err)
			}
		}
	})
	for _, limit := range []int{50, 10_000} {
		b.Run(fmt.Sprintf("board%d", limit), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Board(b.Context(), 20_010, "", limit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
