package timesheet

import "time"

// clockings is what follows from the earliest and the latest.
func (v *evaluation) clockings(e Entry, x *trace) {
	if e.Flags&AmbiguousTime != 0 {
		v.Marks |= MarkAmbiguousTime
	}
	if e.Flags&NonexistentTime != 0 {
		v.Marks |= MarkNonexistentTime
	}
	v.ClockIn = e.Earliest
	gap := max(v.terms.MinInOutGap, time.Millisecond) // Off: any later one
	switch span := e.Latest.Sub(e.Earliest); {
	case span >= gap || span > 0 && v.saidOut:
		v.ClockOut = e.Latest
	case span > 0:
		v.Marks |= MarkDoubleTouch
	}
	v.limit = v.frame.end
	if v.terms.MaxShift != Off {
		v.limit = min(v.limit, v.ClockIn.Add(v.terms.MaxShift))
	}
	x.clockings(v, e)
	v.late(x)
	v.presume(x)
	if v.ClockOut == 0 {
		v.waiting(x)
		return
	}
	v.Status = StatusComplete
	v.worked(x)
}

// late judges the clock-in.
func (v *evaluation) late(x *trace) {
	if v.start != 0 && v.ClockIn > v.start.Add(v.terms.Hours.LateGrace) {
		v.Late = v.ClockIn.Sub(v.start)
		v.Marks |= MarkLate
	}
	x.late(v)
}

// presume finds who is presumed to be there: on the day that now is, nothing since the
// clock-in that could be a clock-out.
func (v *evaluation) presume(x *trace) {
	if v.ClockOut != 0 && (v.saidOut || v.middle == 0 || v.ClockOut >= v.middle) {
		return
	}
	if v.frame.begin <= v.moment.Now && v.moment.Now < v.limit {
		v.Marks |= MarkPresumedPresent
	}
	v.changesAt(v.frame.begin)
	v.changesAt(v.limit)
	x.presumed(v)
}

// waiting is the status without a clock-out.
func (v *evaluation) waiting(x *trace) {
	v.Status = StatusOpen
	if v.moment.Now >= v.limit {
		v.Status = StatusMissingOut
		v.Marks |= MarkMissingOut
	}
	if v.outAlone || !v.saidIn && v.middle != 0 && v.ClockIn > v.middle {
		v.Marks |= MarkMissingIn
	}
	x.waiting(v)
}

// worked is what a clock-out makes known.
func (v *evaluation) worked(x *trace) {
	v.Gross = v.ClockOut.Sub(v.ClockIn)
	if v.terms.MaxShift != Off && v.Gross > v.terms.MaxShift {
		v.Marks |= MarkLongSpan
	}
	x.gross(v)
	in, out := v.ends(v.ClockIn, v.ClockOut, x)
	v.Worked, v.BreakTime = v.net(in, out, x)
	x.netTime(v)
	if v.Marks&(MarkHoliday|MarkLeave|MarkDayOff) != 0 {
		v.HolidayWorked = v.Worked
		x.holidayWorked(v)
	}
	if v.due && !v.Marks.Has(MarkPresumedPresent) {
		v.early(x)
		v.short(x)
	}
	v.overtime(in, out, x)
}

// early judges the clock-out.
func (v *evaluation) early(x *trace) {
	if v.end != 0 && v.ClockOut < v.end.Add(-v.terms.Hours.EarlyGrace) {
		v.Early = v.end.Sub(v.ClockOut)
		v.Marks |= MarkEarlyLeave
	}
	x.early(v)
}

// short marks days of little work.
func (v *evaluation) short(x *trace) {
	switch {
	case v.Worked < v.terms.AbsentBelow:
		v.Marks |= MarkBelowAbsent
	case v.Worked < v.terms.HalfDayBelow:
		v.Marks |= MarkHalfDay
	default:
		return
	}
	x.short(v)
}

// overtime is that of the day. Time before start counts where the terms say so; what
// else would have counted had the employee come at start is left as it is.
func (v *evaluation) overtime(in, out Instant, x *trace) {
	if v.terms.OvertimeDaily == Off {
		return
	}
	net := v.Worked
	if !v.terms.CountBeforeStart && in < v.start {
		net, _ = v.net(v.start, out, nil)
	}
	over := net - v.terms.OvertimeDaily
	if over > 0 && over >= v.terms.MinOvertime {
		v.Overtime = over
	}
	x.overtime(v, net, over)
}
