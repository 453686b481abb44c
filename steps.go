package timesheet

import (
	"fmt"
	"time"
)

func (x *trace) kind(v *evaluation, r *WorkRules, p Person) {
	if x == nil {
		return
	}
	kind := "a work day"
	if v.Marks.Has(MarkDayOff) {
		kind = "no work day"
	}
	hours := ""
	if h := v.terms.Hours; v.due && (h.Start != 0 || h.End != 0) {
		hours = fmt.Sprintf(", %s–%s", h.Start, h.End)
	}
	x.say("work_days", "%v %v is %s of schedule %s%s", weekday(v.Day), v.Day, kind, v.terms.schedule, hours)
	if length := v.frame.end.Sub(v.frame.begin); length != 24*time.Hour {
		x.say("day", "the day has %s", FormatDuration(length))
	}
	if h, ok := r.Holiday(p.Schedule, v.Day); ok {
		x.say("holidays", "holiday %s: nothing is expected", h.Name)
	}
	if l, ok := r.Leave(p.Employee, v.Day); ok {
		x.say("leave", "leave %s, %v to %v: nothing is expected", l.Name, l.From, l.To)
	}
	if p.Unlisted {
		x.say("unlisted", "the directory doesn't list %s on this day: nothing is expected", p.Employee)
	}
}

func (x *trace) misfit(v *evaluation) {
	if x != nil {
		h, boundary := v.terms.Hours, NewTimeOfDay(0, 0)+TimeOfDay(v.frame.step.rule.Boundary/time.Minute)
		x.say("start", "start %v and end %v don't count: on a day that begins at %v the end comes first; give the employee another day boundary", h.Start, h.End, boundary)
	}
}

func (x *trace) none(v *evaluation) {
	if x == nil {
		return
	}
	text := map[Status]string{
		StatusOnLeave: "no clocking: on leave", StatusHoliday: "no clocking: holiday", StatusDayOff: "no clocking: day off",
		StatusAbsent: "no clocking, and the day is settled: absent", StatusExpected: "no clocking yet",
	}
	x.say("status", "%s", text[v.Status])
	x.expected(v)
}

func (x *trace) expected(v *evaluation) {
	x.say("expected", "expected %s", FormatDuration(v.Expected))
}

func (x *trace) clockings(v *evaluation, e Entry) {
	if x == nil {
		return
	}
	x.say("clock_in", "in %s", v.clock(v.ClockIn))
	switch {
	case v.ClockOut != 0:
		x.say("clock_out", "out %s", v.clock(v.ClockOut))
	case v.Marks.Has(MarkDoubleTouch):
		x.say("min_in_out_gap", "%s is no clock-out: less than %s after the clock-in", v.clock(e.Latest), FormatDuration(v.terms.MinInOutGap))
	case v.saidIn || v.saidOut:
		x.say("clock_out", "no clock-out after it")
	default:
		x.say("clock_out", "no clock-out: one clocking only")
	}
	if v.Marks.Has(MarkAmbiguousTime) {
		x.say("daylight_saving", "a clocking's time was shown twice by the clocks: the earlier counts")
	}
	if v.Marks.Has(MarkNonexistentTime) {
		x.say("daylight_saving", "a clocking's time was skipped by the clocks: it was moved forward")
	}
}

func (x *trace) late(v *evaluation) {
	if x == nil || v.start == 0 {
		return
	}
	switch after, h := v.ClockIn.Sub(v.start), v.terms.Hours; {
	case v.Late > 0:
		x.say("late", "late by %s: start %s, grace %s", FormatDuration(v.Late), h.Start, FormatDuration(h.LateGrace))
	case after > 0:
		x.say("late_grace", "%s after start %s is within the grace of %s", FormatDuration(after), h.Start, FormatDuration(h.LateGrace))
	}
}

func (x *trace) presumed(v *evaluation) {
	if x != nil && v.Marks.Has(MarkPresumedPresent) {
		x.say("presumed_present", "presumed present: no clocking since that could be a clock-out")
	}
}

func (x *trace) waiting(v *evaluation) {
	if x == nil {
		return
	}
	if v.Status == StatusOpen {
		x.say("max_shift", "open until %s", v.clock(v.limit))
	} else {
		x.say("max_shift", "clock-out missing since %s: worked time is not known", v.clock(v.limit))
	}
	switch {
	case v.outAlone:
		x.say("missing_in", "it was set as the clock-out, and there is no clock-in")
	case v.Marks.Has(MarkMissingIn):
		x.say("missing_in", "later than the shift's middle, %s: it may be a clock-out", v.clock(v.middle))
	}
	x.expected(v)
}

func (x *trace) settled(v *evaluation) {
	switch {
	case x == nil:
	case !v.Provisional:
		x.say("settled", "settled")
	case v.moment.SettledThrough < v.frame.end:
		x.say("settled", "provisional until the source has brought all up to %s", v.clock(v.frame.end))
	default:
		x.say("settled", "provisional until %s", v.clock(v.frame.end.Add(max(0, v.terms.SettleAfter))))
	}
}

func (x *trace) corrected(v *evaluation, entry Entry, c *Correction) {
	if x == nil {
		return
	}
	said := func(at Instant) string {
		if at == 0 {
			return "none"
		}
		return v.clock(at)
	}
	text := ""
	if c.ClockIn != 0 {
		text += fmt.Sprintf(", clock-in %s (the clockings: %s)", v.clock(c.ClockIn), said(entry.Earliest))
	}
	if c.ClockOut != 0 {
		text += fmt.Sprintf(", clock-out %s (the clockings: %s)", v.clock(c.ClockOut), said(entry.Latest))
	}
	if c.Remark != "" {
		text += fmt.Sprintf(", remark %q", c.Remark)
	}
	x.say("correction", "corrected by %s%s: %s", c.Actor, text, c.Reason)
	if c.Review(entry) {
		x.say("review", "the clockings are others than whoever corrected saw: somebody should look again")
	}
}
