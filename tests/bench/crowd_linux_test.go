package bench

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// crowd are listeners to the service's changes: bare sockets, read by one thread through
// one buffer, so that who measures takes little of the machine from what is measured.
type crowd struct {
	epoll   int
	members []*listener
	sent    []atomic.Int64 // when each change was sent, in nanoseconds since began; by its number
	began   time.Time
	told    atomic.Int64 // changes, each counted for each listener
	stop    chan struct{}
	done    chan struct{}

	mu      sync.Mutex
	took    []time.Duration // from a change's sending to a listener's having it; guarded by mu
	resyncs int             // that came unasked; guarded by mu
	lost    int             // listeners whose stream ended; guarded by mu
	twice   int             // changes that came again; guarded by mu
}

// listener is one connection. Only the crowd's reader uses it once it reads.
type listener struct {
	fd          int
	left, digit int      // bytes of the chunk that are to come; digits read of the next one's size
	size        int      // what these say
	carry       []byte   // the end of what was read, which may begin an event
	seen        []uint64 // a bit for each change
}

// employeeOf is whose clocking the n-th change is.
func employeeOf(n int) string { return fmt.Sprintf("L%07d", n) }

// gather connects so many listeners to the service at base, for so many changes.
func gather(b *testing.B, base string, listeners, changes int) *crowd {
	b.Helper()
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		b.Fatal(err)
	}
	c := &crowd{epoll: epoll, sent: make([]atomic.Int64, changes), began: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	for i := range listeners {
		fd := dialRaw(b, base, 0)
		l := &listener{fd: fd, seen: make([]uint64, (changes+63)/64)}
		c.take(l, begin(b, fd, base, ""), 0)
		if err := syscall.SetNonblock(fd, true); err != nil {
			b.Fatal(err)
		}
		if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}); err != nil {
			b.Fatal(err)
		}
		c.members = append(c.members, l)
	}
	go c.read()
	return c
}

// read reads what any listener has until the crowd goes.
func (c *crowd) read() {
	defer close(c.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	events, buffer := make([]syscall.EpollEvent, 1024), make([]byte, 64<<10)
	for {
		select {
		case <-c.stop:
			return
		default:
		}
		n, _ := syscall.EpollWait(c.epoll, events, 100) // an interrupted wait is begun again
		c.mu.Lock()
		for _, e := range events[:max(n, 0)] {
			l := c.members[e.Fd]
			got, err := syscall.Read(l.fd, buffer)
			switch {
			case got > 0:
				c.take(l, buffer[:got], time.Since(c.began))
			case err != syscall.EAGAIN && err != syscall.EINTR:
				c.lost++
				_ = syscall.EpollCtl(c.epoll, syscall.EPOLL_CTL_DEL, l.fd, nil)
			}
		}
		c.mu.Unlock()
	}
}

// await waits until each listener has so many changes, and fails when that takes longer.
func (c *crowd) await(b *testing.B, changes int, within time.Duration) {
	b.Helper()
	want := int64(changes) * int64(len(c.members))
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(within); c.told.Load() < want; <-tick.C {
		if time.Now().After(until) {
			b.Fatalf("the listeners have %d of %d changes after %v", c.told.Load(), want, within)
		}
	}
}

// check fails where somebody didn't get each change once, and nothing else, and reports how
// long they took since the last check.
func (c *crowd) check(b *testing.B) {
	b.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resyncs+c.lost+c.twice > 0 {
		b.Errorf("%d resyncs, %d streams cut, %d changes told twice", c.resyncs, c.lost, c.twice)
	}
	if len(c.took) == 0 {
		return
	}
	slices.Sort(c.took)
	for _, p := range []struct {
		name string
		at   float64
	}{{"p50-ms", 0.5}, {"p99-ms", 0.99}, {"max-ms", 1}} {
		b.ReportMetric(milliseconds(c.took[int(p.at*float64(len(c.took)-1))]), p.name)
	}
	c.took = c.took[:0]
}

// forget begins to count anew.
func (c *crowd) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took, c.resyncs = c.took[:0], 0
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// leave ends all connections.
func (c *crowd) leave() {
	close(c.stop)
	<-c.done
	for _, l := range c.members {
		_ = syscall.Close(l.fd)
	}
	_ = syscall.Close(c.epoll)
}
