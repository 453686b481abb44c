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
func Exceptional(r Row) bool { return r.Work.Marks&exceptional != 0 || r.Work.Overtime > 0 }

// MaxRange is how many days Rows and Exceptions go through at most.
const MaxRange = 400

// rowsAtOnce is how many rows of a day Rows holds.
const rowsAtOnce = 1024

// Rows answers the rows within a reach from day to day, both included, by day and
// employee; of the first day those after an employee ("" = all). Days are read while the caller takes
// rows, one after the other; what was read can change before the last row. After an
// error, which comes with a zero Row, nothing follows.
func (b *Boards) Rows(ctx context.Context, from, to timesheet.Day, after timesheet.EmployeeID, reach timesheet.Reach, m timesheet.Moment) iter.Seq2[Row, error] {
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
		current, _ := b.current(ctx, mostPatience)
		began, buffer := b.uses.Load(), make([]Row, 0, rowsAtOnce)
		for on := from; on <= to; on++ {
			d, err := b.scan(ctx, on, began, current)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for more := true; more; {
				buffer, more = d.some(buffer[:0], after, reach, k, m)
				for _, row := range buffer {
					if after = row.Person.Employee; !yield(row, nil) {
						return
					}
				}
			}
			after = ""
		}
	}
}

// Exceptions are the exceptional ones of Rows.
func (b *Boards) Exceptions(ctx context.Context, from, to timesheet.Day, after timesheet.EmployeeID, reach timesheet.Reach, m timesheet.Moment) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range b.Rows(ctx, from, to, after, reach, m) {
			if (err != nil || Exceptional(row)) && !yield(row, err) {
				return
			}
		}
	}
}

func checkRange(from, to timesheet.Day) error {
	const what = "from, to"
	switch {
	case from < timesheet.FirstDay || to > timesheet.LastDay || from > to:
		return timesheet.NewError(timesheet.Invalid, what, fmt.Errorf("%v to %v is no time from %v to %v", from, to, timesheet.FirstDay, timesheet.LastDay))
	case to-from >= MaxRange:
		return timesheet.NewError(timesheet.Invalid, what, fmt.Errorf("%v to %v is more than %d days; ask for fewer at a time", from, to, MaxRange))
	}
	return nil
}

// some appends rows after an employee to a buffer until it is full; more says that
// there are others.
func (d *day) some(buffer []Row, after timesheet.EmployeeID, reach timesheet.Reach, k book, m timesheet.Moment) (rows []Row, more bool) {
	d.reading(k.dir)
	defer d.mu.RUnlock()
	for _, slot := range d.within(after, reach) {
		id := d.rows[slot].id
		if !reach.All && !reach.Sees(k.person(id, d.on)) {
			continue
		}
		if len(buffer) == cap(buffer) {
			return buffer, true
		}
		buffer = append(buffer, k.row(id, d.on, d.entry(slot), d.correction(slot), m))
	}
	return buffer, false
}

// reading locks d for reading, with rows as a directory has them. Where another caller
// has another directory the rows may be the other's; each is a version in force.
func (d *day) reading(dir *timesheet.Directory) {
	d.mu.RLock()
	if d.dir == dir {
		return
	}
	d.mu.RUnlock()
	d.mu.Lock()
	d.sync(dir)
	d.mu.Unlock()
	d.mu.RLock()
}

// within are the slots by id after an employee, at least those within a reach.
func (d *day) within(id timesheet.EmployeeID, r timesheet.Reach) []int32 {
	if !own(r) {
		return d.after(id)
	}
	if at, ok := d.find(r.Employee); ok && r.Employee > id {
		return d.byID[at : at+1]
	}
	return nil
}

// after are the slots by id after an employee.
func (d *day) after(id timesheet.EmployeeID) []int32 {
	at, is := d.find(id)
	if is {
		at++
	}
	return d.byID[at:]
}
