package redis_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"timesheet/internal/redistest"
)

// cutter stands before a server and passes commands on until it is told to cut.
type cutter struct {
	l  net.Listener
	wg sync.WaitGroup

	mu    sync.Mutex // guards what follows
	conns []net.Conn
	left  int    // commands that are still passed on; negative: all
	then  func() // done once, when the server has done the last of them
	hold  int    // the command that waits until amid is done, counted down to 0
	amid  func()
}

func startCutter(t *testing.T, server *redistest.Server) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{l: l, left: -1}
	c.wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			c.wg.Go(func() { c.forward(in, server.Addr()) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		c.cut()
		c.wg.Wait()
	})
	return c
}

func (c *cutter) url() string { return "redis://" + c.l.Addr().String() }

// after makes the connections end behind n commands more, whose last is done but not
// answered; then comes when it is.
func (c *cutter) after(n int, then func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.then = n, then
}

// before does f before the n-th command from now on goes to the server.
func (c *cutter) before(n int, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold, c.amid = n, f
}

// held is what is to be done before the next command, nil for nothing.
func (c *cutter) held() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hold--; c.hold == 0 {
		return c.amid
	}
	return nil
}

// spent tells whether the last of the commands was passed on.
func (c *cutter) spent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left == 0
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

// pass tells whether a command goes to the server, and whether it is the last one.
func (c *cutter) pass() (ok, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left < 0 {
		return true, false
	}
	if c.left == 0 {
		return false, false
	}
	c.left--
	return true, c.left == 0
}

func (c *cutter) forward(in net.Conn, target string) {
	defer in.Close()
	out, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer out.Close()
	c.mu.Lock()
	c.conns = append(c.conns, in, out)
	c.mu.Unlock()
	replies := make(chan struct{}) // closed when the server has ended the connection
	c.wg.Go(func() {
		defer close(replies)
		_, _ = io.Copy(in, out)
		in.Close()
		_, _ = io.Copy(io.Discard, out) // of the last command
	})
	for r := bufio.NewReader(in); ; {
		command, err := readCommand(r)
		if err != nil {
			return
		}
		if f := c.held(); f != nil {
			f()
		}
		ok, last := c.pass()
		if !ok {
			return
		}
		if last { // its answer must not pass, though the server does what it says
			in.Close()
			if _, err := io.WriteString(out, command); err == nil {
				_ = out.(*net.TCPConn).CloseWrite()
				<-replies // a server does all it was sent before it ends the connection
			}
			c.then()
			return
		}
		if _, err := io.WriteString(out, command); err != nil {
			return
		}
	}
}

// readCommand reads one command, as it was sent.
func readCommand(r *bufio.Reader) (string, error) {
	var b strings.Builder
	line := func(kind string) (n int, err error) {
		text, err := r.ReadString('\n')
		if err != nil {
			return 0, err
		}
		b.WriteString(text)
		_, err = fmt.Sscanf(text, kind+"%d\r\n", &n)
		return n, err
	}
	words, err := line("*")
	for range words {
		var n int
		if n, err = line("$"); err != nil {
			break
		}
		word := make([]byte, n+2)
		if _, err = io.ReadFull(r, word); err != nil {
			break
		}
		b.Write(word)
	}
	return b.String(), err
}
