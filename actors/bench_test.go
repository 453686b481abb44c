package actors_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/internal/measure"
)

// instant is a store that takes everything and keeps nothing: what is measured
// over it are the actors alone.
type instant struct {
	timesheet.RuleKeeper
}

func (instant) Partitions() int { return 64 }

func (instant) Merge(_ context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	out := make([]timesheet.Merged, len(deltas))
	for i := range out {
		out[i].Token = timesheet.Token{Epoch: 1, Server: "bench"}
	}
	return out
}

// traffic makes batches of clockings that all change something: groups of employees in
// turn, each employee of a group as often as the factor says, later each time, all of
// one day. Once all groups had their turn the next day begins.
type traffic struct {
	ids    []timesheet.EmployeeID
	factor int // clockings of an employee and day in a batch
	next   int
}

func newTraffic(first, employees, factor int) *traffic {
	t := &traffic{factor: factor}
	for n := range employees {
		t.ids = append(t.ids, id(first+n))
	}
	return t
}

func (t *traffic) fill(es []timesheet.Entry) {
	group := min(max(len(es)/t.factor, 1), len(t.ids))
	for i := range es {
		turn, within := t.next/(group*t.factor), t.next%(group*t.factor)
		first := turn * group
		day, nth := first/len(t.ids), (first+within%group)%len(t.ids)
		es[i] = touch(t.ids[nth], monday+timesheet.Day(day/4%1000), 300*(day%4)+within/group)
		t.next++
	}
}

// run submits n batches by some senders at once.
func run(b *testing.B, sys *actors.System, n, size int, senders []*traffic) {
	var group sync.WaitGroup
	for i, t := range senders {
		group.Go(func() {
			es := make([]timesheet.Entry, size)
			for k := i; k < n; k += len(senders) {
				t.fill(es)
				if err := submit(context.Background(), sys, es...); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkFold is what router, shards and employee actors take for a clocking, from
// Submit to its answer, over a store that accepts at once, of 5,000 employees. Beside
// it stands the bare cost: joining the same entries into a map.
func BenchmarkFold(b *testing.B) {
	const employees = 5000
	for _, c := range []struct{ senders, size int }{{1, 1}, {64, 1}, {1, 100}, {1, 10_000}, {4, 10_000}, {1, 50_000}} {
		b.Run(fmt.Sprintf("senders=%d/batch=%d", c.senders, c.size), func(b *testing.B) {
			sys := start(b, instant{newMemory(b, 64)}, actors.Options{})
			var senders []*traffic
			for i := range c.senders {
				senders = append(senders, newTraffic(i*employees/c.senders, employees/c.senders, 4))
			}
			run(b, sys, employees/c.size+c.senders, c.size, senders)
			b.ResetTimer()
			m := measure.Start(b)
			run(b, sys, b.N, c.size, senders)
			m.Per("clocking", b.N*c.size)
		})
	}
	for _, size := range []int{1, 10_000} {
		b.Run(fmt.Sprintf("bare map/batch=%d", size), func(b *testing.B) {
			t, es := newTraffic(0, employees, 4), make([]timesheet.Entry, size)
			known := make(map[timesheet.EmployeeID]timesheet.Entry)
			m := measure.Start(b)
			for b.Loop() {
				t.fill(es)
				for _, e := range es {
					if old, ok := known[e.Employee]; ok && old.Day == e.Day {
						e = timesheet.Join(old, e)
					}
					known[e.Employee] = e
				}
			}
			m.Per("clocking", b.N*size)
		})
	}
	b.Run("none, making the entries alone", func(b *testing.B) {
		t, es := newTraffic(0, employees, 4), make([]timesheet.Entry, 10_000)
		m := measure.Start(b)
		for b.Loop() {
			t.fill(es)
		}
		m.Per("clocking", b.N*len(es))
	})
}

// BenchmarkScale is one sender's batch of 10,000 with ever more employees, who are all active before: with
// nothing to coalesce (one clocking of each in a batch) and with four.
func BenchmarkScale(b *testing.B) {
	for _, c := range []struct{ employees, factor int }{
		{10_000, 1}, {100_000, 1}, {1_000_000, 1}, {1000, 10}, {10_000, 10}, {100_000, 10},
	} {
		b.Run(fmt.Sprintf("factor=%d/employees=%d", c.factor, c.employees), func(b *testing.B) {
			const size = 10_000
			sys := start(b, instant{newMemory(b, 64)}, actors.Options{IdleAfter: time.Hour})
			senders := []*traffic{newTraffic(0, c.employees, c.factor)}
			run(b, sys, c.employees*c.factor/size, size, senders)
			if got := sys.Stats().Employees; got != c.employees {
				b.Fatalf("%d employees are active, not %d", got, c.employees)
			}
			measure.Live() // what came before is no cost of this
			m := measure.Start(b)
			for b.Loop() {
				run(b, sys, 1, size, senders)
			}
			m.Per("clocking", b.N*size)
		})
	}
}

// BenchmarkMemory is what an active employee takes, by how many days of his are
// remembered; the actors of all are there at the same time.
func BenchmarkMemory(b *testing.B) {
	const employees, size = 100_000, 10_000
	for _, days := range []int{1, 4} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			t := newTraffic(0, employees, 1)
			for b.Loop() {
				b.StopTimer()
				before := measure.Live()
				sys, err := actors.Start(b.Context(), instant{newMemory(b, 64)}, actors.Options{IdleAfter: time.Hour})
				if err != nil {
					b.Fatal(err)
				}
				t.next = 0
				bare := measure.Live()
				b.StartTimer()
				run(b, sys, 4*days*employees/size, size, []*traffic{t}) // 4 clockings a day
				b.StopTimer()
				if got := sys.Stats().Employees; got != employees {
					b.Fatalf("%d employees are active, not %d", got, employees)
				}
				b.ReportMetric(float64(measure.Live()-bare)/employees, "bytes/employee")
				b.ReportMetric(float64(bare-before), "bytes-idle")
				if err := sys.Stop(context.Background()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkMemoryPassivated is what is left of 100,000 employees once their actors are gone.
func BenchmarkMemoryPassivated(b *testing.B) {
	const employees, size = 100_000, 10_000
	t := newTraffic(0, employees, 1)
	for b.Loop() {
		sys, err := actors.Start(b.Context(), instant{newMemory(b, 64)}, actors.Options{IdleAfter: 4 * time.Second})
		if err != nil {
			b.Fatal(err)
		}
		t.next = 0
		bare := measure.Live()
		run(b, sys, employees/size, size, []*traffic{t})
		active := measure.Live()
		if got := sys.Stats().Employees; got != employees {
			b.Fatalf("%d employees are active, not %d: the machine is too slow for this", got, employees)
		}
		left, tick := active, time.NewTicker(200*time.Millisecond)
		for still := 0; still < 5; <-tick.C { // until they are forgotten, then stopped
			before := left
			if left = measure.Live(); sys.Stats().Employees > 0 || left+1e5 < before {
				still = 0
			} else {
				still++
			}
		}
		tick.Stop()
		b.ReportMetric(float64(active-bare)/employees, "bytes/employee")
		b.ReportMetric(float64(left-bare)/employees, "bytes-left/employee")
		if err := sys.Stop(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
