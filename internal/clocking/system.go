package clocking

import (
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"timesheet"
	"timesheet/internal/tds"
)

// System is a Clocking system. It is safe for concurrent use.
type System struct {
	options Options
	names   names
	columns []tds.Column
	faults  *Faults

	mu       sync.Mutex // guards what follows
	rows     table      // as committed
	inFlight []*change  // by ascending id
	open     map[*Tx]struct{}
	next     int64 // the identity's next id
	staff    []employee
	numbers  map[string]uint32 // where an employee is in staff

	waiting atomic.Int32 // readers
	serving serving
}

// employee is a value of the employee column.
type employee struct {
	id    string
	value tds.Value
}

// New is a system without rows, not served yet.
func New(o Options) *System {
	o = o.withDefaults()
	s := &System{
		options: o, names: namesOf(o), faults: newFaults(o.Seed), next: 1,
		open: make(map[*Tx]struct{}), numbers: make(map[string]uint32),
		staff: []employee{{}}, // NULL
	}
	s.columns = []tds.Column{
		{Name: o.IDColumn, Type: tds.BigIntType()},
		{Name: o.EmployeeColumn, Type: o.Employee.column(), Nullable: true},
		{Name: o.TimeColumn, Type: o.Time.column(), Nullable: true},
	}
	return s
}

// CheckEmployee tells whether the employee column can hold the id.
func (s *System) CheckEmployee(id string) error {
	_, err := s.options.Employee.value(id)
	return err
}

// Insert adds a row under the next id of the identity, committed at once. It panics,
// as all that writes does, on an employee whom CheckEmployee refuses.
func (s *System) Insert(employee string, at Time) (id int64) {
	tx := s.Begin()
	defer tx.end(true)
	return tx.Insert(employee, at)
}

// InsertAt adds a row under an id of the caller's choice, committed at once
// (IDENTITY_INSERT). It is error 2627 where the id is taken.
func (s *System) InsertAt(id int64, employee string, at Time) error {
	return s.alone(func(tx *Tx) error { return tx.InsertRow(Row{ID: id, Employee: employee, At: at}) })
}

// Update gives a row other values, at once. It is error 1222 where a transaction
// holds the row, and NotFound where there is none.
func (s *System) Update(id int64, employee string, at Time) error {
	return s.alone(func(tx *Tx) error { return tx.Update(id, employee, at) })
}

// Delete takes a row out, at once; errors as for Update.
func (s *System) Delete(id int64) error {
	return s.alone(func(tx *Tx) error { return tx.Delete(id) })
}

// SetNull makes the employee, the time or both of a row NULL, at once; errors as for
// Update.
func (s *System) SetNull(id int64, employee, at bool) error {
	return s.alone(func(tx *Tx) error {
		r, err := tx.read(id)
		if err != nil {
			return err
		}
		if employee {
			r.employee = 0
		}
		r.noTime = r.noTime || at
		return tx.change(&change{id: id, tx: tx, row: r})
	})
}

func (s *System) alone(write func(*Tx) error) error {
	tx := s.Begin()
	if err := write(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// Load adds rows, committed at once, and answers how many: under their own ids,
// which must be new, or the identity's where they have none. Readers see none of
// them before the last is there.
func (s *System) Load(rows iter.Seq[Row]) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for r := range rows {
		if r.ID == 0 {
			r.ID = s.take()
		} else if _, taken := s.rows.get(r.ID); taken || s.changeOf(r.ID) != nil {
			return n, duplicateKey(s.options.View, r.ID)
		}
		kept, err := s.keep(r)
		if err != nil {
			return n, fmt.Errorf("row %d: %w", r.ID, err)
		}
		s.next = max(s.next, r.ID+1)
		s.rows.put(kept)
		n++
	}
	return n, nil
}

// Clockings are rows without ids for Load.
func Clockings(clockings iter.Seq[timesheet.Clocking]) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for c := range clockings {
			if !yield(Row{Employee: string(c.Employee), At: TimeOf(c.At)}) {
				return
			}
		}
	}
}

// shown is a row as the Go API has it.
func (s *System) shown(r row, staff []employee) Row {
	at := Time{wall: r.at, offset: r.offset, zoned: s.options.Time == DateTimeOffset, null: r.noTime}
	return Row{ID: r.id, Employee: staff[r.employee].id, NoEmployee: r.employee == 0, At: at}
}

// keep is r as it is kept.
func (s *System) keep(r Row) (row, error) {
	at := s.options.Time.stored(r.At)
	kept := row{id: r.ID, at: at.wall, offset: at.offset, noTime: at.null}
	if r.NoEmployee {
		return kept, nil
	}
	number, ok := s.numbers[r.Employee]
	if !ok {
		value, err := s.options.Employee.value(r.Employee)
		if err != nil {
			return kept, err
		}
		number = uint32(len(s.staff))
		s.staff = append(s.staff, employee{r.Employee, value})
		s.numbers[r.Employee] = number
	}
	kept.employee = number
	return kept, nil
}

// take is the next id of the identity.
func (s *System) take() int64 {
	id := s.next
	s.next++
	return id
}

// changeOf is the change in flight of the row with the id; nil for none.
func (s *System) changeOf(id int64) *change {
	if i, ok := slices.BinarySearchFunc(s.inFlight, id, changeByID); ok {
		return s.inFlight[i]
	}
	return nil
}
