package redis_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// entryOf is a clocking of an employee on a day, some seconds after its midnight.
func entryOf(employee int, day timesheet.Day, seconds int) timesheet.Entry {
	at := timesheet.Instant(int64(day)*86_400_000 + int64(seconds)*1000)
	return timesheet.Entry{Employee: timesheet.EmployeeID("E" + strconv.Itoa(1_000_000+employee)), Day: day, Earliest: at, Latest: at}
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

// touches makes clockings k to k+n-1 of a stream: 5,000 employees, each four times a
// day, in the order of time.
func touches(k, n int) []timesheet.Entry {
	const staff = 5000
	entries := make([]timesheet.Entry, n)
	for i := range entries {
		turn := (k + i) / staff
		entries[i] = entryOf((k+i)*7919%staff, timesheet.Day(20_000+turn/4), 21_600+turn%4*12_000+(k+i)%staff*2)
	}
	return entries
}

// BenchmarkFlush merges live-like clockings by one caller, as the actors do, into a
// server with appendfsync everysec. Beside it, in turns on the same server, stands the
// bare cost: a loop of EVALSHA with a script that only joins, of 1,000 prepared entries
// a call, by two callers, so that the server never waits. ratio is our rate over it.
func BenchmarkFlush(b *testing.B) {
	for _, size := range []int{1, 62, 1000, 10_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			server := redistest.Start(b)
			s, bare := open(b, quiet(server.URL())), newBareJoin(b, server.URL())
			es := epochs(b, s)
			var took, bareTook, cpu, bareCPU time.Duration
			done, bareDone := 0, 0
			const turns = 20_000 // entries before it is the other's turn, at least
			for b.Loop() {
				var merges [][]timesheet.Delta
				for range max(1, turns/size/10) {
					merges = append(merges, deltasOf(touches(done, size), es))
					done += size
				}
				began, before := time.Now(), serverCPU(b, server)
				for _, m := range merges {
					mergeAll(b, s, m)
				}
				took += time.Since(began)
				cpu += serverCPU(b, server) - before
				calls := bare.prepare(bareDone, max(10_000, size), 1000)
				bareDone += max(10_000, size)
				began, before = time.Now(), serverCPU(b, server)
				bare.run(b, 2, calls)
				bareTook += time.Since(began)
				bareCPU += serverCPU(b, server) - before
			}
			rate, bareRate := float64(done)/took.Seconds(), float64(bareDone)/bareTook.Seconds()
			b.ReportMetric(rate, "entries/s")
			b.ReportMetric(bareRate, "bare-entries/s")
			b.ReportMetric(rate/bareRate, "ratio")
			b.ReportMetric(float64(cpu.Nanoseconds())/float64(done), "redis-cpu-ns/entry")
			b.ReportMetric(float64(bareCPU.Nanoseconds())/float64(bareDone), "bare-redis-cpu-ns/entry")
		})
	}
	for _, size := range []int{1, 62, 250, 1000} { // which is the best for the bare loop?
		b.Run(fmt.Sprintf("bare loop/batch=%d", size), func(b *testing.B) {
			bare, took, done := newBareJoin(b, redistest.Start(b).URL()), time.Duration(0), 0
			for b.Loop() {
				n := min(max(10*size, 100), 10_000)
				calls := bare.prepare(done, n, size)
				done += n
				began := time.Now()
				bare.run(b, 2, calls)
				took += time.Since(began)
			}
			b.ReportMetric(float64(done)/took.Seconds(), "bare-entries/s")
		})
	}
}

// BenchmarkSize fills a store and reports what an entry costs the server, the feed
// included and without it.
func BenchmarkSize(b *testing.B) {
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

// BenchmarkBoard reads boards of 5,000, and a month of an employee.
func BenchmarkBoard(b *testing.B) {
	s := open(b, quiet(redistest.Start(b).URL()))
	fill(b, s, epochs(b, s), 5000, 31)
	b.Run("range of 31 days", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			got, err := s.Range(b.Context(), entryOf(i%5000, 0, 0).Employee, 20_000, 20_030)
			if err != nil || len(got) != 31 {
				b.Fatal(len(got), err)
			}
		}
	})
	for _, limit := range []int{50, 10_000} {
		b.Run(fmt.Sprintf("limit=%d", limit), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Board(b.Context(), 20_010, "", limit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
