package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// changeLine is a change as it is printed: of a day, or of a week's overtime. What is
// absent is empty, null in JSON; durations are seconds.
type changeLine struct {
	Kind           string               `json:"kind"` // day or week
	Employee       timesheet.EmployeeID `json:"employee_id"`
	Period         string               `json:"period"` // 2026-11-23 or 2026-W47
	OldStatus      *string              `json:"old_status"`
	NewStatus      *string              `json:"new_status"`
	OldWorked      *int64               `json:"old_worked_seconds"`
	NewWorked      *int64               `json:"new_worked_seconds"`
	WorkedChange   int64                `json:"worked_change_seconds"`
	OldOvertime    int64                `json:"old_overtime_seconds"`
	NewOvertime    int64                `json:"new_overtime_seconds"`
	OvertimeChange int64                `json:"overtime_change_seconds"`
	OldExpected    *int64               `json:"old_expected_seconds"`
	NewExpected    *int64               `json:"new_expected_seconds"`
	OldMarks       []string             `json:"old_marks"`
	NewMarks       []string             `json:"new_marks"`
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// dayLine is a day that comes out as b instead of a.
func dayLine(a, b timesheet.Workday) changeLine {
	status := func(w timesheet.Workday) *string { s := w.Status.String(); return &s }
	worked := func(w timesheet.Workday) *int64 {
		if !w.Complete() {
			return nil
		}
		n := seconds(w.Worked)
		return &n
	}
	expected := func(w timesheet.Workday) *int64 { n := seconds(w.Expected); return &n }
	marks := func(w timesheet.Workday) []string { return slices.AppendSeq([]string{}, w.Marks.Names()) }
	return changeLine{
		Kind: "day", Employee: a.Employee, Period: a.Day.String(), OldStatus: status(a), NewStatus: status(b),
		OldWorked: worked(a), NewWorked: worked(b), WorkedChange: seconds(b.Worked) - seconds(a.Worked),
		OldOvertime: seconds(a.Overtime), NewOvertime: seconds(b.Overtime), OvertimeChange: seconds(b.Overtime) - seconds(a.Overtime),
		OldExpected: expected(a), NewExpected: expected(b), OldMarks: marks(a), NewMarks: marks(b),
	}
}

// weekLine is a week whose overtime comes out as after instead of before.
func weekLine(e timesheet.EmployeeID, week timesheet.Week, before, after time.Duration) changeLine {
	return changeLine{
		Kind: "week", Employee: e, Period: week.String(), OldOvertime: seconds(before), NewOvertime: seconds(after),
		OvertimeChange: seconds(after) - seconds(before), OldMarks: []string{}, NewMarks: []string{},
	}
}

var changeHead = []string{"kind", "employee_id", "period", "old_status", "new_status", "old_worked_seconds", "new_worked_seconds", "worked_change_seconds",
	"old_overtime_seconds", "new_overtime_seconds", "overtime_change_seconds", "old_expected_seconds", "new_expected_seconds", "old_marks", "new_marks"}

func (l changeLine) fields() []string {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	number := func(n *int64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatInt(*n, 10)
	}
	return []string{l.Kind, string(l.Employee), l.Period, text(l.OldStatus), text(l.NewStatus), number(l.OldWorked), number(l.NewWorked), number(&l.WorkedChange),
		number(&l.OldOvertime), number(&l.NewOvertime), number(&l.OvertimeChange), number(l.OldExpected), number(l.NewExpected),
		strings.Join(l.OldMarks, " "), strings.Join(l.NewMarks, " ")}
}

// others is what else is different.
func (l changeLine) others() string {
	var all []string
	if l.Kind == "week" {
		return "overtime of the week"
	}
	if *l.OldStatus != *l.NewStatus {
		all = append(all, *l.OldStatus+" → "+*l.NewStatus)
	}
	if *l.OldExpected != *l.NewExpected {
		all = append(all, "expected "+moved(hours(l.OldExpected), hours(l.NewExpected)))
	}
	for _, m := range l.NewMarks {
		if !slices.Contains(l.OldMarks, m) {
			all = append(all, "+"+m)
		}
	}
	for _, m := range l.OldMarks {
		if !slices.Contains(l.NewMarks, m) {
			all = append(all, "−"+m)
		}
	}
	return strings.Join(all, ", ")
}

// hours is a duration as people read it; "–" for an absent one.
func hours(n *int64) string {
	if n == nil {
		return "–"
	}
	return timesheet.FormatDuration(time.Duration(*n) * time.Second)
}

func moved(a, b string) string {
	if a == b {
		return a
	}
	return a + " → " + b
}

// change is a difference with its sign, nothing for none.
func change(n int64) string {
	if n > 0 {
		return "+" + hours(&n)
	}
	if n == 0 {
		return ""
	}
	return hours(&n)
}
