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
}

// request is what a client sent.
type request struct {
	rawMessage
	ctx    context.Context // ends when the client cancels the request
	cancel context.CancelFunc
}

func newConn(ctx context.Context, end context.CancelFunc, s *Server, nc net.Conn, spid uint16) *conn {
	c := &conn{server: s, net: nc, ctx: ctx, end: end, requests: make(chan *request)}
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
	err = c.out.flush(true, true)
	c.out.size = c.login.packetSize
	if refused != nil {
		return errors.Join(refused, err)
	}
	if err == nil {
		err = c.net.SetDeadline(time.Time{})
	}
	if err != nil {
		c.session.Close()
	}
	return err
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

// read hands requests on until the connection ends. An attention cancels the request
// before it, if that isn't answered yet, and is itself a request: for an answer of its
// own, which acknowledges it. Other requests wait for the answer before them, and a
// client doesn't send them earlier without MARS.
func (c *conn) read() error {
	cancel := func() {}
	for {
		m, err := c.in.message()
		if errors.Is(err, io.EOF) || c.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if m.kind == packetAttention {
			if c.server.Faults.deaf() {
				continue
			}
			cancel()
		}
		r := &request{rawMessage: m}
		r.ctx, r.cancel = context.WithCancel(c.ctx)
		cancel = r.cancel
		select {
		case c.requests <- r:
		case <-c.ctx.Done():
			r.cancel()
			return nil
		}
	}
}
