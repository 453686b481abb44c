package actors

import (
	"maps"
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"timesheet"
)

// child is what the shard knows of an employee actor.
type child struct {
	id    timesheet.EmployeeID
	pid   *actor.PID
	pass  uint64     // of its last visit
	first int32      // its first entry in that pass
	last  int32      // its last one
	part  *partition // its employee's
	round uint64     // of part, in which it was visited last
	seen  uint64     // sweeps at its last visit
}

// sweepsPerIdle is how many sweeps there are in IdleAfter: a child is stopped at
// most a quarter late.
const sweepsPerIdle = 4

// sweep stops the children that were idle for IdleAfter and have nothing pending.
// The library's ReceiveTimeout isn't used: it has data races.
func (s *shard) sweep(ctx actor.Context) {
	s.sweeps++
	for _, c := range s.children {
		if s.sweeps-c.seen > sweepsPerIdle && !c.part.pending(c.round) {
			s.forget(c)
			s.sys.passivated.Add(1)
			ctx.Stop(c.pid)
		}
	}
	if len(s.children) < s.crowd/2 {
		s.shrink()
	}
}

// shrink gives back what many children took: maps and slices only grow.
func (s *shard) shrink() {
	children := make(map[timesheet.EmployeeID]*child, len(s.children))
	maps.Copy(children, s.children)
	s.children, s.crowd = children, len(children)
	s.touched, s.next, s.visit = nil, nil, visit{} // touched also holds children that are gone
}

// forget lets the next clocking of c's employee spawn another actor.
func (s *shard) forget(c *child) {
	if s.children[c.id] == c {
		delete(s.children, c.id)
		s.sys.employees.Add(-1)
	}
}

// child finds the actor of id, or spawns it under a number: its name may show in
// messages of the library, where an employee's id must not.
func (s *shard) child(id timesheet.EmployeeID) *child {
	if c, ok := s.children[id]; ok {
		return c
	}
	id = timesheet.EmployeeID(strings.Clone(string(id)))
	s.spawning = id
	c := &child{id: id, pid: s.sys.nursery.Spawn(s.props)}
	s.children[id] = c
	s.crowd = max(s.crowd, len(s.children))
	s.sys.employees.Add(1)
	return c
}

// produce makes the actor that child spawns, at once and on the same goroutine;
// so one Props serves all.
func (s *shard) produce() actor.Actor {
	return &employee{id: s.spawning, o: &s.sys.o}
}
