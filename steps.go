package timesheet

import "time"

func (x *trace) kind(v *evaluation, r *WorkRules, p Person) {
	if x == nil {
		return
	}
	what := saysWorkDay
	about := []any{weekday(v.Day), v.Day, v.terms.schedule}
	h := v.terms.Hours
	switch {
	case v.Marks.Has(MarkDayOff):
		what = saysDayOff
	case !v.due || h.Start == 0 && h.End == 0:
	case h.End == 0:
		what, about = saysWorkDayStart, append(about, h.Start)
	case h.Start == 0:
		what, about = saysWorkDayEnd, append(about, h.End)
	default:
		what, about = saysWorkDayHours, append(about, h.Start, h.End)
	}
	x.say(what, about...)
	if length := v.frame.end.Sub(v.frame.begin); length != 24*time.Hour {
		x.say(saysDayLength, length)
	}
	if h, ok := r.Holiday(p.Schedule, v.Day); ok {
		x.say(saysHoliday, h.Name)
	}
	if l, ok := r.Leave(p.Employee, v.Day); ok {
		x.say(saysLeave, l.Name, l.From, l.To)
	}
	if p.Unlisted {
		x.say(saysUnlisted, p.Employee)
	}
}

func (x *trace) misfit(v *evaluation) {
	if x != nil {
		h, boundary := v.terms.Hours, NewTimeOfDay(0, 0)+TimeOfDay(v.frame.step.rule.Boundary/time.Minute)
		x.say(saysMisfit, h.Start, h.End, boundary)
	}
}

func (x *trace) none(v *evaluation) {
	if x == nil {
		return
	}
	x.say(map[Status]sentence{
		StatusOnLeave: saysOnLeave, StatusHoliday: saysNoneHoliday, StatusDayOff: saysNoneDayOff,
		StatusAbsent: saysAbsent, StatusExpected: saysNoneYet,
	}[v.Status])
	x.expected(v)
}

func (x *trace) expected(v *evaluation) {
	x.say(saysExpected, v.Expected)
}

func (x *trace) clockings(v *evaluation, e Entry) {
	if x == nil {
		return
	}
	x.say(saysIn, v.clock(v.ClockIn))
	switch {
	case v.ClockOut != 0:
		x.say(saysOut, v.clock(v.ClockOut))
	case v.Marks.Has(MarkDoubleTouch):
		x.say(saysDoubleTouch, v.clock(e.Latest), v.terms.MinInOutGap)
	case v.saidIn || v.saidOut:
		x.say(saysNoOut)
	default:
		x.say(saysOneOnly)
	}
	if v.Marks.Has(MarkAmbiguousTime) {
		x.say(saysAmbiguous)
	}
	if v.Marks.Has(MarkNonexistentTime) {
		x.say(saysNonexistent)
	}
}

func (x *trace) late(v *evaluation) {
	if x == nil || v.start == 0 {
		return
	}
	switch after, h := v.ClockIn.Sub(v.start), v.terms.Hours; {
	case v.Late > 0:
		x.say(saysLate, v.Late, h.Start, h.LateGrace)
	case after > 0:
		x.say(saysLateGrace, after, h.Start, h.LateGrace)
	}
}

func (x *trace) presumed(v *evaluation) {
	if x != nil && v.Marks.Has(MarkPresumedPresent) {
		x.say(saysPresumed)
	}
}

func (x *trace) waiting(v *evaluation) {
	if x == nil {
		return
	}
	if v.Status == StatusOpen {
		x.say(saysOpen, v.clock(v.limit))
	} else {
		x.say(saysMissingOut, v.clock(v.limit))
	}
	switch {
	case v.outAlone:
		x.say(saysOutAlone)
	case v.Marks.Has(MarkMissingIn):
		x.say(saysMissingIn, v.clock(v.middle))
	}
	x.expected(v)
}

func (x *trace) settled(v *evaluation) {
	switch {
	case x == nil:
	case !v.Provisional:
		x.say(saysSettled)
	case v.moment.SettledThrough < v.frame.end:
		x.say(saysUnread, v.clock(v.frame.end))
	default:
		x.say(saysProvisional, v.clock(v.frame.end.Add(max(0, v.terms.SettleAfter))))
	}
}

func (x *trace) corrected(v *evaluation, entry Entry, c *Correction) {
	if x == nil {
		return
	}
	x.say(saysCorrected, c.Actor, c.Reason)
	x.set(v, c.ClockIn, entry.Earliest, saysCorrectedIn, saysCorrectedInAlone)
	x.set(v, c.ClockOut, entry.Latest, saysCorrectedOut, saysCorrectedOutAlone)
	if c.Remark != "" {
		x.say(saysRemark, c.Remark)
	}
	if c.Review(entry) {
		x.say(saysReview)
	}
}

// set says that a correction sets a time, and which clocking it stands for, if any.
func (x *trace) set(v *evaluation, at, clocked Instant, instead, alone sentence) {
	switch {
	case at == 0:
	case clocked == 0:
		x.say(alone, v.clock(at))
	default:
		x.say(instead, v.clock(at), v.clock(clocked))
	}
}
