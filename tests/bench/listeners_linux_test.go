package bench

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// listening is how many listeners one instance must bear.
const listening = 5000

// BenchmarkListeners holds 5,000 streams of changes open and posts changes at a steady
// rate for half a minute: how long each takes from the begin of its post to each listener,
// what the service spends and what memory it has. One more listener never reads.
// Of rate=0 nothing is posted: what 5,000 heartbeats cost.
func BenchmarkListeners(b *testing.B) {
	const seconds = 30
	for _, rate := range []int{0, 1, 5, 10, 20, 50, 100} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			for b.Loop() {
				h := newHall(b, rate*seconds+1)
				deaf := h.deaf(b)
				cpu := h.cpu(b)
				if rate == 0 {
					<-time.After(seconds * time.Second)
				} else {
					h.tell(b, 1, rate*seconds, rate)
				}
				h.spent(b, cpu, seconds)
				h.check(b)
				_ = syscall.Close(deaf.fd)
				h.close(b)
			}
		})
	}
}

// BenchmarkDeafListener lets one listener of 5,001 never read, while 20 changes are told in
// a second: how long it takes until it is cut, and how the others fare meanwhile. Back soon
// with its last event's id it must be told what it missed, and back when that is forgotten,
// to read again.
func BenchmarkDeafListener(b *testing.B) {
	const rate, most = 20, 150
	for b.Loop() {
		h := newHall(b, rate*most+1)
		deaf := h.deaf(b)
		cpu, began := h.cpu(b), time.Now()
		told := 0
		for h.ended(b) == 0 {
			if told += rate; told > rate*most {
				b.Fatalf("who never reads isn't cut after %d changes", told)
			}
			h.tell(b, told-rate+1, rate, rate)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s-until-cut")
		h.spent(b, cpu, time.Since(began).Seconds())
		h.check(b)
		_ = syscall.Close(deaf.fd)
		if got := h.back(b, deaf.last, int64(told)); got > 0 {
			b.Errorf("back soon, it is told %d resyncs", got)
		}
		h.crowd.leave()
		h.flood(b)
		for until := time.Now().Add(time.Minute); h.back(b, deaf.last, 1) == 0; {
			if time.Now().After(until) {
				b.Fatal("back late, it isn't told to read again")
			}
		}
		h.stop(b)
	}
}
