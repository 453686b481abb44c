package main

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"timesheet"
	"timesheet/rulesfile"
)

// rulesDiff works out days under two versions.
type rulesDiff struct {
	from, to  timesheet.Day // as asked for
	since     timesheet.Day // the first day that is compared
	rules     *timesheet.DayRules
	stored    *sorted
	corrected correctedDays
	moment    timesheet.Moment
	sides     [2]*rulesfile.Version

	// What was found.
	days, weeks, people int
	worked, overtime    int64 // the sum of all changes, in seconds
}

// compare tells each of the changes of each employee, one after the other: all together
// can be more than memory holds.
func (d *rulesDiff) compare(tell func([]changeLine) error) error {
	d.begin()
	for _, e := range d.everybody() {
		var sides [2][]timesheet.Workday
		for i, v := range d.sides {
			var err error
			if sides[i], err = d.workdays(v, e); err != nil {
				return err
			}
		}
		lines := d.compareWeeks(e, sides, d.compareDays(sides))
		if len(lines) == 0 {
			continue
		}
		d.people++
		for _, l := range lines {
			d.worked, d.overtime = d.worked+l.WorkedChange, d.overtime+l.OvertimeChange
		}
		if err := tell(lines); err != nil {
			return err
		}
	}
	return nil
}

// begin leaves out the time before the first clocking, unless there is none at all: a
// rule that changed has often done so since ever.
func (d *rulesDiff) begin() {
	first := timesheet.LastDay
	for _, stored := range d.stored.of {
		first = min(first, stored.first())
	}
	d.since = d.from
	if first <= d.to {
		d.since = max(d.from, first)
	}
}

// everybody is whoever one of the directories lists in that time, and all badges that
// clocked; one that is somebody's has no days of its own.
func (d *rulesDiff) everybody() []timesheet.EmployeeID {
	all := make(map[timesheet.EmployeeID]bool)
	for _, v := range d.sides {
		for _, r := range v.Directory.All() {
			if r.From <= d.to && r.Until >= d.since {
				all[r.Employee] = true
			}
		}
	}
	for badge := range d.stored.of {
		all[badge] = true
	}
	for e := range d.corrected {
		all[e] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// compareDays finds the days that come out otherwise.
func (d *rulesDiff) compareDays(sides [2][]timesheet.Workday) (lines []changeLine) {
	for i, before := range sides[0] {
		if after := sides[1][i]; before.Day >= d.since && before != after {
			lines = append(lines, dayLine(before, after))
			d.days++
		}
	}
	return lines
}

// workdays are the days of e, and daysBefore the first one.
func (d *rulesDiff) workdays(v *rulesfile.Version, e timesheet.EmployeeID) ([]timesheet.Workday, error) {
	from := max(d.since-daysBefore, timesheet.FirstDay)
	entries, err := d.entries(v.Directory, e, from)
	if err != nil {
		return nil, err
	}
	calendar := d.rules.For(e)
	all := make([]timesheet.Workday, 0, d.to-from+1)
	for day := from; day <= d.to; day++ {
		person, _ := v.Directory.Person(e, day)
		w := v.Rules.Evaluate(entries[day], d.corrected[e][day], person, day, calendar, d.moment)
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

// compareWeeks adds the weeks that end in the time asked for and whose overtime beyond
// that of their days comes out otherwise.
func (d *rulesDiff) compareWeeks(e timesheet.EmployeeID, sides [2][]timesheet.Workday, lines []changeLine) []changeLine {
	before, after := d.overtimes(d.sides[0], e, sides[0]), d.overtimes(d.sides[1], e, sides[1])
	for week := range after {
		before[week] += 0 // so that the keys are those of both
	}
	weeks := slices.SortedFunc(maps.Keys(before), func(a, b timesheet.Week) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Number, b.Number))
	})
	for _, week := range weeks {
		if before[week] != after[week] {
			lines = append(lines, weekLine(e, week, before[week], after[week]))
			d.weeks++
		}
	}
	return lines
}

// overtimes are those of the weeks.
func (d *rulesDiff) overtimes(v *rulesfile.Version, e timesheet.EmployeeID, days []timesheet.Workday) map[timesheet.Week]time.Duration {
	weeks := make(map[timesheet.Week]time.Duration)
	for i, w := range days {
		if w.Day < d.since {
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

// first is the first day of the entries, which there are.
func (d *days) first() timesheet.Day {
	first := timesheet.LastDay
	for p := range slices.Chunk(d.packed, packedEntry) {
		first = min(first, timesheet.Day(binary.BigEndian.Uint32(p)))
	}
	return first
}
