package timesheet

import (
	"errors"
	"fmt"
	"time"
)

// Clocking is one row of a machine: who touched it, and when.
type Clocking struct {
	Employee EmployeeID
	At       Timestamp
}

// MaxAhead is how far in the future a clocking may lie: device clocks differ.
// Source: RULES, quarantine.
const MaxAhead = 5 * time.Minute

// earliestWall is 2000-01-01T00:00: device clocks that were reset show less.
// Source: RULES, quarantine.
const earliestWall = Wall(FirstDay+1) * msPerDay

// Entry is the entry that c makes alone, under the day rules r. fed says who
// brings it: 0 for the clocking view, Direct for everybody else. A time before
// 2000-01-01 on the site's wall, or more than MaxAhead after now, is Invalid.
func (r *DayRules) Entry(c Clocking, fed Flags, now Instant) (Entry, error) {
	cal := r.For(c.Employee)
	at, flags := cal.Instant(c.At)
	if at > now.Add(MaxAhead) {
		return Entry{}, implausible(at, cal, "lies in the future; check the machine's clock")
	}
	if at < FirstDay.midnightUTC() || cal.Wall(at) < earliestWall { // the wall of the former can overflow
		return Entry{}, implausible(at, cal, "lies before 2000-01-01; check the machine's clock")
	}
	return Entry{Employee: c.Employee, Day: cal.Day(at), Earliest: at, Latest: at, Flags: flags | fed}, nil
}

func implausible(at Instant, cal Calendar, reason string) error {
	if at < -62_135_596_800_000 || at > 253_402_300_799_999 { // years that RFC 3339 can't write
		return NewError(Invalid, "clocked_at", errors.New("it "+reason))
	}
	return NewError(Invalid, "clocked_at", fmt.Errorf("%s %s", at.Format(cal.Location(cal.Day(at))), reason))
}
