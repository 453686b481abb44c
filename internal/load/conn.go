package load

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Dial makes a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// conn is one keep-alive connection to a target. It is owned by one goroutine. It
// writes requests itself, one system call each: net/http's client costs three times as
// much CPU, which it would take from the service (docs/adr/0010).
type conn struct {
	target  Target
	dial    Dial
	timeout time.Duration
	c       net.Conn // nil while there is none
	r       *bufio.Reader
	until   time.Time // the deadline set on c
	answer  answer
}

// errDial is in the chain of errors of a request that never left.
var errDial = errors.New("connect")

const dialTimeout = 5 * time.Second

func newConn(t Target, dial Dial, timeout time.Duration) *conn {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	return &conn{target: t, dial: dial, timeout: timeout, r: bufio.NewReaderSize(nil, 16<<10)}
}

// do sends a request, connecting first where that is needed, and reads its answer. It
// doesn't send twice: after an error the outcome is unknown, unless errDial.
func (c *conn) do(ctx context.Context, request []byte) error {
	if c.c == nil {
		nc, err := c.dial(ctx, "tcp", c.target.Address)
		if err != nil {
			return errors.Join(errDial, err)
		}
		c.c, c.until = nc, time.Time{}
		c.r.Reset(nc)
	}
	// Moving a deadline costs as much as parsing the answer: it lies a quarter later
	// than needed and is moved when that is used up.
	if now := time.Now(); c.until.Sub(now) < c.timeout {
		c.until = now.Add(c.timeout + c.timeout/4)
		if err := c.c.SetDeadline(c.until); err != nil {
			return c.broken(err)
		}
	}
	if _, err := c.c.Write(request); err != nil {
		return c.broken(err)
	}
	if err := c.answer.read(c.r); err != nil {
		return c.broken(err)
	}
	if c.answer.closing {
		c.close()
	}
	return nil
}

func (c *conn) broken(err error) error {
	c.close()
	return err
}

func (c *conn) close() {
	if c.c != nil {
		_ = c.c.Close() // nothing is lost: the answer was read, or is an error already
		c.c = nil
	}
}

// kindOf is what an error of a connection is counted as.
func kindOf(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case errors.Is(err, errDial):
		return "could not connect"
	case errors.Is(err, errAnswer):
		return "answer unreadable"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection broken"
	default:
		return "connection failed"
	}
}

// post is a request whose body changes: the head is written in front of the body, so
// that both leave in one piece.
type post struct {
	head []byte // all but the length
	buf  []byte // room for the head, then the body
}

const lengthRoom = 24 // digits and the empty line

func newPost(t Target, path, mediaType string) *post {
	head := "POST " + t.Path + path + " HTTP/1.1\r\nHost: " + t.Host + "\r\nUser-Agent: timesheet-fire\r\n" + t.authorization() + "Content-Type: " +
		mediaType + "\r\nContent-Length: "
	return &post{head: []byte(head), buf: make([]byte, len(head)+lengthRoom)}
}

// write makes the request of the body that fill appends to what it is given. It is
// valid until the next write.
func (p *post) write(fill func([]byte) []byte) []byte {
	room := len(p.head) + lengthRoom
	p.buf = fill(p.buf[:room])
	var digits [lengthRoom]byte
	end := append(strconv.AppendInt(digits[:0], int64(len(p.buf)-room), 10), "\r\n\r\n"...)
	begin := room - len(end) - len(p.head)
	copy(p.buf[begin:], p.head)
	copy(p.buf[room-len(end):], end)
	return p.buf[begin:]
}
