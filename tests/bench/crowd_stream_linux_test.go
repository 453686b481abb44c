package bench

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"syscall"
	"testing"
	"time"
)

var (
	eventMark  = []byte("event: ")
	changeMark = []byte("event: change\ndata: {\"employee_id\":\"L")
)

// changeLength is how long an event must have come to tell which change it is.
var changeLength = len(changeMark) + 7

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
