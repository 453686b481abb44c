package clocking

import (
	"math/rand/v2"
	"sync"
	"time"

	"timesheet/internal/tds"
)

// Faults make the system misbehave. They are safe for concurrent use, also while the
// system serves. "Queries" are those of the view; what a driver sends at login, and
// SET, fail only with the connection.
type Faults struct {
	wire tds.Faults

	mu     sync.Mutex // guards what follows
	set    settings
	random *rand.Rand
	thawed chan struct{} // nil unless frozen; closed by Thaw
}

// settings are the faults that are on.
type settings struct {
	fail      int32
	failAfter int
	failures  int // how many queries fail yet; negative for all
	shares    []share
	cut       int64 // bytes
	cuts      int   // how many answers are cut yet; negative for all
	cutShare  float64
	refuse    bool
	deaf      bool // attentions stay unanswered
	denied    bool
	dropped   bool
	slow      int // rows a second; 0 for as fast as can be
}

// share is a part of the queries, 0 to 1, that fail with an error.
type share struct {
	number int32
	of     float64
}

func newFaults(seed uint64) *Faults {
	return &Faults{random: rand.New(rand.NewPCG(seed, 0xfa017))}
}

// Faults are the system's.
func (s *System) Faults() *Faults { return s.faults }

func (f *Faults) change(do func(*settings)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(&f.set)
}

// Fail makes the next queries fail with the error of the number (1205: deadlock
// victim, 1222: lock time-out, …), after so many rows of the answer, or at its end
// where it has fewer; 0 is before anything. Negative queries are all.
func (f *Faults) Fail(number int32, afterRows, queries int) {
	f.change(func(s *settings) { s.fail, s.failAfter, s.failures = number, afterRows, queries })
}

// FailShare makes a share of the queries, 0 to 1, fail with the error of the number,
// some before the answer and some within.
func (f *Faults) FailShare(number int32, of float64) {
	f.change(func(s *settings) { s.shares = append(s.shares, share{number, of}) })
}

// CutAfter cuts the connections of the next queries after so many bytes of each one's
// answer; one that is shorter comes whole. Negative queries are all.
func (f *Faults) CutAfter(bytes int64, queries int) {
	f.change(func(s *settings) { s.cut, s.cuts = max(bytes, 0), queries })
}

// CutShare cuts a share of the answers, 0 to 1, somewhere in the first 64 KiB.
func (f *Faults) CutShare(of float64) { f.change(func(s *settings) { s.cutShare = of }) }

// Delay makes every answer, of whatever query, come so much later.
func (f *Faults) Delay(d time.Duration) { f.wire.Delay(d) }

// SlowRows answers at so many rows a second; 0 is as fast as can be.
func (f *Faults) SlowRows(perSecond int) { f.change(func(s *settings) { s.slow = perSecond }) }

// IgnoreAttention leaves the cancelling of queries unanswered, and them running.
func (f *Faults) IgnoreAttention(on bool) {
	f.change(func(s *settings) { s.deaf = on; f.wire.IgnoreAttention(on || f.thawed != nil) })
}

// RefuseLogin refuses all logins with error 18456. Who is in stays in.
func (f *Faults) RefuseLogin(on bool) { f.change(func(s *settings) { s.refuse = on }) }

// Deny takes the right to SELECT away: error 229.
func (f *Faults) Deny(on bool) { f.change(func(s *settings) { s.denied = on }) }

// DropView makes the view vanish: error 208.
func (f *Faults) DropView(on bool) { f.change(func(s *settings) { s.dropped = on }) }

// Freeze lets nothing be answered, neither logins nor queries nor their cancelling,
// until Thaw.
func (f *Faults) Freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.thawed == nil {
		f.thawed = make(chan struct{})
		f.wire.IgnoreAttention(true)
	}
}

// Thaw ends Freeze.
func (f *Faults) Thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.thawed != nil {
		close(f.thawed)
		f.thawed = nil
		f.wire.IgnoreAttention(f.set.deaf)
	}
}

// Clear ends all faults.
func (f *Faults) Clear() {
	f.Thaw()
	f.change(func(s *settings) { *s = settings{} })
	f.wire.Clear()
}
