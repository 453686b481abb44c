package board

import (
	"context"
	"fmt"
	"iter"

	"timesheet"
)

// exceptional are the marks that make a day an exception; overtime does too.
const exceptional = timesheet.MarkLate | timesheet.MarkEarlyLeave | timesheet.MarkMissingOut | timesheet.MarkLongSpan | timesheet.MarkUnlisted

// Exceptional tells whether a row is one that somebody should look at: late, early
// leave, missing clock-out, long span, overtime, or clockings of one whom the directory
// doesn't list. Work.Marks and Work.Overtime say which.
func (r Row) Exceptional() bool { return r.Work.Marks&exceptional != 0 || r.Work.Overtime > 0 }

// Place is a row's place in the order of day and employee.
type Place struct {
	Day      timesheet.Day
	Employee timesheet.EmployeeID
}

// MaxRange is how many days Exceptions goes through at most.
const MaxRange = 400

// Exceptions answers the exceptional rows from day to day, both included, by day and
// employee, those after a place: the zero Place is before all. Days are read while the
// caller takes rows, one after the other; what was read can change before the last
// row. After an error, with a zero Row, nothing follows.
func (b *Boards) Exceptions(ctx context.Context, from, to timesheet.Day, after Place, m timesheet.Moment) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if err := checkRange(from, to); err != nil {
			yield(Row{}, err)
			return
		}
		k, err := b.book()
		if err != nil {
			yield(Row{}, err)
			return
		}
		began := b.uses.Load()
		for on := max(from, after.Day); on <= to; on++ {
			d, err := b.scan(ctx, on, began)
			if err != nil {
				yield(Row{}, err)
				return
			}
			last := timesheet.EmployeeID("")
			if on == after.Day {
				last = after.Employee
			}
			for _, row := range d.exceptions(last, k, m) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

func checkRange(from, to timesheet.Day) error {
	switch {
	case from < timesheet.FirstDay || to > timesheet.LastDay || from > to:
		return timesheet.NewError(timesheet.Invalid, "from, to", fmt.Errorf("%v to %v is no time from %v to %v", from, to, timesheet.FirstDay, timesheet.LastDay))
	case to-from >= MaxRange:
		return timesheet.NewError(timesheet.Invalid, "from, to", fmt.Errorf("%v to %v is more than %d days; ask for fewer at a time", from, to, MaxRange))
	}
	return nil
}

// exceptions are the exceptional rows after an employee.
func (d *day) exceptions(after timesheet.EmployeeID, k book, m timesheet.Moment) []Row {
	d.mu.Lock()
	d.sync(k.dir)
	d.mu.Unlock()
	d.mu.RLock()
	defer d.mu.RUnlock()
	at, is := d.find(after)
	if is {
		at++
	}
	var rows []Row
	for _, slot := range d.byID[at:] {
		row := Row{Entry: d.entry(slot)}
		id := d.rows[slot].id
		row.Person, _ = k.dir.Person(id, d.on)
		row.Work = k.work.Evaluate(row.Entry, row.Person, d.on, k.days.For(id), m)
		if row.Exceptional() {
			rows = append(rows, row)
		}
	}
	return rows
}
