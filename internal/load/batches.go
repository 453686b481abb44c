package load

import (
	"math/rand/v2"
	"sync"
	"time"
)

// batch is one request's clockings.
type batch struct {
	clockings []Clocking
	due       time.Time // zero in a closed loop
}

// batches hands out the run's batches in order. It is safe for concurrent use.
type batches struct {
	p     Plan
	total int64     // clockings of the run, where that is known
	bound bool      // it is
	start time.Time // of the schedule
	end   time.Time // zero: none
	grace time.Duration

	mu     sync.Mutex // guards what follows
	stream *Stream
	rng    *rand.Rand
	out    int64 // clockings handed out
	fold   fold
	over   bool
}

// endGrace is how long after the end what was due before is still sent, so that a
// sender that is a little late sends all the same.
const endGrace = time.Second

func newBatches(p Plan, s *Stream, start time.Time) *batches {
	b := &batches{p: p, stream: s, start: start, rng: rand.New(rand.NewPCG(p.Workload.Seed, 2))}
	b.total, b.bound = p.clockings()
	if p.For > 0 {
		b.end = start.Add(p.Warmup + p.For)
	}
	if p.Rate > 0 {
		b.grace = endGrace
	}
	return b
}

// next fills into with the next batch, and answers false when the run is over.
func (b *batches) next(into *batch) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over || !b.end.IsZero() && !time.Now().Before(b.end.Add(b.grace)) {
		b.over = true
		return false
	}
	n := int64(b.p.Batch.Least)
	if more := b.p.Batch.Most - b.p.Batch.Least; more > 0 {
		n += int64(b.rng.IntN(more + 1))
	}
	if b.bound {
		n = min(n, b.total-b.out)
	}
	if n <= 0 {
		b.over = true
		return false
	}
	into.due = time.Time{}
	if b.p.Rate > 0 {
		into.due = b.start.Add(time.Duration(float64(b.out) / b.p.Rate * float64(time.Second)))
	}
	into.clockings = b.stream.Next(into.clockings[:0], int(n))
	b.out += n
	b.fold.add(into.clockings)
	return true
}

// finish answers how many clockings were handed out, how many entries they made, batch
// by batch, and how many more were due by now and never handed out.
func (b *batches) finish(now time.Time) (out, entries, unsent int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	if b.p.Rate > 0 {
		if !b.end.IsZero() && now.After(b.end) {
			now = b.end
		}
		unsent = int64(now.Sub(b.start).Seconds() * b.p.Rate)
		if b.bound {
			unsent = min(unsent, b.total)
		}
		unsent = max(unsent-b.out, 0)
	}
	return b.out, b.fold.entries, unsent
}

// fold counts how many entries the clockings of each batch make: what a service can
// coalesce. It is a hash table that forgets all of a batch by a new stamp.
type fold struct {
	entries int64
	stamp   uint32
	slots   []foldSlot
}

type foldSlot struct {
	key   uint64
	stamp uint32
}

func (f *fold) add(cs []Clocking) {
	if len(cs) == 1 {
		f.entries++
		return
	}
	if len(f.slots) < 2*len(cs) {
		size := 64
		for size < 2*len(cs) {
			size *= 2
		}
		f.slots, f.stamp = make([]foldSlot, size), 0
	}
	f.stamp++
	if f.stamp == 0 { // went round
		clear(f.slots)
		f.stamp = 1
	}
	mask := uint64(len(f.slots) - 1)
	for _, c := range cs {
		key := uint64(uint32(c.Day))<<32 | uint64(uint32(c.Employee))
		at := key * 0x9e3779b97f4a7c15 >> 32 & mask
		for f.slots[at].stamp == f.stamp && f.slots[at].key != key {
			at = (at + 1) & mask
		}
		if f.slots[at].stamp != f.stamp {
			f.slots[at] = foldSlot{key, f.stamp}
			f.entries++
		}
	}
}
