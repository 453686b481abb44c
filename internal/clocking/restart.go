package clocking

import (
	"context"
	"net"
	"time"
)

// again listens once more after a restart's pause; nil without a restart, and when
// ctx has ended.
func (s *System) again(ctx context.Context, failed error) (net.Listener, error) {
	s.serving.mu.Lock()
	address, until := s.serving.address, s.serving.until
	s.serving.server, s.serving.until = nil, time.Time{}
	s.serving.mu.Unlock()
	if until.IsZero() {
		return nil, failed
	}
	const retry = 20 * time.Millisecond // while another has the port
	for pause := time.Until(until); ; pause = retry {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, nil
		case <-timer.C:
		}
		if l, err := listen(address); err == nil {
			return l, nil
		}
	}
}

// Restart restarts the server: transactions in flight are rolled back, connections
// cut, 1,000 ids lost with the identity's cache, and nobody listens for a while. It
// returns when all connections are gone.
func (s *System) Restart(down time.Duration) {
	s.mu.Lock()
	s.abort()
	s.next += identityCache
	s.mu.Unlock()
	s.serving.mu.Lock()
	server := s.serving.server
	if server != nil {
		s.serving.until = time.Now().Add(down)
	}
	s.serving.mu.Unlock()
	if server != nil {
		_ = server.Close() // its error is Serve's to tell
	}
}

// identityCache is how many ids a restart loses. Source: SQL Server caches so many
// values of a BIGINT's 10,000 and an INT's 1,000; the lesser is the usual report.
const identityCache = 1000

// CutConnections cuts all connections, and goes on listening.
func (s *System) CutConnections() {
	s.serving.mu.Lock()
	defer s.serving.mu.Unlock()
	if s.serving.server != nil {
		s.serving.server.CutConnections()
	}
}
