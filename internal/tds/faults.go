package tds

import (
	"sync"
	"time"
)

// Faults makes a server misbehave in its answers to queries. It is safe for
// concurrent use and for change while the server runs; the zero Faults does nothing.
type Faults struct {
	mu              sync.Mutex // guards what follows
	delay           time.Duration
	cutAfter        int64
	cuts            int
	ignoreAttention bool
}

// Delay makes every answer wait before its first byte. The wait ends early with
// an attention.
func (f *Faults) Delay(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.delay = d
}

// CutAfter cuts the connections of the next answers after so many bytes of each:
// the client has these bytes, not counting packet headers, and then the connection's
// end. An answer that is shorter is sent whole and uses up a cut too. Negative
// answers cut all from now on.
func (f *Faults) CutAfter(bytes int64, answers int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cutAfter, f.cuts = max(bytes, 0), answers
}

// IgnoreAttention leaves a client's wish to cancel unanswered and the query running.
func (f *Faults) IgnoreAttention(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ignoreAttention = on
}

// Clear ends all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.delay, f.cutAfter, f.cuts, f.ignoreAttention = 0, 0, 0, false
}

// plan is what befalls one answer.
type plan struct {
	delay time.Duration
	cut   int64 // bytes until the cut, negative for none
}

// next is the plan of the next answer; f may be nil.
func (f *Faults) next() plan {
	if f == nil {
		return plan{cut: -1}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p := plan{delay: f.delay, cut: -1}
	if f.cuts != 0 {
		p.cut = f.cutAfter
		f.cuts--
	}
	return p
}

// deaf says whether attentions are ignored.
func (f *Faults) deaf() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ignoreAttention
}
