package load

import (
	"math/big"
	"math/bits"
)

// walk is a round of a day: all employees, each once, from first on by stride modulo
// their number. Some numbers a round are much cheaper than a list.
type walk struct {
	first, stride int64
	inverse       int64 // of stride: it leads from the employee back to the slot
	jitter        int64 // shifts the seconds, 0 to less than a round's length
}

// newWalk draws the nth round of a day in a pass.
func newWalk(w Workload, pass, day, nth uint64) walk {
	n := uint64(w.Employees)
	draw := mix(mix(w.Seed, pass), day<<16|nth)
	step := 1 + draw%n
	for gcd(step, n) != 1 {
		step++
	}
	inverse := int64(0)
	if w.Order == ByID && n > 1 {
		inverse = new(big.Int).ModInverse(new(big.Int).SetUint64(step), new(big.Int).SetUint64(n)).Int64()
	}
	draw = mix(draw, nth)
	return walk{
		first: int64(draw >> 32 % n), stride: int64(step % n), inverse: inverse,
		jitter: int64(draw % uint64(openSeconds/w.PerDay)),
	}
}

// employee comes at slot, of n.
func (w *walk) employee(slot, n int64) int64 { return (w.first + slot*w.stride) % n }

// slotOf is where the employee e of n comes.
func (w *walk) slotOf(e, n int64) int64 { return (e - w.first + n) * w.inverse % n }

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// mix makes one number of two, so that neighbours draw unrelated numbers.
// Source: the finaliser of SplitMix64.
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// shuffle is a permutation of the numbers below n that needs no memory: a bijection on
// the next power of two, repeated until it falls below n (cycle walking).
type shuffle struct {
	n, mask, key uint64
	shift        int
}

func newShuffle(n, key uint64) shuffle {
	width := max(bits.Len64(n-1), 2)
	return shuffle{n: n, mask: 1<<width - 1, key: key, shift: width/2 + 1}
}

// of is where k goes. Each step can be undone: adding, multiplying by an odd number
// modulo a power of two, and a shift by more than half of the width.
func (s *shuffle) of(k uint64) uint64 {
	for {
		k = (k + s.key) & s.mask
		for range 3 {
			k = (k*0x9e3779b97f4a7c15 + s.key>>32) & s.mask
			k ^= k >> s.shift
			k = k * 0xd6e8feb86659fd93 & s.mask
			k ^= k >> s.shift
		}
		if k < s.n {
			return k
		}
	}
}
