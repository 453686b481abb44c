package redistest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy is an address that stands for a server and can be pointed at another one,
// as a service name does when a replica is promoted.
type Proxy struct {
	l  net.Listener
	wg sync.WaitGroup

	mu     sync.Mutex // guards what follows
	target string
	conns  map[net.Conn]bool // nil once closed
}

// StartProxy forwards connections to s.
func StartProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{l: l, target: s.Addr(), conns: make(map[net.Conn]bool)}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.cut(nil)
		p.wg.Wait()
	})
	return p
}

// URL is how a client reaches the proxy.
func (p *Proxy) URL() string { return "redis://" + p.l.Addr().String() }

// Switch cuts all connections and sends new ones to s.
func (p *Proxy) Switch(s *Server) {
	p.mu.Lock()
	p.target = s.Addr()
	p.mu.Unlock()
	p.Cut()
}

// Cut breaks all connections; new ones are served.
func (p *Proxy) Cut() { p.cut(make(map[net.Conn]bool)) }

func (p *Proxy) cut(next map[net.Conn]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	p.conns = next
}

func (p *Proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.forward(c) })
	}
}

func (p *Proxy) forward(in net.Conn) {
	defer func() { _ = in.Close() }()
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	out, err := net.Dial("tcp", target)
	if err != nil {
		return // the client sees the connection end
	}
	defer func() { _ = out.Close() }()
	if !p.hold(in, out) {
		return
	}
	p.wg.Go(func() { _, _ = io.Copy(out, in); _ = out.Close() })
	_, _ = io.Copy(in, out)
}

func (p *Proxy) hold(cs ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range cs {
		if p.conns == nil {
			return false
		}
		p.conns[c] = true
	}
	return true
}
