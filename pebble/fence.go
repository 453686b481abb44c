package pebble

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"timesheet"
)

// tombstone stands for an erased employee: HMAC-SHA256 of the id under the store's
// secret, cut to 16 bytes, so that who was erased can't be read from the store.
type tombstone [timesheet.GraveBytes]byte

// fence is what merges are checked against. The writer alone changes it, after
// having put the same change into the batch that it applies next; it checks epochs
// too, so what it checked still holds when it is applied. Everybody else reads.
type fence struct {
	// epochs are those in force for the writer; only it touches them. acked are the
	// same as soon as they are durable, for probes.
	epochs []timesheet.Epoch
	acked  []atomic.Uint64

	mu         sync.RWMutex
	secret     []byte                 // guarded by mu; replaced, never changed
	floor      timesheet.Day          // guarded by mu
	tombstones map[tombstone]struct{} // guarded by mu
}

// hash is the tombstone of e, and tells whether it is there.
func (f *fence) hash(e timesheet.EmployeeID) (t tombstone, erased bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	mac := hmac.New(sha256.New, f.secret)
	mac.Write([]byte(e))
	t = tombstone(mac.Sum(nil)[:timesheet.GraveBytes])
	_, erased = f.tombstones[t]
	return t, erased
}

// checker checks many entries against the floor and the tombstones as they were
// when it was made. No hash is computed while there are no tombstones.
type checker struct {
	fence *fence
	floor timesheet.Day
	any   bool // there are tombstones

	last            timesheet.EmployeeID // the one that erased is about, if checked
	checked, erased bool
}

func (f *fence) checker() *checker {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return &checker{fence: f, floor: f.floor, any: len(f.tombstones) > 0}
}

// keeps tells whether entries of e on day are stored, as checker sees it.
func (c *checker) keeps(e timesheet.EmployeeID, day timesheet.Day) bool {
	if day < c.floor {
		return false
	}
	if !c.any {
		return true
	}
	if e != c.last || !c.checked {
		c.last, c.checked, c.erased = e, true, c.fence.erased(e)
	}
	return !c.erased
}

// erased tells whether e has a tombstone.
func (f *fence) erased(e timesheet.EmployeeID) bool {
	_, erased := f.hash(e)
	return erased
}

func (f *fence) raise(floor timesheet.Day) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.floor = floor
}

func (f *fence) bury(t tombstone) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tombstones[t] = struct{}{}
}

// takeOver adds tombstones that the secret made.
func (f *fence) takeOver(secret []byte, ts []tombstone) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.secret = secret
	for _, t := range ts {
		f.tombstones[t] = struct{}{}
	}
}

// graves are all tombstones and their secret.
func (f *fence) graves() timesheet.Graves {
	f.mu.RLock()
	defer f.mu.RUnlock()
	g := timesheet.Graves{Secret: bytes.Clone(f.secret)}
	for t := range f.tombstones {
		g.Hashes = append(g.Hashes, t[:])
	}
	slices.SortFunc(g.Hashes, bytes.Compare)
	return g
}

// newEpoch is a random one, never zero and never old.
func newEpoch(old timesheet.Epoch) timesheet.Epoch {
	for {
		var b [8]byte
		rand.Read(b[:])
		if e := timesheet.Epoch(binary.BigEndian.Uint64(b[:])); e != 0 && e != old {
			return e
		}
	}
}
