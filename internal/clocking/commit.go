package clocking

import (
	"errors"
	"slices"
)

// Commit makes what was written visible, all at one moment. It fails where a restart
// has ended the transaction, or it was ended before.
func (tx *Tx) Commit() error {
	if !tx.end(true) {
		return errors.New("commit: the transaction has ended already")
	}
	return nil
}

// Rollback undoes what was written; the ids taken stay taken. It does nothing after
// the transaction's end.
func (tx *Tx) Rollback() { tx.end(false) }

func (tx *Tx) end(commit bool) bool {
	s := tx.system
	s.mu.Lock()
	defer s.mu.Unlock()
	if tx.ended {
		return false
	}
	tx.finish()
	s.inFlight = slices.DeleteFunc(s.inFlight, func(c *change) bool {
		switch {
		case c.tx != tx:
			return false
		case commit && c.removal:
			s.rows.remove(c.id)
		case commit:
			s.rows.put(c.row)
		}
		return true
	})
	return true
}

func (tx *Tx) finish() {
	tx.ended = true
	close(tx.done)
	delete(tx.system.open, tx)
}

// hold puts c in flight.
func (s *System) hold(c *change) {
	i, _ := slices.BinarySearchFunc(s.inFlight, c.id, changeByID)
	s.inFlight = slices.Insert(s.inFlight, i, c)
}

// abort rolls everything back that is in flight.
func (s *System) abort() {
	for tx := range s.open {
		tx.finish()
	}
	s.inFlight = nil
}
