package bench

import (
	"fmt"
	"testing"
	"time"

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
				measured(b, sys, c.size, func() int {
					submit(b, sys, b.N, senders...)
					return b.N
				})
			})
		}
	}
}

// BenchmarkScale is a clocking's cost on Pebble with ever more employees, all active
// before: with nothing to coalesce (at most one clocking of each in a batch), and with
// ten of each. An operation is 20 batches of 10,000.
func BenchmarkScale(b *testing.B) {
	for _, c := range []struct{ employees, factor int }{
		{10_000, 1}, {100_000, 1}, {1_000_000, 1}, {1000, 10}, {10_000, 10}, {100_000, 10},
	} {
		b.Run(fmt.Sprintf("pebble/factor=%d/employees=%d", c.factor, c.employees), func(b *testing.B) {
			const size, atOnce = 10_000, 20
			sys := over(b, stores[0].open(b))
			t := newTraffic(0, c.employees, size, c.factor)
			submit(b, sys, c.employees*c.factor/size, t)
			if got := sys.Stats().Employees; got != c.employees {
				b.Fatalf("%d employees are active, not %d", got, c.employees)
			}
			measured(b, sys, size, func() (batches int) { // with Loop, since it begins once
				for ; b.Loop(); batches += atOnce {
					submit(b, sys, atOnce, t)
				}
				return batches
			})
		})
	}
}

// measured reports what the batches cost that run submits, and checks that each clocking
// reached its employee's actor.
func measured(b *testing.B, sys *actors.System, size int, run func() (batches int)) {
	b.Helper()
	before := sys.Stats()
	measure.Live() // what came before is no cost of this
	b.ResetTimer()
	m := measure.Start(b)
	began := time.Now()
	batches := run()
	took := time.Since(began)
	m.Per("clocking", batches*size)
	after := sys.Stats()
	if got := after.Clockings - before.Clockings; got != uint64(batches*size) {
		b.Fatalf("%d of %d clockings reached their employee's actor", got, batches*size)
	}
	merged := float64(after.Merged - before.Merged)
	b.ReportMetric(float64(batches*size)/took.Seconds(), "clockings/s")
	b.ReportMetric(merged/took.Seconds(), "entries/s")
	b.ReportMetric(float64(batches*size)/merged, "fold")
	b.ReportMetric(float64(after.Flushes-before.Flushes)/float64(batches), "merges/batch")
}
