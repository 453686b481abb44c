package timesheet

import "strings"

// Group is a set of days that people look at together, by Workday's Status and Marks.
type Group uint8

// The groups. GroupPresent is who has clocked; GroupHere and GroupLeft are its parts, beside those
// whose clock-out is missing: who is presumed present is here, though there may be a clock-out, which
// may be that of a break.
const (
	GroupAll     Group = iota
	GroupPresent       // open, complete or missing_out
	GroupHere          // open, or presumed present
	GroupLeft          // complete, and not presumed present
	GroupAway          // on_leave, holiday or day_off
)

func groupNames() [5]string { return [...]string{"", "present", "here", "left", "away"} }

// String is "present", "here", "left" or "away"; "" for GroupAll.
func (g Group) String() string {
	if names := groupNames(); int(g) < len(names) {
		return names[g]
	}
	return "group?"
}

// ParseGroup reads String. Its errors are Invalid.
func ParseGroup(s string) (Group, error) {
	names := groupNames()
	for i, name := range names {
		if name == s {
			return Group(i), nil
		}
	}
	return 0, invalid("show", "%q is not one of %s", clip(s), strings.Join(names[1:], ", "))
}

// Has tells whether a day is of the group; all are of GroupAll.
func (g Group) Has(w *Workday) bool {
	presumed := w.Marks.Has(MarkPresumedPresent)
	switch g {
	case GroupPresent:
		return w.Status == StatusOpen || w.Status == StatusComplete || w.Status == StatusMissingOut
	case GroupHere:
		return w.Status == StatusOpen || presumed
	case GroupLeft:
		return w.Status == StatusComplete && !presumed
	case GroupAway:
		return w.Status == StatusOnLeave || w.Status == StatusHoliday || w.Status == StatusDayOff
	default:
		return true
	}
}
