package timesheet

import "fmt"

// Closing says that a month is closed: from then on its figures are those that were
// paid, whatever changes later.
type Closing struct {
	Series // of its records, each a PaidMonth
	At     Instant
	By     string // who closed it
	// Employees is whose figures were frozen, those included that were erased since.
	Employees int
	Rules     string // the digest of the rules and the directory by which it was closed
}

// PaidMonth is a person's closed month, as it was paid: nothing of it depends on
// anything that may have changed since.
type PaidMonth struct {
	Person Person // on the last of Days on which somebody was listed
	// Days are those of the month, ascending: all of them, or those that may be shown.
	// Each has its entry, the correction that was the newest, and figures by value; the
	// person's Schedule is by name also where it was the default one.
	Days   []PersonDay
	Weeks  []PaidWeek // those that end in the month, of the days that may be shown
	Totals Totals     // of Days, with the overtime of Weeks
	// Calendar is by what the days were cut, and their times are shown.
	Calendar *DayRules
}

// PaidWeek is a week that ends in a closed month.
type PaidWeek struct {
	Week     Week
	From, To Day // both included
	Totals   Totals
}

// Adjustment is one change of a person's day in a closed month. Those of one day come in
// the order of their causes and of the corrections' Seq; each begins as the one before
// ended, so that all of them lead from what was paid to what holds now.
type Adjustment struct {
	Person Person
	Day    Day
	Cause  AdjustmentCause
	Detail string // in plain English
	// Correction is which one it was; nil for another cause. It is shared and never
	// changed.
	Correction    *Correction
	Before, After Workday // settled; their Next is 0
}

// AdjustmentCause says what changed.
type AdjustmentCause uint8

const (
	// CauseRules says: the work rules or the directory are others.
	CauseRules AdjustmentCause = iota + 1
	// CauseClockings says: the day's clockings are others.
	CauseClockings
	// CauseCorrection says: somebody corrected the day.
	CauseCorrection
)

// String is the cause as the interface writes it, "clockings" for one.
func (c AdjustmentCause) String() string {
	switch c {
	case CauseRules:
		return "rules"
	case CauseClockings:
		return "clockings"
	case CauseCorrection:
		return "correction"
	}
	return fmt.Sprintf("cause(%d)", uint8(c))
}
