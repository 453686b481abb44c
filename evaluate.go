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
	saidIn     bool    // a correction sets the clock-in
	saidOut    bool    // a correction sets the clock-out
	outAlone   bool    // there is nothing but that clock-out
}

// Evaluate is the Workday of a person: what the rules make of entry (zero: no
// clocking) on day, as seen at a moment. cal is the person's calendar, p who the person
// is on that day. The entry is that of all badges of the person together, c the newest
// correction of the day, nil for none. It is a pure function: the same arguments give
// the same Workday.
func (r *WorkRules) Evaluate(entry Entry, c *Correction, p Person, day Day, cal Calendar, m Moment) Workday {
	var v evaluation
	r.evaluate(&v, entry, c, p, day, cal, m, nil)
	return v.Workday
}

func (r *WorkRules) evaluate(v *evaluation, entry Entry, c *Correction, p Person, day Day, cal Calendar, m Moment, x *trace) {
	s := r.schedule(p.Schedule)
	v.Employee, v.Day, v.moment = p.Employee, day, m
	v.terms, v.frame = s.on(day), cal.frame(day)
	v.kind(r, s, p, x)
	v.hours(x)
	v.settle()
	entry = v.correct(entry, c, x)
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

// weekday is Day.Weekday without a look at the year: 1970-01-01 was a Thursday.
func weekday(d Day) time.Weekday { return time.Weekday(((d+4)%7 + 7) % 7) }

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
			v.Expected, _ = v.netOf(v.start, v.end)
			return
		}
		v.Marks |= MarkMisfit
		v.start, v.end = 0, 0
		x.misfit(v)
	}
	v.Expected = max(0, v.terms.OvertimeDaily)
}

// netOf is the net of one who clocks exactly at the two.
func (v *evaluation) netOf(in, out Instant) (net, breaks time.Duration) {
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

// correct is the entry that counts. The rules that guess what a clocking may have been
// are for clockings: what somebody said is taken as said.
func (v *evaluation) correct(entry Entry, c *Correction, x *trace) Entry {
	if !c.Counts() {
		return entry
	}
	v.Marks |= MarkCorrected
	if c.Review(entry) {
		v.Marks |= MarkReview
	}
	v.saidIn, v.saidOut = c.ClockIn != 0, c.ClockOut != 0
	v.outAlone = v.saidOut && !v.saidIn && entry.IsZero()
	x.corrected(v, entry, c)
	return c.Apply(entry)
}
