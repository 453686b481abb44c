package pebble_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"timesheet"
	"timesheet/pebble"
)

// BenchmarkCorrections reads from a year in which 20 of a staff are corrected each day,
// one of them 5 times over; and corrects, each correction durable on the disk.
func BenchmarkCorrections(b *testing.B) {
	s := open(b, b.TempDir(), pebble.Options{})
	const days, each = 250, 20
	var writers sync.WaitGroup
	for w := range 16 {
		writers.Go(func() {
			for d := w; d < days; d += 16 {
				for n := range each + 4 {
					c := correction(firstDay+timesheet.Day(d), fmt.Sprint(n))
					c.Employee = employee(max(0, n-4) + d)
					if _, err := s.Correct(b.Context(), c, timesheet.AnySeq); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	if writers.Wait(); b.Failed() {
		return
	}
	b.Run("newest of a month", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			from := firstDay + timesheet.Day(i%(days-31))
			cs, _, err := s.Corrected(b.Context(), from, from+30, "", timesheet.MaxBoard)
			if err != nil || len(cs) != 31*each {
				b.Fatal(len(cs), err)
			}
		}
	})
	b.Run("histories of one in a year", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			cs, err := s.Corrections(b.Context(), employee(each+i%200), firstDay, firstDay+days)
			if err != nil || len(cs) != each+4 {
				b.Fatal(len(cs), err)
			}
		}
	})
	var n atomic.Int64
	next := func() timesheet.Correction {
		c := correction(firstDay+days, "")
		c.Employee = employee(int(n.Add(1)))
		return c
	}
	b.Run("correct, alone", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Correct(b.Context(), next(), 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("correct, many at once", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Correct(b.Context(), next(), 0); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
