package generate

import (
	"iter"

	"timesheet"
)

// Bulk is load for benchmarks, made fast: each employee clocks perDay times on each
// of days days from from on, spread from 06:00 to 20:00, nobody at night. The
// clockings come in the order of time, as local times of whole seconds, exactly
// employees × days × perDay of them. Which employee is when changes with the day.
func (s *Staff) Bulk(from timesheet.Day, days, perDay int) iter.Seq[timesheet.Clocking] {
	return func(yield func(timesheet.Clocking) bool) {
		n := len(s.ids)
		if n == 0 || perDay <= 0 {
			return
		}
		round := timesheet.Wall(14*hour*1000) / timesheet.Wall(perDay)
		for k := range days * perDay {
			day, nth := timesheet.Day(k/perDay), timesheet.Wall(k%perDay)
			begin := midnight(from+day) + 6*hour*1000 + nth*round
			stride, at := s.order(uint64(from+day), uint64(nth))
			for i := range n {
				w := begin + round*timesheet.Wall(i)/timesheet.Wall(n)
				if !yield(timesheet.Clocking{Employee: s.ids[at], At: timesheet.LocalTime(w - w%1000)}) {
					return
				}
				if at += stride; at >= n {
					at -= n
				}
			}
		}
	}
}

// order is a walk over all employees, each once: from first on by stride, modulo
// their number. Two numbers a round are much cheaper than a shuffle.
func (s *Staff) order(day, nth uint64) (stride, first int) {
	n := uint64(len(s.ids))
	draw := mix(s.seed^day, nth)
	step := 1 + draw%n
	for gcd(step, n) != 1 {
		step++
	}
	return int(step % n), int(draw >> 32 % n)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
