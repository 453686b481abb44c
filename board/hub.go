package board

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"timesheet"
)

// Hub fans changes out to any number of subscribers. It keeps the last ones in a ring;
// a subscriber is no more than a place in it, and reads without a lock. So none can
// block another, and one that is too slow, or was away too long, is told to read again.
// Those who wait for events are woken at a pace. It is safe for concurrent use.
type Hub struct {
	seal cipher.Block // of ids; those of another process mean nothing here
	want func()       // says that somebody waits for events; set once
	ring []atomic.Pointer[change]
	now  atomic.Pointer[present]

	mu      sync.Mutex // held to publish; guards what follows
	waiting queue      // in the order of what they had last
	pace    pace
	next    *time.Timer // wakes more of them; nil while all that can be woken were
}

// present is where the events are: the newest one's number (they begin with 1), and
// whether there are no more to come.
type present struct {
	last uint64
	end  bool
}

func newHub(events int) *Hub {
	var secret [aes.BlockSize]byte
	_, _ = rand.Read(secret[:])         // never fails
	seal, _ := aes.NewCipher(secret[:]) // nor does this with such a length
	h := &Hub{seal: seal, ring: make([]atomic.Pointer[change], max(1, events))}
	h.now.Store(&present{})
	return h
}

var errHubClosed = errors.New("the service is stopping")

// publish tells changes, in their order.
func (h *Hub) publish(cs ...*change) {
	if len(cs) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.now.Load()
	next := present{last: before.last, end: before.end}
	for _, c := range cs {
		next.last++
		c.hub, c.n = h, next.last
		h.ring[c.n%uint64(len(h.ring))].Store(c)
	}
	h.now.Store(&next)
	h.wake()
}

// resync tells everybody to read again. What was told before is forgotten: it may be
// of somebody who was erased.
func (h *Hub) resync() {
	for i := range h.ring {
		h.ring[i].Store(nil)
	}
	h.publish(&change{resync: true})
}

// close ends all subscriptions.
func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.Store(&present{last: h.now.Load().last, end: true})
	h.wake()
}

// Filter says which events are wanted: all within the reach that what else is said
// doesn't leave out.
type Filter struct {
	Reach    timesheet.Reach      // whose days may be told; the zero Reach reaches nobody
	From, To timesheet.Day        // both included; 0: no bound
	Employee timesheet.EmployeeID // a person, not a badge
	Team     string               // of the person on that day
}

func (f Filter) match(c *change) bool {
	return (f.From == 0 || c.day >= f.From) && (f.To == 0 || c.day <= f.To) &&
		(f.Employee == "" || c.employee == f.Employee) && (f.Team == "" || c.person().Team == f.Team) && f.sees(c)
}

func (f Filter) sees(c *change) bool { return f.Reach.All || f.Reach.Sees(*c.person()) }

// Subscribe begins after the event of that id, or at the present where after is "". If
// that event is no longer in the ring, or of another process, or no id at all, the
// first event is a resync. A subscription holds nothing and needn't be ended.
func (h *Hub) Subscribe(after string, f Filter) *Subscription {
	h.want()
	s := &Subscription{hub: h, filter: f, at: h.now.Load().last}
	if after != "" {
		n, ok := h.number(after)
		s.at, s.lost = n, !ok
	}
	return s
}

// number is that of an event's id; ok is false if it is none of this hub.
func (h *Hub) number(id string) (n uint64, ok bool) {
	var b [aes.BlockSize]byte
	if len(id) != hex.EncodedLen(len(b)) {
		return 0, false
	}
	if _, err := hex.Decode(b[:], []byte(id)); err != nil {
		return 0, false
	}
	h.seal.Decrypt(b[:], b[:])
	n = binary.BigEndian.Uint64(b[:8])
	return n, binary.BigEndian.Uint64(b[8:]) == 0 && n <= h.now.Load().last
}

// ID is the id of the newest event: one who reads now what is shown can subscribe
// after it.
func (h *Hub) ID() string { return h.id(h.now.Load().last) }

// id is the number of an event, sealed: a number would tell those who may see a few how
// much happens to the others.
func (h *Hub) id(n uint64) string {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[:8], n)
	h.seal.Encrypt(b[:], b[:])
	return hex.EncodeToString(b[:])
}
