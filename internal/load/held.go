package load

import "math/rand/v2"

// holdAtMost is how many clockings are held back at once. At 5,000 employees, 4 a day
// and 5 % late ones are late by a day.
const holdAtMost = 1024

// held are clockings that come later: late ones, and second copies. Each comes out when
// another takes its place, at random.
type held struct {
	late, duplicates uint32 // shares of 1<<31
	rng              *rand.PCG
	slots            []Clocking
	room             int
	ready            []Clocking // at most two, out next
}

func newHeld(w Workload, perDay int64) held {
	return held{
		late: uint32(w.Late * (1 << 31)), duplicates: uint32(w.Duplicates * (1 << 31)),
		rng: rand.NewPCG(w.Seed, 1), room: int(min(holdAtMost, perDay)),
	}
}

// idle tells whether nothing is late or sent twice.
func (h *held) idle() bool { return h.late == 0 && h.duplicates == 0 }

// next is the clocking to send next; fresh brings new ones.
func (h *held) next(fresh func() Clocking) Clocking {
	for len(h.ready) == 0 {
		draw := h.rng.Uint64()
		isLate := uint32(draw)&(1<<31-1) < h.late
		again := uint32(draw>>32)&(1<<31-1) < h.duplicates
		c := fresh()
		if isLate {
			h.hold(c)
		} else {
			h.ready = append(h.ready, c)
		}
		if again && (isLate || draw>>63 == 0) {
			h.hold(c)
		} else if again {
			h.ready = append(h.ready, c)
		}
	}
	c := h.ready[0]
	h.ready = h.ready[:copy(h.ready, h.ready[1:])]
	return c
}

// hold keeps c for later, and lets another out where there is no room.
func (h *held) hold(c Clocking) {
	if len(h.slots) < h.room {
		h.slots = append(h.slots, c)
		return
	}
	k := h.rng.Uint64() % uint64(h.room)
	h.ready = append(h.ready, h.slots[k])
	h.slots[k] = c
}
