package access

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// Wrong tokens of one address: so many at once, then so many a second.
	wrongBurst  = 10
	wrongRate   = 1
	maxAddress  = 10_000 // addresses that are known apart
	standardRPS = 200    // requests of a token, twice as many at once
	maxCallers  = 10_000
)

// wrongs slow down those who try tokens. Addresses beyond maxAddress share one budget, so
// that nobody who has many of them can make others be forgotten.
type wrongs struct {
	mu    sync.Mutex
	of    map[string]*rate.Limiter
	rest  *rate.Limiter
	swept time.Time
}

func newWrongs() *wrongs {
	return &wrongs{of: make(map[string]*rate.Limiter), rest: rate.NewLimiter(wrongRate, wrongBurst)}
}

// allow counts a wrong token from an address, and tells whether it is within the budget.
func (w *wrongs) allow(from string, now time.Time) bool {
	key := network(from)
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.of[key]
	if l == nil {
		if len(w.of) >= maxAddress && now.Sub(w.swept) >= time.Second {
			w.swept = now
			for k, old := range w.of {
				if old.TokensAt(now) >= wrongBurst { // as good as new
					delete(w.of, k)
				}
			}
		}
		if l = w.rest; len(w.of) < maxAddress {
			l = rate.NewLimiter(wrongRate, wrongBurst)
			w.of[key] = l
		}
	}
	return l.AllowN(now, 1)
}

// network is the address by which somebody is counted: of IPv6 the /64, all of which one
// host may use.
func network(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil {
		return ""
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil { // can't be: it is IPv6
		return a.String()
	}
	return p.String()
}

// rates hold callers to theirs, by id.
type rates struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newRates() *rates { return &rates{of: make(map[string]*rate.Limiter)} }

// allow counts a request. perSecond is the caller's own rate, 0 for the standard.
func (r *rates) allow(id string, perSecond float64, now time.Time) bool {
	if perSecond == 0 {
		perSecond = standardRPS
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.of[id]
	if l == nil {
		if len(r.of) >= maxCallers {
			clear(r.of) // each begins with its burst again, which is harmless
		}
		l = rate.NewLimiter(rate.Limit(perSecond), max(1, int(2*perSecond)))
		r.of[id] = l
	}
	return l.AllowN(now, 1)
}

// reset forgets all: other rates may hold.
func (r *rates) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.of)
}
