package storetest

import (
	"crypto/rand"
	"maps"
	"time"

	"timesheet"
)

// state is all that a Memory keeps for good. core.mu guards it.
type state struct {
	epochs      []timesheet.Epoch // by partition; 0 until it is touched
	days        map[timesheet.Day]map[timesheet.EmployeeID]timesheet.Entry
	floor       timesheet.Day
	secret      []byte // never changed in place
	tombstones  map[grave]struct{}
	version     uint64
	assignments []timesheet.Assignment // never changed in place
	sources     map[string]source
	documents   map[string]timesheet.Document // their texts are never changed in place
	// corrections are histories, which are never changed in place.
	corrections map[timesheet.Day]map[timesheet.EmployeeID][]timesheet.Correction
	sealed      map[timesheet.Series]map[timesheet.EmployeeID][]byte // replaced, never changed
}

// grave is a tombstone's hash.
type grave [timesheet.GraveBytes]byte

// source is the checkpoint and the lease of one source, and its rejected rows.
type source struct {
	checkpoint timesheet.Checkpoint // its State is never changed in place
	lease      held
	rejected   []timesheet.Rejected // by row; never changed in place
	dropped    uint64
}

// held is a lease and its end.
type held struct {
	timesheet.Lease
	until time.Time
}

func newState(partitions int) state {
	s := state{
		epochs:     make([]timesheet.Epoch, partitions),
		days:       make(map[timesheet.Day]map[timesheet.EmployeeID]timesheet.Entry),
		floor:      timesheet.FirstDay,
		secret:     make([]byte, 32),
		tombstones: make(map[grave]struct{}),
		sources:    make(map[string]source),
		documents:  make(map[string]timesheet.Document),

		corrections: make(map[timesheet.Day]map[timesheet.EmployeeID][]timesheet.Correction),
		sealed:      make(map[timesheet.Series]map[timesheet.EmployeeID][]byte),
	}
	_, _ = rand.Read(s.secret) // never fails since Go 1.24
	return s
}

func (s *state) clone() state {
	c := *s
	c.epochs = append([]timesheet.Epoch(nil), s.epochs...)
	c.days = make(map[timesheet.Day]map[timesheet.EmployeeID]timesheet.Entry, len(s.days))
	for d, entries := range s.days {
		c.days[d] = maps.Clone(entries)
	}
	c.tombstones = maps.Clone(s.tombstones)
	c.sources = maps.Clone(s.sources)
	c.documents = maps.Clone(s.documents)
	c.corrections = make(map[timesheet.Day]map[timesheet.EmployeeID][]timesheet.Correction, len(s.corrections))
	for d, histories := range s.corrections {
		c.corrections[d] = maps.Clone(histories)
	}
	c.sealed = maps.Clone(s.sealed)
	return c
}

// entry is the entry of e on d, zero where there is none.
func (s *state) entry(e timesheet.EmployeeID, d timesheet.Day) timesheet.Entry {
	return s.days[d][e]
}

func (s *state) put(e timesheet.Entry) {
	entries, ok := s.days[e.Day]
	if !ok {
		entries = make(map[timesheet.EmployeeID]timesheet.Entry)
		s.days[e.Day] = entries
	}
	entries[e.Employee] = e
}

func (s *state) remove(e timesheet.EmployeeID, d timesheet.Day) {
	delete(s.days[d], e)
	if len(s.days[d]) == 0 {
		delete(s.days, d)
	}
}

// expired tells whether e must not be stored: below the floor or under a tombstone.
func (s *state) expired(e timesheet.Entry) bool {
	return e.Day < s.floor || s.erased(e.Employee)
}

func (s *state) erased(e timesheet.EmployeeID) bool {
	if len(s.tombstones) == 0 {
		return false
	}
	_, ok := s.tombstones[s.mark(e)]
	return ok
}
