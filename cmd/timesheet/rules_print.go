package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// changePrinter prints changes as they come.
type changePrinter struct {
	person func([]changeLine) error // all of one employee
	end    func() error
}

func newChangePrinter(w io.Writer, format listFormat) changePrinter {
	switch format {
	case listJSON:
		return jsonChanges(w)
	case listCSV:
		return csvChanges(w)
	}
	return tableChanges(w)
}

func jsonChanges(w io.Writer) changePrinter {
	open, next := "[", "\n  "
	return changePrinter{
		person: func(lines []changeLine) error {
			for _, l := range lines {
				text, err := json.MarshalIndent(l, "  ", "  ")
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintf(w, "%s%s%s", open, next, text); err != nil {
					return err
				}
				open = ","
			}
			return nil
		},
		end: func() error {
			if open == "[" {
				next = "[]\n"
			} else {
				next = "\n]\n"
			}
			_, err := io.WriteString(w, next)
			return err
		},
	}
}

func csvChanges(w io.Writer) changePrinter {
	out := csv.NewWriter(w)
	_ = out.Write(changeHead) // Error tells
	return changePrinter{
		person: func(lines []changeLine) error {
			for _, l := range lines {
				_ = out.Write(l.fields())
			}
			return out.Error()
		},
		end: func() error { out.Flush(); return out.Error() },
	}
}

// alignedLines is how many lines of the table have columns of the same width: it is
// held in memory until then.
const alignedLines = 1000

// tableChanges prints the changes of each employee and, where there are several, the sum.
func tableChanges(w io.Writer) changePrinter {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	printed := 0
	person := func(lines []changeLine) error {
		if printed == 0 {
			fmt.Fprintln(table, "EMPLOYEE\tPERIOD\tWORKED\tCHANGE\tOVERTIME\tELSE")
		}
		var worked, overtime int64
		for _, l := range lines {
			worked, overtime = worked+l.WorkedChange, overtime+l.OvertimeChange
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Employee, l.Period, moved(hours(l.OldWorked), hours(l.NewWorked)), change(l.WorkedChange),
				moved(hours(&l.OldOvertime), hours(&l.NewOvertime)), l.others())
		}
		if len(lines) > 1 {
			fmt.Fprintf(table, "%s\tsum\t\t%s\t%s\t\n", lines[0].Employee, change(worked), change(overtime))
		}
		before := printed
		if printed += len(lines); printed/alignedLines > before/alignedLines {
			return table.Flush()
		}
		return nil
	}
	return changePrinter{person: person, end: table.Flush}
}

func (d *rulesDiff) summary() string {
	if d.people == 0 {
		return fmt.Sprintf("nothing would change from %v to %v", d.from, d.to)
	}
	var what []string
	if d.days > 0 {
		what = append(what, plural(d.days, "day"))
	}
	if d.weeks > 0 {
		what = append(what, "the overtime of "+plural(d.weeks, "week"))
	}
	signed := func(n int64) string {
		if n == 0 {
			return "the same in sum"
		}
		return change(n)
	}
	return fmt.Sprintf("%s would change, of %s, from %v to %v: worked %s, overtime %s",
		strings.Join(what, " and "), plural(d.people, "employee"), d.from, d.to, signed(d.worked), signed(d.overtime))
}
