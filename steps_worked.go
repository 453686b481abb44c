package timesheet

import "time"

func (x *trace) gross(v *evaluation) {
	if x == nil {
		return
	}
	x.now(v.Gross, saysGross, v.Gross)
	if v.Marks.Has(MarkLongSpan) {
		x.say(saysLongSpan, v.terms.MaxShift)
	}
}

func (x *trace) rounded(v *evaluation, from, to Instant, r Rounding, net time.Duration) {
	if x != nil && from != to {
		x.now(max(0, net), r.says(), v.clock(from), v.clock(to), int(r.Interval.Minutes()))
	}
}

func (x *trace) roundedTotal(before, after time.Duration, r Rounding) {
	if x != nil && before != after {
		x.now(after, r.says(), before, after, int(r.Interval.Minutes()))
	}
}

func (r Rounding) says() sentence {
	s := map[RoundingTarget]sentence{RoundIn: saysInDown, RoundOut: saysOutDown, RoundTotal: saysTotalDown}[r.Target]
	return s + map[RoundingMode]sentence{RoundNearest: 1, RoundUp: 2}[r.Mode]
}

func (x *trace) tier(span, taken time.Duration, b Break, windows time.Duration) {
	x.now(span-taken, saysBreakAfter, b.After, -taken)
	if taken < b.Deduct {
		x.say(saysBreakPart, b.Deduct, b.After)
	}
	if windows > 0 {
		x.say(saysBreakInstead, windows)
	}
}

func (x *trace) windows(v *evaluation, in, out Instant, span time.Duration) {
	for _, b := range v.terms.windows {
		if d := v.window(in, out, b); d > 0 {
			span -= d
			x.now(span, saysBreakWindow, b.From, b.To, -d)
		}
	}
}

func (x *trace) capped(net, most time.Duration) {
	if x != nil {
		x.now(most, saysCap, most, most-net)
	}
}

func (x *trace) netTime(v *evaluation) {
	if x != nil {
		x.say(saysNet, v.Worked)
		x.expected(v)
	}
}

func (x *trace) holidayWorked(v *evaluation) {
	if x != nil {
		x.say(saysHolidayWorked, v.HolidayWorked)
	}
}

func (x *trace) early(v *evaluation) {
	if x == nil || v.end == 0 {
		return
	}
	switch before, h := v.end.Sub(v.ClockOut), v.terms.Hours; {
	case v.Early > 0:
		x.say(saysEarly, v.Early, h.End, h.EarlyGrace)
	case before > 0:
		x.say(saysEarlyGrace, before, h.End, h.EarlyGrace)
	}
}

func (x *trace) short(v *evaluation) {
	switch {
	case x == nil:
	case v.Marks.Has(MarkBelowAbsent):
		x.say(saysBelowAbsent, v.terms.AbsentBelow)
	default:
		x.say(saysHalfDay, v.terms.HalfDayBelow)
	}
}

func (x *trace) overtime(v *evaluation, net, over time.Duration) {
	if x == nil || over <= 0 && net == v.Worked {
		return
	}
	limit, start := v.terms.OvertimeDaily, v.terms.Hours.Start
	if net != v.Worked && v.Worked > limit {
		x.say(saysBeforeStart, v.Worked-net, start)
	}
	switch {
	case v.Overtime > 0:
		x.say(saysOvertime, v.Overtime, limit)
	case over > 0:
		x.say(saysMinOvertime, over, limit, v.terms.MinOvertime)
	case v.Worked > limit:
		x.say(saysNoOvertime, limit)
	}
}
