package load

import (
	"fmt"
	"iter"

	"timesheet"
)

// Verification is what became of the comparison of a store with the oracle.
type Verification struct {
	Days    int     `json:"days"`
	Entries int     `json:"entries"` // that must be there
	Missing int     `json:"missing"` // acknowledged, and not there
	Wrong   int     `json:"wrong"`   // narrower than what was acknowledged, or wider than what was sent
	Extra   int     `json:"extra"`   // of employees of this run, on days without a clocking
	Open    int     `json:"open"`    // could be one of several, since answers were missing; not counted as wrong
	Seconds float64 `json:"seconds"`
	// Differences are the first maxDifferences.
	Differences []Difference `json:"differences"`
}

const maxDifferences = 10_000

// OK tells whether nothing is missing, wrong or too much.
func (v *Verification) OK() bool { return v.Missing+v.Wrong+v.Extra == 0 }

// Difference is an entry that isn't what it must be.
type Difference struct {
	Kind     string               `json:"kind"` // missing, wrong or extra
	Employee timesheet.EmployeeID `json:"employee_id"`
	Day      timesheet.Day        `json:"day"`
	Stored   string               `json:"stored"` // earliest to latest
	Want     string               `json:"want"`
}

// String is d on one line.
func (d Difference) String() string {
	return fmt.Sprintf("%-7s %s %v: stored %s, want %s", d.Kind, d.Employee, d.Day, d.Stored, d.Want)
}

// Compare holds entries that were read in another way than by Verify, in any order,
// against what is known. Nothing may be sent meanwhile.
func (o *Oracle) Compare(entries iter.Seq[Stored]) *Verification {
	v := &Verification{Differences: []Difference{}}
	days := make(map[int32]*comparison)
	for _, d := range o.known() {
		days[d] = o.compareDay(v, d)
	}
	for s := range entries {
		if c := days[int32(s.Day-o.w.From)]; c != nil {
			c.entry(s)
		}
	}
	for _, c := range days {
		c.end()
	}
	return v
}

// comparison holds one day's entries against the oracle's.
type comparison struct {
	oracle *Oracle
	v      *Verification
	day    int32
	cells  []cell
	seen   []bool // by employee
}

// compareDay begins a day. Nothing may be added to the oracle meanwhile.
func (o *Oracle) compareDay(v *Verification, day int32) *comparison {
	v.Days++
	return &comparison{oracle: o, v: v, day: day, cells: o.days[day], seen: make([]bool, o.w.Employees)}
}

// entry takes an entry of the store.
func (c *comparison) entry(s Stored) {
	day, employee, ok := c.oracle.locate(s)
	if !ok || day != c.day {
		return
	}
	c.seen[employee] = true
	cell := &c.cells[employee]
	earliest, latest := c.oracle.at(s.Earliest, s.Day), c.oracle.at(s.Latest, s.Day)
	stored := between(earliest, latest)
	if !cell.possible() {
		c.v.Extra++
		c.v.differ("extra", s.Employee, s.Day, stored, "nothing")
		return
	}
	if cell.acknowledged() {
		c.v.Entries++
	}
	if cell.earliest != cell.lowest || cell.latest != cell.highest {
		c.v.Open++
	}
	// Without an acknowledgement earliest and latest bound nothing from within.
	if earliest < cell.lowest || earliest > cell.earliest || latest > cell.highest || latest < cell.latest {
		c.v.Wrong++
		c.v.differ("wrong", s.Employee, s.Day, stored, cell.String())
	}
}

// end counts the acknowledged entries that didn't come.
func (c *comparison) end() {
	for i := range c.cells {
		cell := &c.cells[i]
		if c.seen[i] || !cell.acknowledged() {
			continue
		}
		c.v.Entries++
		c.v.Missing++
		id := timesheet.EmployeeID(c.oracle.names.bytes(int32(i)))
		c.v.differ("missing", id, c.oracle.w.From+timesheet.Day(c.day), "nothing", cell.String())
	}
}

func (v *Verification) differ(kind string, e timesheet.EmployeeID, d timesheet.Day, stored, want string) {
	if len(v.Differences) < maxDifferences {
		v.Differences = append(v.Differences, Difference{Kind: kind, Employee: e, Day: d, Stored: stored, Want: want})
	}
}

// String is what the entry must be.
func (c *cell) String() string {
	possible := between(c.lowest, c.highest)
	if !c.acknowledged() {
		return "none, or within " + possible
	}
	acknowledged := between(c.earliest, c.latest)
	if possible == acknowledged {
		return acknowledged
	}
	return acknowledged + ", perhaps up to " + possible
}

func between(from, to int32) string { return clock(from) + "–" + clock(to) }

// clock is ms after 00:00 as a clock shows it, with the sign of another day.
func clock(ms int32) string {
	const day = 86_400_000
	at, of := ms%day, ""
	if ms < 0 || ms >= day {
		at = (at + day) % day
		of = fmt.Sprintf("%+dd ", (int64(ms)-int64(at))/day)
	}
	s := fmt.Sprintf("%s%02d:%02d:%02d", of, at/3_600_000, at/60_000%60, at/1000%60)
	if at%1000 != 0 {
		s += fmt.Sprintf(".%03d", at%1000)
	}
	return s
}
