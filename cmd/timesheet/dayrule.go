package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"text/tabwriter"
	"time"

	"timesheet"
)

// listFormat is how day rules are printed.
type listFormat string

const (
	listTable listFormat = "table"
	listCSV   listFormat = "csv"
	listJSON  listFormat = "json"
)

// Run prints the day rules.
func (c *dayruleListCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	site, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	rules, err := site.Rules(ctx)
	if err == nil {
		err = printRules(con.out, rules.Assignments(), c.Format)
	}
	return errors.Join(err, site.Close())
}

// ruleLine is an assignment as it is printed.
type ruleLine struct {
	Employee timesheet.EmployeeID `json:"employee_id"` // "" for the default
	From     timesheet.Day        `json:"from"`
	Zone     string               `json:"zone"`
	Boundary string               `json:"boundary"`
}

func printRules(w io.Writer, assignments []timesheet.Assignment, format listFormat) error {
	lines := make([]ruleLine, len(assignments))
	for i, a := range assignments {
		lines[i] = ruleLine{a.Employee, a.From, a.Rule.Zone, clockText(a.Rule.Boundary)}
	}
	switch format {
	case listJSON:
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(lines)
	case listCSV:
		fmt.Fprintln(w, "employee_id,from,zone,boundary")
		for _, l := range lines {
			fmt.Fprintf(w, "%s,%v,%s,%s\n", csvField(string(l.Employee)), l.From, l.Zone, l.Boundary)
		}
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "EMPLOYEE\tFROM\tZONE\tBOUNDARY")
	for _, l := range lines {
		who, from := string(l.Employee), l.From.String()
		if who == "" {
			who = "(default)"
		}
		if l.From <= timesheet.FirstDay {
			from = "always"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", who, from, l.Zone, l.Boundary)
	}
	return table.Flush()
}

func clockText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// ruleTries bounds how often a change is tried again that met another one.
const ruleTries = 10

// Run sets a day rule.
func (c *dayruleSetCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	site, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	a := timesheet.Assignment{Employee: c.Employee, From: c.From,
		Rule: timesheet.DayRule{Zone: string(c.Zone), Boundary: time.Duration(c.Boundary)}}
	err = setRule(ctx, site, a, time.Now())
	if err == nil {
		fmt.Fprintf(con.out, "from %v: %s, %s, %s\n", a.From, whose(a.Employee), a.Rule.Zone, clockText(a.Rule.Boundary))
	}
	return errors.Join(err, site.Close())
}

func whose(e timesheet.EmployeeID) string {
	if e == "" {
		return "the default day rule"
	}
	return fmt.Sprintf("employee %q", e)
}

// setRule adds a to the day rules, in place of one of the same employee and day.
func setRule(ctx context.Context, s site, a timesheet.Assignment, now time.Time) error {
	for range ruleTries {
		rules, err := s.Rules(ctx)
		if err != nil {
			return fmt.Errorf("set day rule: %w", err)
		}
		changed := append(slices.DeleteFunc(slices.Clone(rules.Assignments()), func(b timesheet.Assignment) bool {
			return b.Employee == a.Employee && b.From == a.From
		}), a)
		next, err := timesheet.NewDayRules(rules.Version()+1, changed, time.LoadLocation)
		if err != nil {
			return fmt.Errorf("set day rule: %w", err)
		}
		if err := mayBegin(ctx, s, rules, next, a, timesheet.InstantOf(now)); err != nil {
			return fmt.Errorf("set day rule: %w", err)
		}
		_, err = s.SetDayRules(ctx, rules.Version(), changed)
		if !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return errors.New("set day rule: the rules kept changing meanwhile; try again")
}

// mayBegin tells whether a can begin on its day without contradicting what is stored:
// its first day lies wholly ahead, or nothing is stored from the day before it on
// (that day's end moves with the new rule's boundary).
func mayBegin(ctx context.Context, s site, before, after *timesheet.DayRules, a timesheet.Assignment, now timesheet.Instant) error {
	// Clocks that run ahead may have clocked already.
	latest := now.Add(timesheet.MaxAhead)
	if a.From > before.For(a.Employee).Day(latest) && after.For(a.Employee).Begin(a.From) > latest {
		return nil
	}
	err := s.Export(ctx, max(a.From-1, timesheet.FirstDay), timesheet.LastDay, func(e timesheet.Entry) error {
		if a.Employee != "" && a.Employee != e.Employee {
			return nil
		}
		return timesheet.NewError(timesheet.Conflict, "", fmt.Errorf(
			"it can't begin on %v: that day isn't wholly ahead, and there are entries from the day before it on (the first is of %v). "+
				"They were filed under the old rule, and are not restated here. Choose a day to come", a.From, e.Day))
	})
	return err
}
