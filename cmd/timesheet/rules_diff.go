package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
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
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("rules diff: %w", err)
	}
	d := &rulesDiff{
		from: c.From, to: c.To, rules: rules, stored: stored,
		moment: timesheet.Moment{Now: timesheet.InstantOf(time.Now()), SettledThrough: timesheet.Forever},
		sides:  [2]*rulesfile.Version{before, after},
	}
	if err := d.compare(); err != nil {
		return fmt.Errorf("rules diff: %w", err)
	}
	if err := d.print(con.out, c.Format); err != nil {
		return err
	}
	fmt.Fprintf(con.err, "timesheet: %s\n", d.summary())
	if len(d.days)+len(d.weeks) > 0 {
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

// rulesDiff works out days under two versions.
type rulesDiff struct {
	from, to timesheet.Day
	rules    *timesheet.DayRules
	stored   *sorted
	moment   timesheet.Moment
	sides    [2]*rulesfile.Version

	days   []dayChange
	weeks  []weekChange
	people int // who have a change
}

// dayChange is a day that comes out otherwise.
type dayChange struct {
	before, after timesheet.Workday
}

// weekChange is a week whose overtime beyond that of its days comes out otherwise.
type weekChange struct {
	employee      timesheet.EmployeeID
	week          timesheet.Week
	before, after time.Duration
}

func (d *rulesDiff) compare() error {
	people, err := d.everybody()
	if err != nil {
		return err
	}
	for _, e := range people {
		var sides [2][]timesheet.Workday
		for i, v := range d.sides {
			if sides[i], err = d.workdays(v, e); err != nil {
				return err
			}
		}
		before := len(d.days) + len(d.weeks)
		for i, w := range sides[0] {
			if o := sides[1][i]; w.Day >= d.from && w != o {
				d.days = append(d.days, dayChange{w, o})
			}
		}
		d.compareWeeks(e, sides)
		if len(d.days)+len(d.weeks) > before {
			d.people++
		}
	}
	return nil
}

// everybody is whoever one of the directories lists in that time, and whose clockings
// there are.
func (d *rulesDiff) everybody() ([]timesheet.EmployeeID, error) {
	all := make(map[timesheet.EmployeeID]bool)
	for _, v := range d.sides {
		for _, r := range v.Directory.All() {
			if r.From <= d.to && r.Until >= d.from {
				all[r.Employee] = true
			}
		}
	}
	for badge, stored := range d.stored.of {
		entries, err := stored.entries(badge)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			for _, v := range d.sides {
				all[v.Directory.Canonical(badge, e.Day)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all)), nil
}

// workdays are the days of e from daysBefore the first one on.
func (d *rulesDiff) workdays(v *rulesfile.Version, e timesheet.EmployeeID) ([]timesheet.Workday, error) {
	from := max(d.from-daysBefore, timesheet.FirstDay)
	entries, err := d.entries(v.Directory, e, from)
	if err != nil {
		return nil, err
	}
	calendar := d.rules.For(e)
	all := make([]timesheet.Workday, 0, d.to-from+1)
	for day := from; day <= d.to; day++ {
		person, _ := v.Directory.Person(e, day)
		w := v.Rules.Evaluate(entries[day], person, day, calendar, d.moment)
		w.Next = 0 // when to look again is no result
		all = append(all, w)
	}
	return all, nil
}

// entries are those of all badges of e, by day.
func (d *rulesDiff) entries(directory *timesheet.Directory, e timesheet.EmployeeID, from timesheet.Day) (map[timesheet.Day]timesheet.Entry, error) {
	byDay := make(map[timesheet.Day]timesheet.Entry)
	for _, badge := range directory.Badges(e, from, d.to) {
		stored, ok := d.stored.of[badge.ID]
		if !ok {
			continue
		}
		entries, err := stored.entries(badge.ID)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.Day < badge.From || entry.Day > badge.To {
				continue
			}
			if other, both := byDay[entry.Day]; both {
				entry = timesheet.Join(entry, other)
			}
			entry.Employee = e
			byDay[entry.Day] = entry
		}
	}
	return byDay, nil
}

// compareWeeks compares the weeks that end in the time asked for.
func (d *rulesDiff) compareWeeks(e timesheet.EmployeeID, sides [2][]timesheet.Workday) {
	before, after := d.overtime(d.sides[0], e, sides[0]), d.overtime(d.sides[1], e, sides[1])
	for week := range after {
		before[week] += 0
	}
	weeks := slices.SortedFunc(maps.Keys(before), func(a, b timesheet.Week) int {
		return (a.Year-b.Year)*100 + a.Number - b.Number
	})
	for _, week := range weeks {
		if before[week] != after[week] {
			d.weeks = append(d.weeks, weekChange{e, week, before[week], after[week]})
		}
	}
}

// overtime is that of each week.
func (d *rulesDiff) overtime(v *rulesfile.Version, e timesheet.EmployeeID, days []timesheet.Workday) map[timesheet.Week]time.Duration {
	weeks := make(map[timesheet.Week]time.Duration)
	for i, w := range days {
		if w.Day < d.from {
			continue
		}
		person, _ := v.Directory.Person(e, w.Day)
		terms := v.Rules.Terms(person.Schedule, w.Day)
		week := timesheet.WeekOf(w.Day, terms.StartOfWeek())
		if _, last := week.Days(terms.StartOfWeek()); last == w.Day {
			weeks[week] = timesheet.WeekTotals(days[max(i-daysBefore, 0):i+1], terms).WeeklyOvertime
		}
	}
	return weeks
}
