package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
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

func (c dayChange) line() changeLine {
	a, b := c.before, c.after
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

func (c weekChange) line() changeLine {
	return changeLine{
		Kind: "week", Employee: c.employee, Period: c.week.String(), OldOvertime: seconds(c.before), NewOvertime: seconds(c.after),
		OvertimeChange: seconds(c.after) - seconds(c.before), OldMarks: []string{}, NewMarks: []string{},
	}
}

// lines are all changes by employee, days before weeks.
func (d *rulesDiff) lines() []changeLine {
	lines := make([]changeLine, 0, len(d.days)+len(d.weeks))
	for _, c := range d.days {
		lines = append(lines, c.line())
	}
	for _, c := range d.weeks {
		lines = append(lines, c.line())
	}
	slices.SortStableFunc(lines, func(a, b changeLine) int { return strings.Compare(string(a.Employee), string(b.Employee)) })
	return lines
}

func (d *rulesDiff) print(w io.Writer, format listFormat) error {
	switch format {
	case listJSON:
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d.lines())
	case listCSV:
		out := csv.NewWriter(w)
		_ = out.Write(changeHead) // Error tells
		for _, l := range d.lines() {
			_ = out.Write(l.fields())
		}
		out.Flush()
		return out.Error()
	}
	return d.printTable(w)
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

// printTable prints the changes of each employee and, where there are several, the sum.
func (d *rulesDiff) printTable(w io.Writer) error {
	lines := d.lines()
	if len(lines) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "EMPLOYEE\tPERIOD\tWORKED\tCHANGE\tOVERTIME\tELSE")
	for i := 0; i < len(lines); {
		n, worked, overtime := i, int64(0), int64(0)
		for ; n < len(lines) && lines[n].Employee == lines[i].Employee; n++ {
			l := lines[n]
			worked, overtime = worked+l.WorkedChange, overtime+l.OvertimeChange
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Employee, l.Period, moved(hours(l.OldWorked), hours(l.NewWorked)), change(l.WorkedChange),
				moved(hours(&l.OldOvertime), hours(&l.NewOvertime)), l.others())
		}
		if n > i+1 {
			fmt.Fprintf(table, "%s\tsum\t\t%s\t%s\t\n", lines[i].Employee, change(worked), change(overtime))
		}
		i = n
	}
	return table.Flush()
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

func (d *rulesDiff) summary() string {
	if len(d.days)+len(d.weeks) == 0 {
		return fmt.Sprintf("nothing would change from %v to %v", d.from, d.to)
	}
	var worked, overtime int64
	for _, l := range d.lines() {
		worked, overtime = worked+l.WorkedChange, overtime+l.OvertimeChange
	}
	signed := func(n int64) string {
		if n == 0 {
			return "the same in sum"
		}
		return change(n)
	}
	var what []string
	if len(d.days) > 0 {
		what = append(what, plural(len(d.days), "day"))
	}
	if len(d.weeks) > 0 {
		what = append(what, "the overtime of "+plural(len(d.weeks), "week"))
	}
	return fmt.Sprintf("%s would change, of %s, from %v to %v: worked %s, overtime %s",
		strings.Join(what, " and "), plural(d.people, "employee"), d.from, d.to, signed(worked), signed(overtime))
}
