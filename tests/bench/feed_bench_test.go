package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"timesheet"
	"timesheet/internal/measure"
)

// BenchmarkFeed merges changes while readers follow the store's feed, and waits until
// each reader has all: what a change costs for each reader. It is the feed alone; SSE
// comes with the dashboard.
func BenchmarkFeed(b *testing.B) {
	const size = 1000
	for _, store := range stores {
		for _, readers := range []int{0, 1, 100, 1000} {
			b.Run(fmt.Sprintf("%s/readers=%d", store.name, readers), func(b *testing.B) {
				s := store.open(b)
				sys := over(b, s)
				t := newTraffic(0, size, size, 1)
				submit(b, sys, 1, t)
				f := follow(b, s, readers)
				b.ResetTimer()
				m := measure.Start(b)
				resets := 0
				for range b.N {
					f.expect(size)
					submit(b, sys, 1, t)
					resets += f.wait()
				}
				m.Per("change", b.N*size)
				b.StopTimer()
				if readers > 0 {
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size*readers), "ns/change-reader")
				}
				b.ReportMetric(float64(resets)/float64(b.N), "resets/op")
			})
		}
	}
}

// followers are readers of a feed in step: each says when it has had all of a round.
type followers struct {
	rounds []chan int // how many changes to await, for each reader
	done   chan int   // how many resets it got instead
}

func follow(b *testing.B, s timesheet.Store, readers int) *followers {
	b.Helper()
	f := &followers{done: make(chan int, readers)}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	b.Cleanup(func() {
		cancel()
		for _, r := range f.rounds {
			close(r)
		}
		group.Wait()
	})
	for range readers {
		feed, err := s.Watch(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		rounds := make(chan int, 1)
		f.rounds = append(f.rounds, rounds)
		group.Go(func() {
			defer func() { _ = feed.Close() }()
			for left := range rounds {
				resets := 0
				for left > 0 {
					changes, err := feed.Next(ctx)
					if err != nil {
						if ctx.Err() == nil {
							b.Error(err)
						}
						return
					}
					for _, c := range changes {
						if left--; c.Kind == timesheet.Reset {
							resets, left = resets+1, 0
						}
					}
				}
				f.done <- resets
			}
		})
	}
	return f
}

func (f *followers) expect(changes int) {
	for _, r := range f.rounds {
		r <- changes
	}
}

func (f *followers) wait() (resets int) {
	for range f.rounds {
		resets += <-f.done
	}
	return resets
}
