package load

import (
	"math"
	"sync"

	"timesheet"
)

// Oracle knows what entries must be: for each employee and day the earliest and latest
// clocking that was acknowledged and, beside it, of those that were sent without an
// answer and may be stored or not. It is safe for concurrent use.
type Oracle struct {
	w     Workload
	names *names

	mu   sync.Mutex
	days [][]cell // guarded by mu; by day and employee; nil for a day of which nothing is known
}

// cell is what is known of one entry, in milliseconds from 00:00 of its day by the
// clock on the wall. What was acknowledged is possible, too.
type cell struct {
	earliest, latest int32 // acknowledged; earliest > latest: nothing was
	lowest, highest  int32 // possible; lowest > highest: nothing was sent
}

var unknown = cell{math.MaxInt32, math.MinInt32, math.MaxInt32, math.MinInt32}

func (c *cell) acknowledged() bool { return c.earliest <= c.latest }
func (c *cell) possible() bool     { return c.lowest <= c.highest }

func (c *cell) acknowledge(at int32) {
	c.earliest, c.latest = min(c.earliest, at), max(c.latest, at)
	c.maybe(at)
}

func (c *cell) maybe(at int32) { c.lowest, c.highest = min(c.lowest, at), max(c.highest, at) }

// NewOracle knows nothing yet of the clockings of s.
func NewOracle(s *Stream) *Oracle { return newOracle(s.w, newNames(s.w)) }

func newOracle(w Workload, n *names) *Oracle {
	return &Oracle{w: w, names: n, days: make([][]cell, w.Days)}
}

// Acknowledge notes clockings that are durable: their entries must cover them.
func (o *Oracle) Acknowledge(cs []Clocking) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cs {
		o.day(c.Day)[c.Employee].acknowledge(c.Second * 1000)
	}
}

// Maybe notes clockings that were sent without an acknowledgement: their entries may
// cover them.
func (o *Oracle) Maybe(cs []Clocking) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cs {
		o.day(c.Day)[c.Employee].maybe(c.Second * 1000)
	}
}

// day are the cells of a day, made when first asked for. The caller holds mu.
func (o *Oracle) day(d int32) []cell {
	if o.days[d] == nil {
		cells := make([]cell, o.w.Employees)
		for i := range cells {
			cells[i] = unknown
		}
		o.days[d] = cells
	}
	return o.days[d]
}

// known are the days of which something is known, ascending.
func (o *Oracle) known() (days []int32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for d, cells := range o.days {
		if cells != nil {
			days = append(days, int32(d))
		}
	}
	return days
}

// Stored is an entry as a store has it, with the times as it shows them.
type Stored struct {
	Employee         timesheet.EmployeeID
	Day              timesheet.Day
	Earliest, Latest timesheet.Timestamp
}

// at is where t lies on day d, in milliseconds after its 00:00 on the wall.
func (o *Oracle) at(t timesheet.Timestamp, d timesheet.Day) int32 {
	wall, local := t.Local()
	if o.w.Zone != nil && !local {
		moment, _ := timesheet.Calendar{}.Instant(t)
		_, offset := noon(d, o.w.Zone).Zone()
		wall = timesheet.Wall(moment) + timesheet.Wall(offset)*1000
	}
	const day = 86_400_000
	ms := int64(wall) - int64(d)*day
	return int32(min(max(ms, math.MinInt32+1), math.MaxInt32-1))
}

// locate is which cell s belongs to; ok is false for what is not of this workload.
func (o *Oracle) locate(s Stored) (day, employee int32, ok bool) {
	employee, ok = o.names.index(s.Employee)
	day = int32(s.Day - o.w.From)
	return day, employee, ok && day >= 0 && int(day) < o.w.Days
}

// Adopt notes what stood in the store before anything was sent: it must still be
// covered afterwards.
func (o *Oracle) Adopt(s Stored) {
	day, employee, ok := o.locate(s)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	c := &o.day(day)[employee]
	c.acknowledge(o.at(s.Earliest, s.Day))
	c.acknowledge(o.at(s.Latest, s.Day))
}
