package timesheet

import (
	"fmt"
	"time"
)

// Forever is a moment after all others, to which any duration can be added.
const Forever Instant = 1 << 62

// Moment is when a day is looked at.
type Moment struct {
	Now Instant
	// SettledThrough is up to when the source is known to have brought everything;
	// Forever where none is read, 0 while nothing is known.
	SettledThrough Instant
}

// Workday is what the rules make of one employee's day at a moment. Times that are
// absent are 0; durations are differences of instants and never negative. It is
// comparable. Source: RULES.
type Workday struct {
	Employee EmployeeID
	Day      Day
	Marks    Marks
	Status   Status
	// Provisional says that the day isn't settled: what comes late may change it.
	Provisional bool

	ClockIn  Instant // 0: no clocking, nor a correction that sets one
	ClockOut Instant // 0: none that could be one

	// Gross is ClockOut − ClockIn, BreakTime what breaks took off it (or off the
	// rounded span), Worked the net that counts. They are absent, not 0, unless
	// Complete.
	Gross, BreakTime, Worked time.Duration
	// Expected is the net of one who clocks exactly at start and end; without hours
	// OvertimeDaily; 0 on holidays, leave, days off and for the unlisted.
	Expected time.Duration
	// Late and Early are by how much the clock-in is after start, and the clock-out
	// before end, where that is beyond the grace.
	Late, Early time.Duration
	// Overtime is the day's own; that of the week is in [WeekTotals].
	Overtime time.Duration
	// HolidayWorked is Worked where it was a holiday, leave, or no work day.
	HolidayWorked time.Duration

	// Next is the first moment after Moment.Now at which the same entry and the same
	// SettledThrough could give another Workday; 0: never again.
	Next Instant
}

// PersonDay is a person's day, and what the rules make of it.
type PersonDay struct {
	Person Person
	// Entry joins those of all badges of the person; the zero Entry where there is no
	// clocking.
	Entry Entry
	// Correction is the newest one of the day, nil for none; it may be withdrawn. It is
	// shared and never changed.
	Correction *Correction
	Work       Workday
}

// Complete tells whether there is a clock-out, without which worked time is absent.
func (w Workday) Complete() bool { return w.ClockOut != 0 }

// Status is what a day is, one of eight.
type Status uint8

// Without a clocking the first that holds of on leave, holiday, day off, absent and
// expected; leave comes first since it covers what lies in it. With one, whatever the
// day: open, missing out or complete. A time that a correction sets is one.
const (
	// StatusOnLeave says: no clocking, and leave.
	StatusOnLeave Status = iota + 1
	// StatusHoliday says: no clocking, and a holiday of the schedule.
	StatusHoliday
	// StatusDayOff says: no clocking, and no work day of the schedule, or nobody
	// that the directory lists.
	StatusDayOff
	// StatusAbsent says: no clocking on a work day, and it is settled.
	StatusAbsent
	// StatusExpected says: no clocking on a work day that isn't settled.
	StatusExpected
	// StatusOpen says: clocked in; a clock-out can still come, until MaxShift after
	// it or the day's end.
	StatusOpen
	// StatusMissingOut says: clocked in, and it is too late for a clock-out.
	StatusMissingOut
	// StatusComplete says: clock-in and clock-out, hence worked time.
	StatusComplete
)

func statusNames() [9]string {
	return [...]string{"", "on_leave", "holiday", "day_off", "absent", "expected", "open", "missing_out", "complete"}
}

// String is the status as the interface writes it, "on_leave" for one.
func (s Status) String() string {
	if names := statusNames(); int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// ParseStatus reads String. Its errors are Invalid.
func ParseStatus(s string) (Status, error) {
	for i, name := range statusNames() {
		if i > 0 && name == s {
			return Status(i), nil
		}
	}
	return 0, invalid("status", "%q is not one of on_leave, holiday, day_off, absent, expected, open, missing_out, complete", clip(s))
}

// MarshalText is String.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseStatus.
func (s *Status) UnmarshalText(b []byte) (err error) {
	*s, err = ParseStatus(string(b))
	return err
}
