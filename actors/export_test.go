package actors

import "timesheet"

// OnVisit makes every employee actor call f when it gets a message; f may panic.
func (o Options) OnVisit(f func(timesheet.EmployeeID)) Options {
	o.visited = f
	return o
}

// PanicInShard makes all shards panic.
func (s *System) PanicInShard() { s.tell(&resume{parts: []*partition{nil}}) }
