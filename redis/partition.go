package redis

import (
	"sync"

	"timesheet"
)

// part is what this process knows of a partition.
type part struct {
	mu     sync.Mutex // guards the fields
	epoch  timesheet.Epoch
	filter filter                // under that epoch
	splits map[timesheet.Day]int // only guesses: the merge script checks them
	widest int
}

// maxSplits bounds the guesses of a partition: some eleven years of days.
const maxSplits = 4096

// filter is what a sender under some epoch must leave out.
type filter struct {
	floor  timesheet.Day
	tombs  map[tombstone]struct{} // never changed, only replaced
	secret string                 // that made tombs; another's Bury may have changed it
}

// drops tells whether e can't be stored any more.
func (f filter) drops(e *timesheet.Entry) bool {
	if e.Day < f.floor || len(f.tombs) == 0 {
		return e.Day < f.floor
	}
	_, erased := f.tombs[tombstoneOf(f.secret, e.Employee)]
	return erased
}

// under answers the filter of an epoch, if that is the one known.
func (p *part) under(e timesheet.Epoch) (filter, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.filter, p.epoch == e && e != 0
}

// forget makes the next sender read the partition; what is remembered for a
// FLUSHALL stays.
func (p *part) forget() {
	p.mu.Lock()
	p.epoch = 0
	p.mu.Unlock()
}

func (p *part) learn(e timesheet.Epoch, f filter) {
	p.mu.Lock()
	p.epoch, p.filter = e, f
	p.mu.Unlock()
}

// split is how many hashes a day probably has.
func (p *part) split(d timesheet.Day) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := p.splits[d]; ok {
		return n
	}
	return max(1, p.widest)
}

func (p *part) learnSplit(d timesheet.Day, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.splits == nil || len(p.splits) >= maxSplits {
		p.splits = make(map[timesheet.Day]int)
	}
	p.splits[d] = n
	p.widest = max(p.widest, n)
}

// unknown tells whether the partition must be read, or created, first.
func (p *part) unknown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch == 0
}
