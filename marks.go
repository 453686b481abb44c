package timesheet

import (
	"iter"
	"math/bits"
)

// Marks are what is worth noticing of a day, any number of them.
type Marks uint32

// The order is the one in which they are listed, and is no part of any contract: the
// names are.
const (
	// MarkLate says: clocked in after start and its grace.
	MarkLate Marks = 1 << iota
	// MarkEarlyLeave says: clocked out before end less its grace, and isn't presumed
	// to have come back.
	MarkEarlyLeave
	// MarkHalfDay says: net is below HalfDayBelow, not below AbsentBelow.
	MarkHalfDay
	// MarkBelowAbsent says: net is below AbsentBelow.
	MarkBelowAbsent
	// MarkMissingOut says: the status is missing out.
	MarkMissingOut
	// MarkMissingIn is a hint: the sole clocking is later than the shift's middle, so
	// that it may be a clock-out; or a correction sets a clock-out, and there is nothing else.
	MarkMissingIn
	// MarkDoubleTouch says: there is a later clocking, too close to be a clock-out.
	MarkDoubleTouch
	// MarkLongSpan says: clock-out is more than MaxShift after clock-in.
	MarkLongSpan
	// MarkPresumedPresent says: clocked in today, and no clocking since that could be
	// a clock-out, nor one that a correction sets. Earliest and latest alone can't know more.
	MarkPresumedPresent
	// MarkAmbiguousTime says: a clocking's local time was shown twice; the earlier counts.
	MarkAmbiguousTime
	// MarkNonexistentTime says: a clocking's local time was skipped by the clocks; it
	// was moved forward.
	MarkNonexistentTime
	// MarkHoliday says: the schedule has a holiday.
	MarkHoliday
	// MarkLeave says: the employee has leave.
	MarkLeave
	// MarkDayOff says: it is no work day of the schedule, or a date that the clocks
	// left out altogether.
	MarkDayOff
	// MarkUnlisted says: there is a directory, which doesn't list the employee on that day.
	MarkUnlisted
	// MarkMisfit says: the schedule's start is not before its end on a day that begins
	// where the day rule says (22:00–06:00 on days from midnight), so neither counts.
	MarkMisfit
	// MarkCorrected says: a correction sets the clock-in or the clock-out, or remarks
	// something.
	MarkCorrected
	// MarkReview says: the clockings are others than those that whoever corrected saw.
	MarkReview

	markEnd
)

func markNames() [18]string {
	return [...]string{
		"late", "early_leave", "half_day", "below_absent", "missing_out", "missing_in", "double_touch", "long_span",
		"presumed_present", "ambiguous_time", "nonexistent_time", "holiday", "leave", "day_off", "unlisted", "schedule_misfit",
		"corrected", "review",
	}
}

// Has tells whether all of other are in m.
func (m Marks) Has(other Marks) bool { return m&other == other }

// Names are the marks as the interface writes them, "early_leave" for one.
func (m Marks) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		names := markNames()
		for m &= markEnd - 1; m != 0; m &= m - 1 {
			if !yield(names[bits.TrailingZeros32(uint32(m))]) {
				return
			}
		}
	}
}

// ParseMark is the mark of a name. Its errors are Invalid.
func ParseMark(name string) (Marks, error) {
	for i, n := range markNames() {
		if n == name {
			return 1 << i, nil
		}
	}
	return 0, invalid("mark", "%q is no mark of a day such as late", clip(name))
}
