package bench

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/pebble"
)

// BenchmarkActorsPebble submits clockings in time order, four a day of each
// employee, through the actors into Pebble with fsync. Beside clockings/s it
// reports the processor time of a clocking, which a busy machine falsifies less.
func BenchmarkActorsPebble(b *testing.B) {
	for _, c := range []struct{ senders, size, employees int }{
		{1, 1, 5000}, {64, 1, 5000}, {1, 1000, 5000}, {1, 10_000, 5000}, {4, 10_000, 5000},
		{1, 50_000, 5000}, {1, 50_000, 100_000},
	} {
		b.Run(fmt.Sprintf("senders=%d/batch=%d/employees=%d", c.senders, c.size, c.employees), func(b *testing.B) {
			submitToPebble(b, c.senders, c.size, c.employees)
		})
	}
}

func submitToPebble(b *testing.B, senders, size, employees int) {
	sys := overPebble(b)
	version := sys.DayRules().Version()
	var group sync.WaitGroup
	b.ResetTimer()
	cpu := processorTime(b)
	for i := range senders {
		group.Go(func() {
			es := make([]timesheet.Entry, size)
			next := 0
			for n := i; n < b.N; n += senders {
				for k := range es {
					es[k] = nthClocking(next*senders+i, employees)
					next++
				}
				if _, err := sys.Submit(context.Background(), timesheet.Batch{RulesVersion: version, Entries: es}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	all := float64(b.N) * float64(size)
	b.ReportMetric(all/b.Elapsed().Seconds(), "clockings/s")
	b.ReportMetric(float64((processorTime(b)-cpu).Nanoseconds())/all, "cpu-ns/clocking")
	b.ReportMetric(float64(sys.Stats().Flushes)/float64(b.N), "merges/batch")
}

func overPebble(b *testing.B) *actors.System {
	ctx := context.Background()
	store, err := pebble.Open(ctx, b.TempDir(), pebble.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	rules := []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}
	if _, err := store.SetDayRules(ctx, 0, rules); err != nil {
		b.Fatal(err)
	}
	sys, err := actors.Start(ctx, store, actors.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := sys.Stop(ctx); err != nil {
			b.Error(err)
		}
	})
	return sys
}

var names = sync.OnceValue(func() []timesheet.EmployeeID {
	ids := make([]timesheet.EmployeeID, 100_000)
	for i := range ids {
		ids[i] = timesheet.EmployeeID(fmt.Sprintf("E%06d", i))
	}
	return ids
})

// nthClocking is clocking n of a stream in time order.
func nthClocking(n, employees int) timesheet.Entry {
	minutes := [...]timesheet.Instant{480, 720, 765, 1020}
	turn := n / employees
	day := timesheet.Day(20_780 + turn/4)
	at := timesheet.Instant(day)*86_400_000 + minutes[turn%4]*60_000
	return timesheet.Entry{Employee: names()[n%employees], Day: day, Earliest: at, Latest: at}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
