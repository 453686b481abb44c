package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/rulesfile"
)

// errChanges says: all went well, but worked time would change.
var errChanges = fmt.Errorf("worked time would change: %w", errDiffers)

// Run shows what another version would change.
func (c *rulesDiffCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	if c.From > c.To {
		return usagef("--from %v lies after --to %v", c.From, c.To)
	}
	if c.Directory != "" && (c.OldDirectory != "" || c.NewDirectory != "") {
		return usagef("--directory is for a directory that is the same for both; leave it out beside --old-directory and --new-directory")
	}
	before, err := readVersion(con, c.Old, c.Directory+c.OldDirectory)
	if err != nil {
		return err
	}
	after, err := readVersion(con, c.New, c.Directory+c.NewDirectory)
	if err != nil {
		return err
	}
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	stored, rules, err := readEntries(ctx, s, c.From-daysBefore, c.To)
	var corrected correctedDays
	if err == nil {
		corrected, err = readCorrections(ctx, s, c.From-daysBefore, c.To)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("rules diff: %w", err)
	}
	d := &rulesDiff{
		from: c.From, to: c.To, rules: rules, stored: stored, corrected: corrected,
		moment: timesheet.Moment{Now: timesheet.InstantOf(time.Now()), SettledThrough: timesheet.Forever},
		sides:  [2]*rulesfile.Version{before, after},
	}
	out := newChangePrinter(con.out, c.Format)
	if err := errors.Join(d.compare(out.person), out.end()); err != nil {
		return fmt.Errorf("rules diff: %w", err)
	}
	fmt.Fprintf(con.err, "timesheet: %s\n", d.summary())
	if d.people > 0 {
		return errChanges
	}
	return nil
}

// daysBefore is how many days before the first one a week can begin that ends on it.
const daysBefore = 6

// readEntries reads what is stored, and then the day rules, so that a rule that was made
// meanwhile is known.
func readEntries(ctx context.Context, s site, from, to timesheet.Day) (*sorted, *timesheet.DayRules, error) {
	stored := &sorted{of: make(map[timesheet.EmployeeID]*days)}
	if err := s.Export(ctx, max(from, timesheet.FirstDay), to, stored.add); err != nil {
		return nil, nil, err
	}
	rules, err := s.Rules(ctx)
	return stored, rules, err
}

// correctedDays are the newest corrections by employee and day.
type correctedDays map[timesheet.EmployeeID]map[timesheet.Day]*timesheet.Correction

func readCorrections(ctx context.Context, s site, from, to timesheet.Day) (correctedDays, error) {
	all := make(correctedDays)
	for after := ""; ; {
		page, next, err := s.Corrected(ctx, max(from, timesheet.FirstDay), to, after, timesheet.MaxBoard)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if all[c.Employee] == nil {
				all[c.Employee] = make(map[timesheet.Day]*timesheet.Correction)
			}
			all[c.Employee][c.Day] = &c
		}
		if after = next; next == "" {
			return all, nil
		}
	}
}
