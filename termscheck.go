package timesheet

import (
	"errors"
	"fmt"
	"time"
)

// Validate tells what of t can't be used: all problems at once, joined, each an
// [Error] that is Invalid and whose Op is the field as the rules file names it
// ("min_in_out_gap", "break"). The problem of one of several breaks or roundings
// is an [ElementError] within.
func (t Terms) Validate() error {
	problems := []error{
		t.Hours.Validate(),
		span("min_in_out_gap", t.MinInOutGap), span("max_shift", t.MaxShift), span("worked_cap", t.WorkedCap),
		span("half_day_below", t.HalfDayBelow), span("absent_below", t.AbsentBelow),
		span("overtime_daily", t.OvertimeDaily), span("min_overtime", t.MinOvertime),
		spanUpTo("overtime_weekly", t.OvertimeWeekly, 7*24*time.Hour), spanUpTo("settle_after", t.SettleAfter, 31*24*time.Hour),
		checkBreaks(t.Breaks), checkRounding(t.Rounding),
	}
	if t.From != 0 && (t.From < FirstDay || t.From > LastDay) {
		problems = append(problems, invalid("from", "%v is outside %v to %v", t.From, FirstDay, LastDay))
	}
	if _, ok := t.WeekStart.single(); !ok && t.WeekStart != 0 {
		problems = append(problems, invalid("week_start", "it has to be one day such as mon, not %v", t.WeekStart))
	}
	if t.WorkDays&NoWeekdays != 0 && t.WorkDays != NoWeekdays {
		problems = append(problems, invalid("work_days", "it can't be both none and %v", t.WorkDays))
	}
	if t.HalfDayBelow > 0 && t.AbsentBelow > t.HalfDayBelow {
		problems = append(problems, invalid("absent_below", "%s is above half_day_below (%s), which could never apply; make it less", FormatDuration(t.AbsentBelow), FormatDuration(t.HalfDayBelow)))
	}
	return errors.Join(problems...)
}

// Validate tells what of h can't be used, as [Terms.Validate] does.
func (h Hours) Validate() error {
	problems := []error{
		timeOfDay("start", h.Start), timeOfDay("end", h.End),
		span("late_grace", h.LateGrace), span("early_grace", h.EarlyGrace),
	}
	if h.Start != 0 && h.Start == h.End {
		problems = append(problems, invalid("end", "%v is also the start; write 24:00 for the midnight after", h.End))
	}
	if h.Start == 0 && h.LateGrace > 0 {
		problems = append(problems, invalid("late_grace", "there is no start that it could belong to"))
	}
	if h.End == 0 && h.EarlyGrace > 0 {
		problems = append(problems, invalid("early_grace", "there is no end that it could belong to"))
	}
	return errors.Join(problems...)
}

// ElementError is a problem of one element of a list.
type ElementError struct {
	Index int // from 0
	Err   error
}

func (e *ElementError) Error() string { return fmt.Sprintf("number %d: %v", e.Index+1, e.Err) }

// Unwrap is the problem.
func (e *ElementError) Unwrap() error { return e.Err }

// Validate tells whether b is either kind of break, and one that can apply. Its
// errors are Invalid.
func (b Break) Validate() error {
	if !b.Window() {
		switch {
		case b.After < 0 || b.After > 24*time.Hour || b.After%time.Minute != 0:
			return invalid("after", "%v is not whole minutes from 0 to 24h", b.After)
		case b.Deduct <= 0 || b.Deduct > 24*time.Hour || b.Deduct%time.Minute != 0:
			return invalid("deduct", "%v is not whole minutes from 1m to 24h", b.Deduct)
		}
		return nil
	}
	switch {
	case b.After != 0 || b.Deduct != 0:
		return invalid("break", "it has both after and deduct, and from and to; make two breaks of it")
	case b.From == 0:
		return invalid("from", "it is missing beside to")
	case b.To == 0:
		return invalid("to", "it is missing beside from")
	case b.From == b.To:
		return invalid("to", "%v is also from: it would be no break at all", b.To)
	}
	return errors.Join(timeOfDay("from", b.From), timeOfDay("to", b.To))
}

// checkBreaks also refuses windows that overlap, whose common part would count twice,
// and two deductions after the same time.
func checkBreaks(breaks []Break) error {
	var problems []error
	var taken [24 * 60]bool
	after := make(map[time.Duration]bool)
	for i, b := range breaks {
		err := b.Validate()
		if err == nil && !b.Window() {
			if after[b.After] {
				err = invalid("after", "there is another break after %s", FormatDuration(b.After))
			}
			after[b.After] = true
		}
		if err == nil && b.Window() && !occupy(&taken, b) {
			err = invalid("from", "%v to %v overlaps another break", b.From, b.To)
		}
		if err != nil {
			problems = append(problems, NewError(Invalid, "break", &ElementError{i, err}))
		}
	}
	return errors.Join(problems...)
}

// occupy takes the minutes of a window, and tells whether all were free.
func occupy(taken *[24 * 60]bool, b Break) bool {
	free := true
	for m, to := b.From.minutes()%len(taken), b.To.minutes()%len(taken); ; {
		free = free && !taken[m]
		taken[m] = true
		if m = (m + 1) % len(taken); m == to {
			return free
		}
	}
}

// Validate tells whether r is a rounding. Its errors are Invalid.
func (r Rounding) Validate() error {
	switch {
	case r.Target != RoundIn && r.Target != RoundOut && r.Target != RoundTotal:
		return invalid("target", "%q is not in, out or total", clip(string(r.Target)))
	case r.Mode != RoundDown && r.Mode != RoundNearest && r.Mode != RoundUp:
		return invalid("mode", "%q is not down, nearest or up", clip(string(r.Mode)))
	case r.Interval < time.Minute || r.Interval%time.Minute != 0 || time.Hour%r.Interval != 0:
		return invalid("interval", "%v is not whole minutes that divide an hour, such as 15m", r.Interval)
	}
	return nil
}

// checkRounding holds that rounding adds less than two intervals: each of in and out
// adds less than one, and total would add another.
func checkRounding(rounding []Rounding) error {
	var problems []error
	seen := make(map[RoundingTarget]bool)
	for i, r := range rounding {
		err := r.Validate()
		switch {
		case err != nil:
		case seen[r.Target]:
			err = invalid("target", "there is another rounding of %s", r.Target)
		case r.Target == RoundTotal && (seen[RoundIn] || seen[RoundOut]), r.Target != RoundTotal && seen[RoundTotal]:
			err = invalid("target", "total can't be rounded beside in or out: the difference would add up")
		}
		seen[r.Target] = true
		if err != nil {
			problems = append(problems, NewError(Invalid, "rounding", &ElementError{i, err}))
		}
	}
	return errors.Join(problems...)
}

func span(field string, d time.Duration) error { return spanUpTo(field, d, 24*time.Hour) }

func spanUpTo(field string, d, most time.Duration) error {
	if d == Off || d >= 0 && d <= most && d%time.Minute == 0 {
		return nil
	}
	return invalid(field, "%v is not whole minutes from 0 to %v", d, most)
}

func timeOfDay(field string, t TimeOfDay) error {
	if t.minutes() > 24*60 {
		return invalid(field, "%v is after 24:00", t)
	}
	return nil
}

func invalid(field, format string, args ...any) error {
	return NewError(Invalid, field, fmt.Errorf(format, args...))
}
