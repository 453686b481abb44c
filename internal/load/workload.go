package load

import (
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// Order is in which order clockings are sent.
type Order string

// The orders. All of them have the same clockings.
const (
	ByTime   Order = "time"     // as live machines send them
	ByID     Order = "id"       // within a day employee by employee, as some exports are
	Shuffled Order = "shuffled" // at random within shuffleDays days
)

// shuffleDays is how many days are mixed with one another.
const shuffleDays = 7

// Workload says which clockings there are. Every employee clocks PerDay times on every
// day, from 06:00 to 20:00. After the last day it begins again from the first, with the
// employees at other times of the day.
type Workload struct {
	Employees int           `json:"employees"`
	PerDay    int           `json:"per_day"` // clockings of an employee a day
	Prefix    string        `json:"prefix"`  // begins every id; ids have at least 8 characters
	From      timesheet.Day `json:"from"`    // the first day; 0 is DefaultFrom
	Days      int           `json:"days"`    // 0 means until the day before yesterday
	// Zone writes times with its offset, and must be the site's. Without it they are
	// local wall times, right in any zone.
	Zone  *time.Location `json:"-"`
	Seed  uint64         `json:"seed"`
	Order Order          `json:"order"`
	// Duplicates is the share of clockings, 0 to 1, that are sent again: half of them
	// at once, the others later. Late is the share held back and sent after younger ones.
	Duplicates float64 `json:"duplicates"`
	Late       float64 `json:"late"`
}

// DefaultFrom is the first day of a workload that says none: 20,000 clockings a day are
// 120 million until 2026, which no run comes to the end of.
var DefaultFrom = timesheet.DayOf(2010, time.January, 1)

const (
	maxEmployees = 10_000_000
	maxPerDay    = 1000
	maxPrefix    = 32
)

// withDefaults fills what w leaves open: at now its last day is two days past, so that
// no clocking lies in the future in any zone.
func (w Workload) withDefaults(now time.Time) Workload {
	if w.Order == "" {
		w.Order = ByTime
	}
	if w.From == 0 {
		w.From = DefaultFrom
	}
	if w.Days == 0 {
		w.Days = max(int(lastDay(now)-w.From)+1, 1)
	}
	return w
}

// lastDay is the last day that is wholly past in every zone.
func lastDay(now time.Time) timesheet.Day { return timesheet.DayOf(now.UTC().Date()) - 2 }

// problems are all that is wrong with a workload that has its defaults.
func (w Workload) problems(now time.Time) (all []error) {
	wrong := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	wrong(w.Employees < 1 || w.Employees > maxEmployees, "employees: %d is not 1 to %d", w.Employees, maxEmployees)
	wrong(w.PerDay < 1 || w.PerDay > maxPerDay, "per-day: %d is not 1 to %d", w.PerDay, maxPerDay)
	wrong(!plain(w.Prefix) || len(w.Prefix) > maxPrefix, "prefix: %.40q has more than %d characters, or others than ASCII letters, digits, - and _", w.Prefix, maxPrefix)
	wrong(w.From <= timesheet.FirstDay, "from: %v is before 2000-01-01, which a service refuses", w.From)
	wrong(w.Days < 1, "days: %d is not 1 or more; leave it out for all until the day before yesterday", w.Days)
	last := w.From + timesheet.Day(w.Days) - 1
	wrong(last > lastDay(now), "from: %v and %d days end on %v; the last day that is past in every zone is %v", w.From, w.Days, last, lastDay(now))
	wrong(w.Order != ByTime && w.Order != ByID && w.Order != Shuffled, "order: %q is not time, id or shuffled", w.Order)
	wrong(!isShare(w.Duplicates), "duplicates: %v is no share from 0 to 1", w.Duplicates)
	wrong(!isShare(w.Late) || w.Late == 1, "late: %v is no share from 0 to less than 1: something must be on time", w.Late)
	return all
}

// Validate tells all that is wrong with w at once, as an Invalid error.
func (w Workload) Validate(now time.Time) error {
	if all := w.withDefaults(now).problems(now); len(all) > 0 {
		return timesheet.NewError(timesheet.Invalid, "workload", errors.Join(all...))
	}
	return nil
}

func isShare(f float64) bool { return f >= 0 && f <= 1 }

func plain(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
