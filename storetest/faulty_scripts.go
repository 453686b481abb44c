package storetest

import (
	"math/rand/v2"
	"time"
)

// Nth is a script for Faulty.On: the k-th call of the method, counted from 1, meets
// the fault, and no other.
func Nth(k int, a Fault) func(n int) Fault {
	return func(n int) Fault {
		if n == k {
			return a
		}
		return Fault{}
	}
}

// Always is a script for Faulty.On: every call meets the fault.
func Always(a Fault) func(n int) Fault {
	return func(int) Fault { return a }
}

// Random is a script for Faulty.On: about rate (0 to 1) of the calls meet a fault,
// each about as often as the others: failed and not applied, failed yet applied,
// stale, delayed by up to delay. What befalls the n-th call depends on seed and n
// alone, never on what happens around it.
func Random(seed uint64, rate float64, delay time.Duration) func(n int) Fault {
	return func(n int) Fault {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		if r.Float64() >= rate {
			return Fault{}
		}
		switch r.IntN(4) {
		case 0:
			return Fault{Before: ErrInjected}
		case 1:
			return Fault{After: ErrInjected}
		case 2:
			return Fault{Stale: true}
		default:
			return Fault{Delay: time.Duration(r.Int64N(int64(delay) + 1))}
		}
	}
}
