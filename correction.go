package timesheet

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Correction is what somebody who may says about a day: an overlay, beside which the
// clockings stay what they are. Each day of an employee has a history of them, to which
// the store only ever appends; the one with the highest Seq counts, alone. It is comparable.
type Correction struct {
	Employee EmployeeID
	Day      Day
	// Seq is 1 for the first correction of this employee and day, and grows by one. The
	// store gives it, atomically, so that it is the same on every instance.
	Seq uint64

	// Withdrawn says that no correction counts any more; then the next three are absent.
	Withdrawn bool
	// ClockIn and ClockOut take the place of what the clockings say; 0: those count.
	ClockIn, ClockOut Instant
	Remark            string // for all who see the day; at most MaxRemark characters

	Reason string  // why, 1 to MaxRemark characters
	Actor  string  // who, 1 to MaxActor characters
	At     Instant // when
	// Key makes sending again harmless: the store keeps one correction of each key of an
	// employee and day. 1 to MaxKey characters, or "" for none.
	Key string

	// SeenEarliest and SeenLatest are what the clockings said to the one who corrected;
	// 0: there were none.
	SeenEarliest, SeenLatest Instant
}

// Bounds of a correction's texts, in characters (Unicode code points).
const (
	MaxRemark = 500
	MaxActor  = 100
	MaxKey    = 200
)

// MaxCorrections is how many corrections a day of an employee can have.
const MaxCorrections = 1000

// Counts tells whether c says anything about its day: it isn't nil nor withdrawn.
func (c *Correction) Counts() bool { return c != nil && !c.Withdrawn && c.Seq > 0 }

// Review tells whether the clockings say something else by now than they did to the one
// who corrected, so that somebody should look again. entry is the day's, zero for none.
func (c *Correction) Review(entry Entry) bool {
	return c.Counts() && (entry.Earliest != c.SeenEarliest || entry.Latest != c.SeenLatest)
}

// Apply is the entry by which the rules work: entry with what c says in its place. A
// withdrawn or nil correction, or one of a remark alone, changes nothing.
func (c *Correction) Apply(entry Entry) Entry {
	if !c.Counts() || c.ClockIn == 0 && c.ClockOut == 0 {
		return entry
	}
	if entry.IsZero() {
		entry = Entry{Employee: c.Employee, Day: c.Day, Earliest: c.ClockIn, Latest: c.ClockIn}
		if c.ClockIn == 0 {
			entry.Earliest = c.ClockOut
		}
	}
	if c.ClockIn != 0 {
		entry.Earliest = c.ClockIn
	}
	if c.ClockOut != 0 {
		entry.Latest = c.ClockOut
	}
	if c.ClockIn != 0 && c.ClockOut != 0 {
		entry.Flags &^= AmbiguousTime | NonexistentTime // of clockings, none of which counts
	}
	entry.Latest = max(entry.Earliest, entry.Latest)
	return entry
}

// Same tells whether c and other say the same, by the same actor, whenever it was said:
// what the store asks of two corrections with one Key. What the clockings said doesn't
// matter.
func (c Correction) Same(other Correction) bool {
	c.Seq, c.At, c.SeenEarliest, c.SeenLatest = other.Seq, other.At, other.SeenEarliest, other.SeenLatest
	return c == other
}

// Validate tells whether a store can keep c, whatever its Seq. Its errors are Invalid.
// What only the calendar and the clock know is checked by Check.
func (c Correction) Validate() error {
	if id, err := ParseEmployeeID(string(c.Employee)); err != nil {
		return err
	} else if id != c.Employee {
		return invalidEmployee("it has spaces around it")
	}
	if c.Day < FirstDay || c.Day > LastDay {
		return invalid("day", "%d is outside %v to %v", c.Day, FirstDay, LastDay)
	}
	if c.Withdrawn && (c.ClockIn != 0 || c.ClockOut != 0 || c.Remark != "") {
		return invalid("correction", "one that is withdrawn sets nothing")
	}
	for _, at := range []Instant{c.ClockIn, c.ClockOut, c.SeenEarliest, c.SeenLatest} {
		if base := c.Day.midnightUTC(); at != 0 && (at < base.Add(-maxReach) || at > base.Add(maxReach)) {
			return invalid("correction", "a time is more than %v from its day %v", maxReach, c.Day)
		}
	}
	for _, text := range []struct {
		name, value string
		least, most int
	}{{"remark", c.Remark, 0, MaxRemark}, {"reason", c.Reason, 1, MaxRemark}, {"actor", c.Actor, 1, MaxActor}, {"Idempotency-Key", c.Key, 0, MaxKey}} {
		if err := checkText(text.name, text.value, text.least, text.most); err != nil {
			return err
		}
	}
	return nil
}

// checkText holds a text of a person against its bounds in characters.
func checkText(name, value string, least, most int) error {
	switch n := utf8.RuneCountInString(value); {
	case n < least:
		return invalid(name, "it is missing; say it in 1 to %d characters", most)
	case n > most:
		return invalid(name, "it has %d characters, at most %d are allowed", n, most)
	case !utf8.ValidString(value):
		return invalid(name, "it is not valid UTF-8")
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return invalid(name, "%q has a control character", clip(value))
	}
	return nil
}

// Check tells whether c can be true of its day: what it sets lies within the day as the
// employee's calendar has it, not after now, and a clock-out not before the clock-in that
// then counts, nor without one. entry is the day's, zero for none. Its errors are Invalid
// and name the field.
func (c Correction) Check(entry Entry, cal Calendar, now Instant) error {
	if c.Withdrawn {
		return nil
	}
	if c.ClockIn == 0 && c.ClockOut == 0 && c.Remark == "" {
		return invalid("set", "it sets nothing; give clock_in, clock_out or remark, or null to withdraw the correction")
	}
	begin, end := cal.Begin(c.Day), cal.Begin(c.Day+1)
	place := cal.Location(c.Day)
	for _, t := range []struct {
		name string
		at   Instant
	}{{"clock_in", c.ClockIn}, {"clock_out", c.ClockOut}} {
		switch {
		case t.at == 0:
		case t.at < begin || t.at >= end:
			return invalid(t.name, "%s lies outside the day %v, which is from %s to before %s", t.at.Format(place), c.Day, begin.Format(place), end.Format(place))
		case t.at > now:
			return invalid(t.name, "%s lies in the future", t.at.Format(place))
		}
	}
	if c.ClockOut != 0 && c.ClockIn == 0 && entry.IsZero() {
		return invalid("clock_in", "it is missing: there is no clocking on the day, so that a clock-out alone says nothing")
	}
	c.Seq = 1
	if in := c.Apply(entry).Earliest; c.ClockOut != 0 && c.ClockOut <= in {
		return invalid("clock_out", "%s is not after the clock-in, %s", c.ClockOut.Format(place), in.Format(place))
	}
	if c.ClockIn != 0 && c.ClockOut == 0 && !entry.IsZero() && c.ClockIn > entry.Latest {
		return invalid("clock_in", "%s is after the last clocking, %s; give clock_out as well", c.ClockIn.Format(place), entry.Latest.Format(place))
	}
	return nil
}

// AnySeq is expected by those who correct whatever was said before.
const AnySeq = ^uint64(0)

// Corrector keeps corrections, for all instances.
type Corrector interface {
	// Correct appends c, whose Seq is ignored, to the history of its employee and day,
	// and answers it as it is kept. expected is the Seq that the newest one must have (0:
	// there must be none), or AnySeq; else it is Conflict and changes nothing. Where the
	// history has one with the same non-empty Key, nothing is appended, expected doesn't
	// matter, and the answer is that one if it is the Same, else Conflict. A
	// day below the floor, or an employee under a tombstone, is NotFound. A history that
	// has MaxCorrections is Conflict. What is
	// kept is told by feeds (Corrected), in the same atomic step.
	Correct(ctx context.Context, c Correction, expected uint64) (Correction, error)
	// Corrections answers the whole histories of one employee from day to day, both
	// included, by day and Seq.
	Corrections(ctx context.Context, e EmployeeID, from, to Day) ([]Correction, error)
	// Corrected answers the newest correction of each employee and day from day to day,
	// both included, leaving out the withdrawn, at most limit (1 to MaxBoard) in an order
	// of the store's, beginning after the cursor ("" = from the start), and the cursor of
	// the rest ("" = none). One that is there from the first page to the last comes
	// exactly once.
	Corrected(ctx context.Context, from, to Day, after string, limit int) (cs []Correction, next string, err error)
}

// String names c for logs below info level and for tests.
func (c Correction) String() string {
	return fmt.Sprintf("correction %d of %s on %v", c.Seq, c.Employee, c.Day)
}
