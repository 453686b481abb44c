package board

import (
	"errors"

	"timesheet"
)

// book is all that rows are made by.
type book struct {
	days *timesheet.DayRules
	work *timesheet.WorkRules
	dir  *timesheet.Directory
}

// person is who somebody is on a day.
func (k book) person(id timesheet.EmployeeID, on timesheet.Day) timesheet.Person {
	p, _ := k.dir.Person(id, on)
	return p
}

// row is a person's day at m, whose entry is the zero one without a clocking, and whose
// correction is nil without one that counts.
func (k book) row(id timesheet.EmployeeID, on timesheet.Day, e timesheet.Entry, c *timesheet.Correction, m timesheet.Moment) Row {
	p := k.person(id, on)
	return Row{Person: p, Entry: e, Correction: c, Work: k.work.Evaluate(e, c, p, on, k.days.For(id), m)}
}

func (b *Boards) book() (book, error) {
	work, dir := b.o.Rules()
	k := book{b.o.DayRules(), work, dir}
	if k.days == nil || k.work == nil {
		return book{}, timesheet.NewError(timesheet.Unavailable, "read rules", errUnread)
	}
	return k, nil
}

var errUnread = errors.New("the day rules or the work rules aren't read yet")
