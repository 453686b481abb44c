package timesheet

import "time"

// evaluation is the making of one Workday.
type evaluation struct {
	Workday
	terms      *terms
	frame      frame
	moment     Moment
	due        bool    // work is expected: start, end and the rest of the hours count
	start, end Instant // of the hours; 0: none, or not due
	middle     Instant // between them; 0 unless there are both
	limit      Instant // from here on no clock-out is waited for
}

// Evaluate is the Workday of a person: what the rules make of entry (zero: no
// clocking) on day, as seen at a moment. cal is the person's calendar, p who the person
// is on that day. The entry is that of all badges of the person together. It is a pure
// function: the same arguments give the same Workday.
func (r *WorkRules) Evaluate(entry Entry, p Person, day Day, cal Calendar, m Moment) Workday {
	var v evaluation
	r.evaluate(&v, entry, p, day, cal, m, nil)
	return v.Workday
}

func (r *WorkRules) evaluate(v *evaluation, entry Entry, p Person, day Day, cal Calendar, m Moment, x *trace) {
	s := r.schedule(p.Schedule)
	v.Employee, v.Day, v.moment = p.Employee, day, m
	v.terms, v.frame = s.on(day), cal.frame(day)
	v.kind(r, s, p, x)
	v.hours(x)
	v.settle()
	if entry.IsZero() {
		v.none(x)
	} else {
		v.clockings(entry, x)
	}
	x.settled(v)
}

// kind finds whether work is due.
func (v *evaluation) kind(r *WorkRules, s *schedule, p Person, x *trace) {
	if !v.terms.WorkDays.Has(weekday(v.Day)) || v.frame.begin >= v.frame.end {
		v.Marks |= MarkDayOff
	}
	if len(s.holidays) > 0 {
		if _, ok := s.holidays[v.Day]; ok {
			v.Marks |= MarkHoliday
		}
	}
	if len(r.leave) > 0 {
		if _, ok := r.Leave(p.Employee, v.Day); ok {
			v.Marks |= MarkLeave
		}
	}
	if p.Unlisted {
		v.Marks |= MarkUnlisted
	}
	v.due = v.Marks&(MarkDayOff|MarkHoliday|MarkLeave|MarkUnlisted) == 0
	x.kind(v, r, p)
}

// weekday is Day.Weekday without the calendar: 1970-01-01 was a Thursday, and no
// Day of an entry is before it.
func weekday(d Day) time.Weekday { return time.Weekday((d + 4) % 7) }

// hours finds start, end and what is expected between them.
func (v *evaluation) hours(x *trace) {
	if !v.due {
		return
	}
	h := v.terms.Hours
	if h.Start != 0 {
		v.start = v.frame.at(h.Start)
	}
	if h.End != 0 {
		v.end = v.frame.at(h.End)
	}
	if h.Start != 0 && h.End != 0 {
		if v.start < v.end {
			v.middle = v.start + (v.end-v.start)/2
			v.Expected, _ = v.net2(v.start, v.end)
			return
		}
		v.Marks |= MarkMisfit
		v.start, v.end = 0, 0
		x.misfit(v)
	}
	v.Expected = max(0, v.terms.OvertimeDaily)
}

// net2 is the net of one who clocks exactly at the two.
func (v *evaluation) net2(in, out Instant) (net, breaks time.Duration) {
	in, out = v.ends(in, out, nil)
	return v.net(in, out, nil)
}

// settle finds whether the day is settled, and if not, when time alone will settle it.
func (v *evaluation) settle() {
	v.Provisional = true
	if v.moment.SettledThrough < v.frame.end {
		return
	}
	at := v.frame.end.Add(max(0, v.terms.SettleAfter))
	v.Provisional = v.moment.Now < at
	v.changesAt(at)
}

// changesAt says that the Workday may be another from at on.
func (v *evaluation) changesAt(at Instant) {
	if at > v.moment.Now && (v.Next == 0 || at < v.Next) {
		v.Next = at
	}
}

// none is the status of a day without clockings.
func (v *evaluation) none(x *trace) {
	switch {
	case v.Marks.Has(MarkLeave):
		v.Status = StatusOnLeave
	case v.Marks.Has(MarkHoliday):
		v.Status = StatusHoliday
	case !v.due:
		v.Status = StatusDayOff
	case v.Provisional:
		v.Status = StatusExpected
	default:
		v.Status = StatusAbsent
	}
	x.none(v)
}

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
	case span >= gap:
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
	if v.ClockOut != 0 && (v.middle == 0 || v.ClockOut >= v.middle) {
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
	if v.middle != 0 && v.ClockIn > v.middle {
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
