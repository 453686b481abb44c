package rulesfile

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

// off switches a rule off that a schedule's earlier version, or the default, has on.
const off = "off"

// duration reads 5m, 8h or 8h30m.
func (f *finder) duration(n *yaml.Node, path string) (time.Duration, bool) {
	s, ok := f.text(n, path, "a duration such as 5m or 8h30m")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil && strings.Trim(s, "0123456789") == "":
		f.at(n, path, "has no unit; write %sm for minutes or %sh for hours", clip(s), clip(s))
	case err != nil:
		f.at(n, path, "is not a duration; write it as 5m, 8h or 8h30m")
	case d < 0:
		f.at(n, path, "is negative; write a duration of 0m or more")
	default:
		return d, true
	}
	return 0, false
}

// clock reads 09:00.
func (f *finder) clock(n *yaml.Node, path string) timesheet.TimeOfDay {
	s, ok := f.text(n, path, `a time such as "09:00"`)
	if !ok {
		return 0
	}
	t, err := timesheet.ParseTimeOfDay(s)
	if err != nil {
		f.at(n, path, `is not a time from 00:00 to 24:00; write two digits each, as "09:00"`)
	}
	return t
}

// day reads 2026-12-25.
func (f *finder) day(n *yaml.Node, path string) (timesheet.Day, bool) {
	s, ok := f.text(n, path, "a day such as 2026-12-25")
	if !ok {
		return 0, false
	}
	d, err := timesheet.ParseDay(s)
	if err != nil {
		f.at(n, path, "is not a day of the calendar; write it as 2026-12-25")
		return 0, false
	}
	if d < timesheet.FirstDay || d > timesheet.LastDay {
		f.at(n, path, "is outside %v to %v", timesheet.FirstDay, timesheet.LastDay)
		return 0, false
	}
	return d, true
}

func (f *finder) boolean(n *yaml.Node, path string) bool {
	s, ok := f.text(n, path, "true or false")
	if ok && s != "true" && s != "false" {
		f.at(n, path, "is neither true nor false")
	}
	return s == "true"
}

func (f *finder) employee(n *yaml.Node, path string) timesheet.EmployeeID {
	s, ok := f.text(n, path, "an employee's id")
	if !ok {
		return ""
	}
	id, err := timesheet.ParseEmployeeID(s)
	if err != nil {
		f.at(n, path, "is no employee id: use 1 to %d bytes of printable UTF-8", timesheet.MaxEmployeeID)
	}
	return id
}

// maxName bounds names, in bytes: of people, teams, schedules, holidays.
const maxName = 200

// badName says what is wrong with a name, "" for nothing.
func badName(s string) string {
	switch {
	case len(s) > maxName:
		return "is too long; at most 200 bytes are kept"
	case strings.TrimSpace(s) != s:
		return "has spaces around it"
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "has characters that can't be printed"
	}
	return ""
}

func (f *finder) name(n *yaml.Node, path string) string {
	s, ok := f.text(n, path, "a name")
	if bad := badName(s); ok && bad != "" {
		f.at(n, path, "%s", bad)
	}
	return s
}

// weekdayNames are the days as they are written, in the order of time.Weekday.
var weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (f *finder) weekday(n *yaml.Node, path string) (time.Weekday, bool) {
	s, ok := f.text(n, path, "a day of the week such as mon")
	if !ok {
		return 0, false
	}
	i := slices.Index(weekdayNames, s)
	if i < 0 {
		f.at(n, path, "is no day of the week; write mon, tue, wed, thu, fri, sat or sun")
	}
	return time.Weekday(i), i >= 0
}
