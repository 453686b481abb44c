package bench

import (
	"bytes"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strconv"
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

var (
	eventMark  = []byte("event: ")
	changeMark = []byte("event: change\ndata: {\"employee_id\":\"L")
)

// changeLength is how long an event must have come to tell which change it is.
var changeLength = len(changeMark) + 7

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

// dialRaw connects to the service at base, with a receive buffer of so many bytes; 0: the
// system's.
func dialRaw(b *testing.B, base string, buffer int) (fd int) {
	b.Helper()
	u, err := url.Parse(base)
	if err != nil {
		b.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		b.Fatal(err)
	}
	if fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0); err != nil {
		b.Fatal(err)
	}
	if buffer > 0 {
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, buffer); err != nil {
			b.Fatal(err)
		}
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		b.Fatal(err)
	}
	return fd
}

// begin asks for changes after an event, and answers what came behind the head.
func begin(b *testing.B, fd int, base, after string) []byte {
	b.Helper()
	u, _ := url.Parse(base)
	ask := "GET /v1/changes HTTP/1.1\r\nHost: " + u.Host + "\r\n"
	if after != "" {
		ask += "Last-Event-ID: " + after + "\r\n"
	}
	if _, err := syscall.Write(fd, []byte(ask+"\r\n")); err != nil {
		b.Fatal(err)
	}
	var all []byte
	part := make([]byte, 4096)
	for {
		n, err := syscall.Read(fd, part)
		if err != nil || n <= 0 {
			b.Fatalf("%d bytes, %v, after %q", n, err, all)
		}
		all = append(all, part[:n]...)
		if head, rest, ok := bytes.Cut(all, []byte("\r\n\r\n")); ok {
			if !bytes.HasPrefix(head, []byte("HTTP/1.1 200 ")) {
				b.Fatalf("%s", head)
			}
			return rest
		}
	}
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

// take reads chunks (RFC 9112, 7.1).
func (c *crowd) take(l *listener, b []byte, now time.Duration) {
	for len(b) > 0 {
		if l.left > 0 {
			n := min(l.left, len(b))
			c.scan(l, b[:n], now)
			l.left -= n
			b = b[n:]
			continue
		}
		switch d := bytes.IndexByte([]byte("0123456789abcdef"), b[0]); {
		case d >= 0:
			l.size, l.digit = l.size*16+d, l.digit+1
		case b[0] == '\n' && l.digit > 0:
			l.left, l.size, l.digit = l.size, 0, 0
		}
		b = b[1:]
	}
}

// scan looks for events.
func (c *crowd) scan(l *listener, b []byte, now time.Duration) {
	l.carry = append(l.carry, b...)
	for b = l.carry; ; {
		at := bytes.Index(b, eventMark)
		if at < 0 {
			b = b[max(0, len(b)-len(eventMark)+1):]
			break
		}
		if b = b[at:]; len(b) < changeLength && (len(b) == len(eventMark) || b[len(eventMark)] == 'c') {
			break
		}
		switch {
		case bytes.HasPrefix(b, changeMark):
			c.change(l, b[len(changeMark):changeLength], now)
		case b[len(eventMark)] == 'r':
			c.resyncs++
		}
		b = b[len(eventMark):]
	}
	l.carry = append(l.carry[:0], b...)
}

func (c *crowd) change(l *listener, number []byte, now time.Duration) {
	n, err := strconv.Atoi(string(number))
	if err != nil || n >= len(c.sent) {
		panic(fmt.Sprintf("change %q", number))
	}
	if l.seen[n/64]&(1<<(n%64)) != 0 {
		c.twice++
		return
	}
	l.seen[n/64] |= 1 << (n % 64)
	c.took = append(c.took, now-time.Duration(c.sent[n].Load()))
	c.told.Add(1)
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
