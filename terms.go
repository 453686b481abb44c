package timesheet

import (
	"slices"
	"time"
)

// Off switches off a rule that has a default: a zero duration in Terms means the
// default, Off means that the rule doesn't apply.
const Off time.Duration = -1

// Terms are the numbers of a schedule in force from a day until the schedule's next
// Terms begin. A zero field means the default of RULES' table; [Terms.WithDefaults]
// says which. Durations are whole minutes, differences of instants: an hour that the
// clocks repeat counts twice. Source of each field: RULES, the row of its name.
type Terms struct {
	// From is the first day on which they are in force. A schedule's first Terms hold
	// from FirstDay on, whatever their From.
	From Day
	// WorkDays are those on which work is expected; 0 means Monday to Friday.
	WorkDays Weekdays
	// Hours are start and end with their graces; zero means none: nobody is late.
	Hours Hours
	// MinInOutGap is how far the latest clocking must lie after the earliest to be a
	// clock-out; 0 means 2 minutes, Off that any later clocking is one.
	MinInOutGap time.Duration
	// MaxShift is how long after a sole clocking a clock-out can come, and the span
	// beyond which a day is marked MarkLongSpan; 0 means 16 hours, Off that only the
	// day's end ends it.
	MaxShift time.Duration
	// Breaks are deducted from gross; none is the default.
	Breaks []Break
	// WorkedCap is the most that net can be; 0 (or Off) means that there is none.
	WorkedCap time.Duration
	// Rounding is off by default. At most one for each target; not total beside in
	// or out.
	Rounding []Rounding
	// HalfDayBelow and AbsentBelow mark a day whose net is below; 0 (or Off) is off.
	HalfDayBelow, AbsentBelow time.Duration
	// OvertimeDaily is the net beyond which a day has overtime; 0 means 8 hours, Off
	// that there is no daily overtime.
	OvertimeDaily time.Duration
	// CountBeforeStart says that time before Hours.Start can make overtime.
	CountBeforeStart bool
	// MinOvertime is the least daily overtime that counts; what is less is none.
	MinOvertime time.Duration
	// OvertimeWeekly is the net, without daily overtime, beyond which a week has
	// overtime; 0 means 40 hours, Off that there is no weekly overtime.
	OvertimeWeekly time.Duration
	// WeekStart is the one day on which weeks begin; 0 means Monday.
	WeekStart Weekdays
	// SettleAfter is how long after its end a day may still change by what comes
	// late; 0 means 1 hour, Off that it is settled when it ends.
	SettleAfter time.Duration
}

// Hours are the times between which work is expected on a work day.
type Hours struct {
	Start, End TimeOfDay // either may be none
	// LateGrace and EarlyGrace are how late one may come, and how early leave,
	// without a mark; beyond them all of it counts.
	LateGrace, EarlyGrace time.Duration
}

// Break is a deduction from gross: either by length or by the clock. Where a schedule
// has both kinds, the larger deduction counts, since Deduct is a total.
type Break struct {
	// After and Deduct: once gross passes After, Deduct is taken off in all (it is no
	// sum over the breaks before), but never so much that net would fall below After.
	After, Deduct time.Duration
	// From and To: what of the span lies between the two is taken off.
	From, To TimeOfDay
}

// Window tells whether b is one by the clock.
func (b Break) Window() bool { return b.From != 0 || b.To != 0 }

// RoundingTarget is what is rounded.
type RoundingTarget string

// The clock-in, the clock-out, or the net time.
const (
	RoundIn    RoundingTarget = "in"
	RoundOut   RoundingTarget = "out"
	RoundTotal RoundingTarget = "total"
)

// RoundingMode is where to.
type RoundingMode string

// To the multiple before, the nearest one (from the half on the next), the one after.
const (
	RoundDown    RoundingMode = "down"
	RoundNearest RoundingMode = "nearest"
	RoundUp      RoundingMode = "up"
)

// Rounding counts a time as a multiple of Interval: in and out on the site's wall
// clock, the total as a duration. Clock-in and clock-out are shown as they were.
type Rounding struct {
	Target   RoundingTarget
	Mode     RoundingMode
	Interval time.Duration // whole minutes that divide an hour
}

// WithDefaults is t with each zero field that has a default replaced by it.
func (t Terms) WithDefaults() Terms {
	fill := func(field *time.Duration, d time.Duration) {
		if *field == 0 {
			*field = d
		}
	}
	fill(&t.MinInOutGap, MinInOutGap)
	fill(&t.MaxShift, 16*time.Hour)
	fill(&t.OvertimeDaily, 8*time.Hour)
	fill(&t.OvertimeWeekly, 40*time.Hour)
	fill(&t.SettleAfter, time.Hour)
	if t.WorkDays == 0 {
		t.WorkDays = WeekdaysOf(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	}
	if t.WeekStart == 0 {
		t.WeekStart = WeekdaysOf(time.Monday)
	}
	for _, field := range []*time.Duration{&t.WorkedCap, &t.HalfDayBelow, &t.AbsentBelow, &t.MinOvertime, &t.Hours.LateGrace, &t.Hours.EarlyGrace} {
		if *field == Off {
			*field = 0
		}
	}
	return t
}

// Equal tells whether t and o mean the same, their From aside.
func (t Terms) Equal(o Terms) bool {
	t, o = t.WithDefaults(), o.WithDefaults()
	return t.WorkDays == o.WorkDays && t.Hours == o.Hours && t.MinInOutGap == o.MinInOutGap && t.MaxShift == o.MaxShift &&
		slices.Equal(t.Breaks, o.Breaks) && t.WorkedCap == o.WorkedCap && slices.Equal(t.Rounding, o.Rounding) &&
		t.HalfDayBelow == o.HalfDayBelow && t.AbsentBelow == o.AbsentBelow &&
		t.OvertimeDaily == o.OvertimeDaily && t.CountBeforeStart == o.CountBeforeStart && t.MinOvertime == o.MinOvertime &&
		t.OvertimeWeekly == o.OvertimeWeekly && t.WeekStart == o.WeekStart && t.SettleAfter == o.SettleAfter
}
