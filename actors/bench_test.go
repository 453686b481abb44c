package actors_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"timesheet"
	"timesheet/actors"
)

// instant is a store that takes everything and keeps nothing: what is measured
// over it are the actors alone.
type instant struct {
	timesheet.RuleKeeper
}

func (instant) Partitions() int { return 256 }

func (instant) Merge(_ context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	out := make([]timesheet.Merged, len(deltas))
	for i := range out {
		out[i].Token = timesheet.Token{Epoch: 1, Server: "bench"}
	}
	return out
}

// clockings makes batches in time order: each employee four times a day.
type clockings struct {
	ids  []timesheet.EmployeeID
	next int
}

func (c *clockings) fill(es []timesheet.Entry) {
	minutes := [...]int{480, 720, 765, 1020}
	for i := range es {
		turn := c.next / len(c.ids)
		es[i] = touch(c.ids[c.next%len(c.ids)], monday+timesheet.Day(turn/4), minutes[turn%4])
		c.next++
	}
}

func BenchmarkSubmit(b *testing.B) {
	memory := newMemory(b, 256)
	stores := []struct {
		name  string
		store actors.Store
	}{{"instant", instant{memory}}, {"memory", memory}}
	for _, s := range stores {
		for _, senders := range []int{1, 4} {
			for _, size := range []int{1, 1000, 10_000, 50_000} {
				b.Run(fmt.Sprintf("%s/senders=%d/batch=%d", s.name, senders, size), func(b *testing.B) {
					benchmarkSubmit(b, s.store, senders, size, 5000)
				})
			}
		}
	}
}

func benchmarkSubmit(b *testing.B, store actors.Store, senders, size, employees int) {
	sys := start(b, store, actors.Options{})
	all := make([]*clockings, senders)
	for i := range all {
		all[i] = &clockings{}
		for n := i; n < employees; n += senders {
			all[i].ids = append(all[i].ids, id(n))
		}
	}
	b.ResetTimer()
	var senderGroup sync.WaitGroup
	for i, c := range all {
		senderGroup.Go(func() {
			es := make([]timesheet.Entry, size)
			for n := i; n < b.N; n += senders {
				c.fill(es)
				if err := submit(context.Background(), sys, es...); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senderGroup.Wait()
	b.ReportMetric(float64(b.N)*float64(size)/b.Elapsed().Seconds(), "clockings/s")
}
