package period

import (
	"fmt"

	"timesheet"
)

// detail says in plain English what changed.
func (s *somebody) detail(a *timesheet.Adjustment, c *change, was, is timesheet.Person) string {
	switch a.Cause {
	case timesheet.CauseCorrection:
		if a.Correction.Withdrawn {
			return fmt.Sprintf("correction %d withdrew what was corrected: %s", a.Correction.Seq, a.Correction.Reason)
		}
		return fmt.Sprintf("correction %d: %s", a.Correction.Seq, a.Correction.Reason)
	case timesheet.CauseClockings:
		return fmt.Sprintf("clockings are %s, were %s", s.span(c.now), s.span(c.entry))
	default:
		return s.rulesDetail(a, was, is)
	}
}

// rulesDetail names the most likely one of what can differ: it is for a reader who then
// looks at the explanation of the day.
func (s *somebody) rulesDetail(a *timesheet.Adjustment, was, is timesheet.Person) string {
	changed := a.Before.Marks ^ a.After.Marks
	switch {
	case was.Unlisted != is.Unlisted && is.Unlisted:
		return "the directory doesn't list the employee any more"
	case was.Unlisted != is.Unlisted:
		return "the directory lists the employee now"
	case was.Schedule != is.Schedule:
		return fmt.Sprintf("the schedule is %s, was %s", is.Schedule, was.Schedule)
	case changed&timesheet.MarkLeave != 0:
		return either(a, timesheet.MarkLeave, "the employee has leave now", "the employee has no leave any more")
	case changed&timesheet.MarkHoliday != 0:
		return either(a, timesheet.MarkHoliday, "the day is a holiday now", "the day isn't a holiday any more")
	case changed&timesheet.MarkDayOff != 0:
		return either(a, timesheet.MarkDayOff, "the day is no work day any more", "the day is a work day now")
	}
	return fmt.Sprintf("the rules of the schedule %s changed", is.Schedule)
}

// either is what a mark's coming or going says.
func either(a *timesheet.Adjustment, mark timesheet.Marks, comes, goes string) string {
	if a.After.Marks.Has(mark) {
		return comes
	}
	return goes
}

// span is what was clocked, on the wall of the site.
func (s *somebody) span(e timesheet.Entry) string {
	if e.IsZero() {
		return "none"
	}
	place := s.calendar.Location(e.Day)
	if e.Earliest == e.Latest {
		return e.Earliest.Format(place)
	}
	return e.Earliest.Format(place) + " to " + e.Latest.Format(place)
}
