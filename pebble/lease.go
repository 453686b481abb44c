package pebble

import (
	"context"
	"sync"
	"time"

	"timesheet"
)

// leases are in memory only: one process holds the directory, so whoever could
// compete for a lease lives in this process, and a lease that didn't survive its
// holder is free, as it should be.
type leases struct {
	mu   sync.Mutex
	held map[string]lease // guarded by mu
}

type lease struct {
	timesheet.Lease
	until time.Time
}

// current is the lease in force for source, if any; mu is held.
func (l *leases) current(source string) (lease, bool) {
	h, ok := l.held[source]
	return h, ok && time.Now().Before(h.until)
}

// holds tells whether nonce holds source's lease.
func (l *leases) holds(source, nonce string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, ok := l.current(source)
	return ok && h.Nonce == nonce
}

// Acquire takes or renews a lease, in memory only.
func (s *Store) Acquire(ctx context.Context, source string, want timesheet.Lease, ttl time.Duration) (timesheet.Lease, error) {
	const op = "acquire lease"
	if err := checkSource(op, source); err != nil {
		return timesheet.Lease{}, err
	}
	if want.Nonce == "" || ttl < time.Second {
		return timesheet.Lease{}, invalid(op, "a lease needs a nonce and at least a second, not %v", ttl)
	}
	if err := s.begin(ctx, op); err != nil {
		return timesheet.Lease{}, err
	}
	defer s.end()
	l := &s.leases
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.current(source); ok && h.Nonce != want.Nonce {
		return h.Lease, nil
	}
	if l.held == nil {
		l.held = make(map[string]lease)
	}
	l.held[source] = lease{Lease: want, until: time.Now().Add(ttl)}
	return want, nil
}

// Release gives the lease up if nonce holds it.
func (s *Store) Release(ctx context.Context, source, nonce string) error {
	const op = "release lease"
	if err := checkSource(op, source); err != nil {
		return err
	}
	if err := s.begin(ctx, op); err != nil {
		return err
	}
	defer s.end()
	l := &s.leases
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.held[source]; ok && h.Nonce == nonce {
		delete(l.held, source)
	}
	return nil
}
