package bench

import (
	"fmt"
	"testing"

	"timesheet/actors"
	"timesheet/internal/measure"
)

// BenchmarkDurable submits live-like clockings (5,000 employees, four a day, in the
// order of time) to the actors over each store, until they are durable. fold is how many
// clockings made one merged entry, entries/s the join rate of the store.
func BenchmarkDurable(b *testing.B) {
	for _, c := range []struct{ senders, size int }{{1, 1}, {64, 1}, {1, 1000}, {1, 10_000}, {4, 10_000}, {1, 50_000}} {
		for _, store := range stores {
			b.Run(fmt.Sprintf("%s/senders=%d/batch=%d", store.name, c.senders, c.size), func(b *testing.B) {
				sys := over(b, store.open(b))
				var senders []*traffic
				for i := range c.senders {
					senders = append(senders, newTraffic(i*5000/c.senders, 5000/c.senders, c.size, 0))
				}
				submitMeasured(b, sys, c.size, senders...)
			})
		}
	}
}

// BenchmarkScale is a clocking's cost on Pebble with ever more employees, all active
// before: with nothing to coalesce (at most one clocking of each in a batch), and with
// ten of each.
func BenchmarkScale(b *testing.B) {
	for _, c := range []struct{ employees, factor int }{
		{10_000, 1}, {100_000, 1}, {1_000_000, 1}, {1000, 10}, {10_000, 10}, {100_000, 10},
	} {
		b.Run(fmt.Sprintf("pebble/factor=%d/employees=%d", c.factor, c.employees), func(b *testing.B) {
			const size = 10_000
			sys := over(b, stores[0].open(b))
			t := newTraffic(0, c.employees, size, c.factor)
			submit(b, sys, c.employees*c.factor/size, t)
			if got := sys.Stats().Employees; got != c.employees {
				b.Fatalf("%d employees are active, not %d", got, c.employees)
			}
			submitMeasured(b, sys, size, t)
		})
	}
}

func submitMeasured(b *testing.B, sys *actors.System, size int, senders ...*traffic) {
	b.Helper()
	before := sys.Stats()
	b.ResetTimer()
	m := measure.Start(b)
	submit(b, sys, b.N, senders...)
	m.Per("clocking", b.N*size)
	after := sys.Stats()
	b.StopTimer()
	if got := after.Clockings - before.Clockings; got != uint64(b.N*size) {
		b.Fatalf("%d of %d clockings reached their employee's actor", got, b.N*size)
	}
	merged := float64(after.Merged - before.Merged)
	b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "clockings/s")
	b.ReportMetric(merged/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(b.N*size)/merged, "fold")
	b.ReportMetric(float64(after.Flushes-before.Flushes)/float64(b.N), "merges/batch")
}
