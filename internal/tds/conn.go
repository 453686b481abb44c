package tds

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// loginTime is what a client has for all up to its login, as SQL Server gives it.
const loginTime = 10 * time.Second

// conn is one client's connection. Two goroutines work on it: one reads requests,
// so that an attention is heard while an answer is written; one answers them.
type conn struct {
	server *Server
	net    net.Conn
	ctx    context.Context // ends with the connection
	end    context.CancelFunc

	in       packetReader
	out      packetWriter
	login    *login
	session  Session
	requests chan *request
	limit    int // of a packet's size, on this connection

	mu sync.Mutex // guards the fields of request that say so
}

// request is what a client sent.
type request struct {
	rawMessage
	ctx         context.Context // ends when the client cancels the request
	cancel      context.CancelFunc
	interrupted bool // guarded by conn.mu
	done        bool // guarded by conn.mu: its answer is on its way, too late to cancel
}

func newConn(ctx context.Context, end context.CancelFunc, s *Server, nc net.Conn, spid uint16) *conn {
	c := &conn{server: s, net: nc, ctx: ctx, end: end, requests: make(chan *request), limit: maxPacket}
	c.in.src = nc
	c.out = packetWriter{dst: nc, kind: packetReply, size: defaultPacket, spid: spid}
	return c
}

// cut ends the connection at once.
func (c *conn) cut() {
	c.end()
	_ = c.net.Close() // there is no one to tell
}

// serve serves the connection to its end.
func (c *conn) serve() {
	defer c.cut()
	log := c.server.logger()
	if err := c.admit(); err != nil {
		log.Debug("login failed", slog.Any("error", err))
		return
	}
	defer c.session.Close()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer c.cut() // which ends the reader
	wg.Go(func() {
		defer close(c.requests)
		defer c.end()
		if err := c.read(); err != nil {
			log.Debug("reading requests", slog.Any("error", err))
		}
	})
	w := Writer{out: &c.out, version: c.login.Version}
	for r := range c.requests {
		err := c.answer(r, &w)
		r.cancel()
		if err != nil {
			log.Debug("answering", slog.Any("error", err))
			return
		}
	}
}

// admit negotiates, logs in, and begins the session.
func (c *conn) admit() error {
	if err := c.net.SetDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	m, err := c.negotiate()
	if err != nil {
		return err
	}
	if m.kind != packetLogin {
		return errors.New("no login")
	}
	if c.login, err = parseLogin(m.body); err != nil {
		return err
	}
	c.login.packetSize = min(c.login.packetSize, c.limit)
	ctx, cancel := context.WithTimeout(c.ctx, loginTime)
	defer cancel()
	c.out.begin(plan{cut: -1})
	refused := c.enter(ctx)
	if refused != nil {
		c.out.body = appendMessage(c.out.body, tokenError, refused, c.login.Version)
		c.out.body = appendDone(c.out.body, tokenDone, doneError, 0, 0, c.login.Version)
	} else {
		c.out.body = appendLogin(c.out.body, c.login)
	}
	err = c.out.flush(ctx, true, true)
	c.out.size = c.login.packetSize
	if refused != nil {
		return errors.Join(refused, err)
	}
	if err != nil {
		c.session.Close()
		return err
	}
	return c.net.SetDeadline(time.Time{})
}

// enter asks the handler for a session.
func (c *conn) enter(ctx context.Context) *Error {
	if c.login.integrated {
		return &Error{Number: 18452, State: 1, Class: 14, Message: "Login failed. " +
			"The login is from an untrusted domain and cannot be used with Integrated authentication."}
	}
	session, err := c.server.Handler.Login(ctx, c.login.Login)
	if err == nil {
		c.session = session
		return nil
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		return refused
	}
	c.server.logger().Warn("login", slog.Any("error", err))
	return &Error{Number: 18456, State: 1, Class: 14, Message: "Login failed."}
}

// read hands requests on until the connection ends.
func (c *conn) read() error {
	var last *request
	for {
		m, err := c.in.message()
		if errors.Is(err, io.EOF) || c.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if m.kind == packetAttention && (c.server.Faults.deaf() || c.interrupt(last)) {
			continue
		}
		last = &request{rawMessage: m}
		last.ctx, last.cancel = context.WithCancel(c.ctx)
		select {
		case c.requests <- last:
		case <-c.ctx.Done():
			last.cancel()
			return nil
		}
	}
}

// interrupt cancels a request whose answer hasn't ended, and reports whether it did.
// Then the end of the answer acknowledges the attention.
func (c *conn) interrupt(r *request) bool {
	if r == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.done || r.kind == packetAttention {
		return false
	}
	r.interrupted = true
	r.cancel()
	return true
}

// finish closes a request to attention, and reports whether it had one.
func (c *conn) finish(r *request) (interrupted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.done = true
	return r.interrupted
}
