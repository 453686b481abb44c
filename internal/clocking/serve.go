package clocking

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"time"

	"timesheet/internal/tds"
)

// serving is the side of a system that clients reach.
type serving struct {
	mu          sync.Mutex // guards what follows
	address     string
	server      *tds.Server // nil while it is down
	until       time.Time   // down until then
	tls         *tls.Config
	certificate []byte
	stop        context.CancelFunc // of Start
	done        chan error         // what Start's Serve answered
}

// Start listens on a loopback address, such as 127.0.0.1:0, and serves until Close.
func (s *System) Start(address string) error {
	l, err := listen(address)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	if err := s.serve(l.Addr().String()); err != nil {
		stop()
		return errors.Join(err, l.Close())
	}
	s.serving.mu.Lock()
	defer s.serving.mu.Unlock()
	if s.serving.stop != nil {
		stop()
		return errors.Join(errors.New("start: it serves already"), l.Close())
	}
	s.serving.stop, s.serving.done = stop, done
	go func() { done <- s.Serve(ctx, l) }()
	return nil
}

// Close ends what Start began, cuts all connections, and waits until they are gone.
// It may be called again, and without Start.
func (s *System) Close() error {
	s.serving.mu.Lock()
	stop, done := s.serving.stop, s.serving.done
	s.serving.stop = nil
	s.serving.mu.Unlock()
	if stop == nil {
		return nil
	}
	stop()
	return <-done
}

// CheckAddress tells whether the address is one that Start would listen on.
func CheckAddress(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("is not HOST:PORT, such as 127.0.0.1:14330")
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return errors.New("is no loopback address, such as 127.0.0.1:14330; a stand-in listens on no others")
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	if err := CheckAddress(address); err != nil {
		return nil, fmt.Errorf("listen: %q %w", address, err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// Serve serves clients on l until ctx ends, through all restarts, and closes l.
func (s *System) Serve(ctx context.Context, l net.Listener) error {
	if err := s.serve(l.Addr().String()); err != nil {
		return errors.Join(err, l.Close())
	}
	for {
		server := s.up()
		cut := context.AfterFunc(ctx, func() { _ = server.Close() }) // told below
		err := server.Serve(l)
		cut()
		err = errors.Join(err, server.Close())
		if ctx.Err() != nil {
			return err
		}
		if l, err = s.again(ctx, err); l == nil {
			return err
		}
	}
}

// serve makes ready for serving at the address.
func (s *System) serve(address string) error {
	v := &s.serving
	v.mu.Lock()
	defer v.mu.Unlock()
	v.address = address
	if !s.options.TLS || v.tls != nil {
		return nil
	}
	var err error
	if v.tls, v.certificate, err = newCertificate(); err != nil || s.options.CertificateFile == "" {
		return err
	}
	if err := os.WriteFile(s.options.CertificateFile, v.certificate, 0o644); err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	return nil
}

func (s *System) up() *tds.Server {
	s.serving.mu.Lock()
	defer s.serving.mu.Unlock()
	s.serving.server = &tds.Server{Handler: login{s}, TLS: s.serving.tls, Logger: s.options.Logger, Faults: &s.faults.wire}
	return s.serving.server
}

// Address is where the system listens; "" before it is served.
func (s *System) Address() string {
	s.serving.mu.Lock()
	defer s.serving.mu.Unlock()
	return s.serving.address
}

// Certificate is the server's own, in PEM; nil without TLS and before it is served.
func (s *System) Certificate() []byte {
	s.serving.mu.Lock()
	defer s.serving.mu.Unlock()
	return s.serving.certificate
}

// DSN is how a client reaches the system once it is served, with user and password:
// sqlserver://USER:PASSWORD@HOST:PORT?database=….
func (s *System) DSN() string {
	q := url.Values{"database": {s.options.Database}}
	switch {
	case !s.options.TLS:
		q.Set("encrypt", "disable")
	case s.options.CertificateFile == "":
		q.Set("encrypt", "true")
		q.Set("TrustServerCertificate", "true")
	default:
		q.Set("encrypt", "true")
		q.Set("certificate", s.options.CertificateFile)
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(s.options.User, s.options.Password),
		Host: s.Address(), RawQuery: q.Encode()}
	return u.String()
}
