package clocking

import (
	"cmp"
	"fmt"

	"timesheet"
)

// Tx is a transaction of the system that owns the table. It is safe for concurrent
// use. Rows that it wrote are in flight, and locked, until its end.
type Tx struct {
	system *System
	done   chan struct{} // closed at the end
	ended  bool          // guarded by the system's mu
}

// change is a row in flight: its next version, or its removal.
type change struct {
	id      int64
	tx      *Tx
	row     row
	removal bool
}

func changeByID(c *change, id int64) int { return cmp.Compare(c.id, id) }

// Begin starts a transaction.
func (s *System) Begin() *Tx {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx := &Tx{system: s, done: make(chan struct{})}
	s.open[tx] = struct{}{}
	return tx
}

// Insert adds a row under the next id of the identity, which nobody gets again
// whatever becomes of the transaction, not even one that a restart has ended.
func (tx *Tx) Insert(employee string, at Time) (id int64) {
	return tx.insert(Row{Employee: employee, At: at})
}

// insert adds r under the next id of the identity, whatever id it has.
func (tx *Tx) insert(r Row) (id int64) {
	s := tx.system
	s.mu.Lock()
	defer s.mu.Unlock()
	r.ID = s.take()
	kept, err := s.keep(r)
	if err != nil {
		panic(err)
	}
	if !tx.ended {
		s.hold(&change{id: r.ID, tx: tx, row: kept})
	}
	return r.ID
}

// InsertRow adds a row under its own id (IDENTITY_INSERT). It is error 2627 where
// the id is taken, also by a row in flight.
func (tx *Tx) InsertRow(r Row) error {
	s := tx.system
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, err := s.keep(r)
	if err != nil {
		panic(err)
	}
	if _, taken := s.rows.get(r.ID); taken || s.changeOf(r.ID) != nil {
		return duplicateKey(s.options.View, r.ID)
	}
	if !tx.ended {
		s.next = max(s.next, r.ID+1)
		s.hold(&change{id: r.ID, tx: tx, row: kept})
	}
	return nil
}

// Update gives a row other values. It is error 1222, at once, where another
// transaction holds the row, and NotFound where there is none.
func (tx *Tx) Update(id int64, employee string, at Time) error {
	s := tx.system
	s.mu.Lock()
	kept, err := s.keep(Row{ID: id, Employee: employee, At: at})
	s.mu.Unlock()
	if err != nil {
		panic(err)
	}
	return tx.change(&change{id: id, tx: tx, row: kept})
}

// Delete takes a row out; errors as for Update.
func (tx *Tx) Delete(id int64) error {
	return tx.change(&change{id: id, tx: tx, removal: true})
}

// change replaces a row that exists.
func (tx *Tx) change(c *change) error {
	s := tx.system
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := tx.find(c.id); err != nil || tx.ended {
		return err
	}
	if own := s.changeOf(c.id); own != nil {
		*own = *c
		return nil
	}
	s.hold(c)
	return nil
}

// read is a row as the transaction sees it.
func (tx *Tx) read(id int64) (row, error) {
	tx.system.mu.Lock()
	defer tx.system.mu.Unlock()
	return tx.find(id)
}

func (tx *Tx) find(id int64) (row, error) {
	s := tx.system
	c := s.changeOf(id)
	switch {
	case c != nil && c.tx != tx:
		return row{}, lockTimeout()
	case c != nil && !c.removal:
		return c.row, nil
	}
	r, ok := s.rows.get(id)
	if !ok || c != nil {
		return row{}, timesheet.NewError(timesheet.NotFound, fmt.Sprintf("row %d", id), nil)
	}
	return r, nil
}
