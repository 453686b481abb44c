package tds

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
)

// Server serves a Handler to the clients of its listeners. Its exported fields are
// set before Serve and not changed after.
type Server struct {
	Handler Handler
	// TLS has the certificate. Without it clients that insist on encryption go away.
	// A client that doesn't ask for it has its login encrypted alone, as with SQL Server.
	TLS *tls.Config
	// RequireTLS encrypts all connections whole, and lets no others in.
	RequireTLS bool
	Logger     *slog.Logger // nil for none
	Faults     *Faults      // nil for none

	mu        sync.Mutex // guards what follows
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	spid      uint16
	closed    bool
	wg        sync.WaitGroup // Add only under mu while not closed
}

// Serve takes connections from l until Close, and returns nil then; an error is the
// listener's. It may be called for several listeners, and again after one has failed.
func (s *Server) Serve(l net.Listener) error {
	if !s.track(l) {
		return l.Close()
	}
	defer s.forget(l)
	for {
		nc, err := l.Accept()
		if err != nil {
			if s.isClosed() {
				return nil
			}
			return err
		}
		s.start(nc)
	}
}

// Close stops listening, cuts all connections and waits until their sessions are closed.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for l := range s.listeners {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	s.mu.Unlock()
	s.CutConnections()
	s.wg.Wait()
	return errors.Join(errs...)
}

// CutConnections cuts all present connections, with no word to their clients, and
// goes on listening.
func (s *Server) CutConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.cut()
	}
}

func (s *Server) track(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.listeners == nil {
		s.listeners, s.conns = make(map[net.Listener]struct{}), make(map[*conn]struct{})
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) forget(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// start serves nc in a goroutine of its own.
func (s *Server) start(nc net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = nc.Close() // accepted in the moment of Close: nobody waits for its error
		return
	}
	s.spid++
	ctx, cancel := context.WithCancel(context.Background())
	c := newConn(ctx, cancel, s, nc, s.spid)
	s.conns[c] = struct{}{}
	s.wg.Go(func() {
		c.serve()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	})
}

func (s *Server) logger() *slog.Logger {
	if s.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Logger
}
