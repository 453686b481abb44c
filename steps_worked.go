package timesheet

import (
	"fmt"
	"time"
)

func (x *trace) gross(v *evaluation) {
	if x == nil {
		return
	}
	x.now(v.Gross, "gross", "gross %s", FormatDuration(v.Gross))
	if v.Marks.Has(MarkLongSpan) {
		x.say("max_shift", "long span: more than %s", FormatDuration(v.terms.MaxShift))
	}
}

func (x *trace) rounded(v *evaluation, from, to Instant, r Rounding, net time.Duration) {
	if x != nil && from != to {
		x.now(max(0, net), "rounding", "%s %s counts as %s (%s)", r.Target, v.clock(from), v.clock(to), r)
	}
}

// String is the rounding in words.
func (r Rounding) String() string {
	if r.Mode == RoundNearest {
		return fmt.Sprintf("nearest %v", shortMinutes(r.Interval))
	}
	return fmt.Sprintf("%s to %v", r.Mode, shortMinutes(r.Interval))
}

func shortMinutes(d time.Duration) string { return fmt.Sprintf("%dm", int(d.Minutes())) }

func (x *trace) roundedTotal(before, after time.Duration, r Rounding) {
	if x != nil && before != after {
		x.now(after, "rounding", "total %s counts as %s (%s)", FormatDuration(before), FormatDuration(after), r)
	}
}

func (x *trace) tier(span, taken time.Duration, b Break, windows time.Duration) {
	instead := ""
	if windows > 0 {
		instead = fmt.Sprintf(", instead of %s by the clock", FormatDuration(windows))
	}
	if taken < b.Deduct {
		instead += fmt.Sprintf(" (of %s: no further than %s)", FormatDuration(b.Deduct), FormatDuration(b.After))
	}
	x.now(span-taken, "break", "break after %s %s%s", FormatDuration(b.After), FormatDuration(-taken), instead)
}

func (x *trace) windows(v *evaluation, in, out Instant, span time.Duration) {
	for _, b := range v.terms.windows {
		if d := v.window(in, out, b); d > 0 {
			span -= d
			x.now(span, "break", "break %s–%s %s", b.From, b.To, FormatDuration(-d))
		}
	}
}

func (x *trace) capped(net, most time.Duration) {
	if x != nil {
		x.now(most, "worked_cap", "cap %s %s", FormatDuration(most), FormatDuration(most-net))
	}
}

func (x *trace) netTime(v *evaluation) {
	if x != nil {
		x.say("net", "net %s", FormatDuration(v.Worked))
		x.expected(v)
	}
}

func (x *trace) holidayWorked(v *evaluation) {
	if x != nil {
		x.say("holiday_worked", "holiday worked %s", FormatDuration(v.HolidayWorked))
	}
}

func (x *trace) early(v *evaluation) {
	if x == nil || v.end == 0 {
		return
	}
	switch before, h := v.end.Sub(v.ClockOut), v.terms.Hours; {
	case v.Early > 0:
		x.say("early_leave", "left early by %s: end %s, grace %s", FormatDuration(v.Early), h.End, FormatDuration(h.EarlyGrace))
	case before > 0:
		x.say("early_grace", "%s before end %s is within the grace of %s", FormatDuration(before), h.End, FormatDuration(h.EarlyGrace))
	}
}

func (x *trace) short(v *evaluation) {
	switch {
	case x == nil:
	case v.Marks.Has(MarkBelowAbsent):
		x.say("absent_below", "counts as absent: below %s", FormatDuration(v.terms.AbsentBelow))
	default:
		x.say("half_day_below", "half day: below %s", FormatDuration(v.terms.HalfDayBelow))
	}
}

func (x *trace) overtime(v *evaluation, net, over time.Duration) {
	if x == nil || over <= 0 && net == v.Worked {
		return
	}
	before := ""
	if net != v.Worked {
		before = fmt.Sprintf(" (%s before start %s don't count)", FormatDuration(v.Worked-net), v.terms.Hours.Start)
	}
	limit := FormatDuration(v.terms.OvertimeDaily)
	switch {
	case v.Overtime > 0:
		x.say("overtime_daily", "overtime %s above %s%s", FormatDuration(v.Overtime), limit, before)
	case over > 0:
		x.say("min_overtime", "no overtime: %s above %s%s is less than %s", FormatDuration(over), limit, before, FormatDuration(v.terms.MinOvertime))
	case v.Worked > v.terms.OvertimeDaily:
		x.say("count_before_start", "no overtime above %s%s", limit, before)
	}
}
