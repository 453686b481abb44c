package timesheet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timesheet"
)

// TestScenarios runs testdata/*.day. A line is a command, # begins a comment; first
// come the rules, which hold for all of the file, then cases:
//
//	zone ZONE [BOUNDARY] [for EMPLOYEE] [from DAY]
//	schedule NAME [from DAY]           and its keys, one a line, as RULES names them
//	holiday DAY NAME                   for all schedules
//	leave EMPLOYEE FROM TO NAME
//	person EMPLOYEE [schedule=] [from=] [until=] [alias=]
//
//	case TEXT                          forgets clockings, moment and employee
//	employee ID                        7 unless said
//	clock TIME                         2026-11-23T08:09:00, also with an offset
//	clock DAY[..DAY] HH:MM[+1] …       on each day; +1 is the next date
//	badge ID …                         as clock, of another badge of the employee
//	refused TIME TEXT                  the clocking is refused with TEXT in its reason
//	correct DAY [KEY=VALUE] …          in and out, HH:MM[+1], and remark; none withdraws
//	wrong DAY [KEY=VALUE] … : TEXT     the correction is refused with TEXT in its reason
//	lose DAY                           its clockings are gone, as after a repair
//	now TIME                           a hundred years later unless said
//	source TIME                        settled through; without one, all
//	expect DAY STATUS [KEY=VALUE] …    what isn't said of marks, late, early, overtime,
//	                                   holiday_worked and provisional must not be there
//	> TEXT                             the next step that explains the last expect, all
//	                                   of them in order; > … stands for any number
//	week WEEK [KEY=VALUE] …            totals; likewise
//	month MONTH [KEY=VALUE] …
func TestScenarios(t *testing.T) {
	for name, s := range allScenarios(t) {
		t.Run(name, s.run)
	}
}

// allScenarios are those of testdata by the name of their file.
func allScenarios(t *testing.T) map[string]*scenarios {
	t.Helper()
	files, err := filepath.Glob("testdata/*.day")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	all := make(map[string]*scenarios)
	for _, file := range files {
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".day")] = readScenarios(t, file, string(text))
	}
	return all
}

// scenarios are a file: its rules, and its cases.
type scenarios struct {
	days      []timesheet.Assignment
	schedules map[string][]timesheet.Terms
	first     string // the default schedule
	holidays  []timesheet.Holiday
	leave     []timesheet.Leave
	people    []timesheet.DirectoryRow
	cases     []scenario
	listen    func(*testing.T, timesheet.Step) // to the steps of each expect, if any
}

type scenario struct {
	name  string
	lines []line
}

// line is a command and where it stands.
type line struct {
	at   string
	word string   // the command
	args []string // what follows
}

func (l line) failf(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Fatalf("%s: %s %s: %s", l.at, l.word, strings.Join(l.args, " "), fmt.Sprintf(format, args...))
}

// arg is the argument i, which has to be there.
func (l line) arg(t *testing.T, i int) string {
	t.Helper()
	if i >= len(l.args) {
		l.failf(t, "there is no argument %d", i+1)
	}
	return l.args[i]
}

func readScenarios(t *testing.T, file, text string) *scenarios {
	s := &scenarios{schedules: make(map[string][]timesheet.Terms)}
	schedule := ""
	for i, raw := range strings.Split(text, "\n") {
		raw, _, _ = strings.Cut(raw, "#")
		fields := strings.Fields(raw)
		if len(fields) == 0 {
			continue
		}
		l := line{at: fmt.Sprintf("%s:%d", file, i+1), word: fields[0], args: fields[1:]}
		switch {
		case l.word == "case":
			s.cases = append(s.cases, scenario{name: strings.Join(l.args, " ")})
		case len(s.cases) > 0:
			c := &s.cases[len(s.cases)-1]
			c.lines = append(c.lines, l)
		case l.word == "schedule":
			schedule = s.addSchedule(t, l)
		case schedule != "" && s.setTerm(t, schedule, l):
		default:
			s.addRule(t, l)
		}
	}
	return s
}

func (s *scenarios) addSchedule(t *testing.T, l line) string {
	name := l.arg(t, 0)
	var terms timesheet.Terms
	if n := len(s.schedules[name]); n > 0 {
		terms = s.schedules[name][n-1] // a later version says what is other
	}
	if len(l.args) > 1 {
		terms.From = mustDay(t, l, l.arg(t, 2))
	}
	s.schedules[name] = append(s.schedules[name], terms)
	if s.first == "" {
		s.first = name
	}
	return name
}

// setTerm sets a key of a schedule's last version, if l is one.
func (s *scenarios) setTerm(t *testing.T, schedule string, l line) bool {
	versions := s.schedules[schedule]
	terms := &versions[len(versions)-1]
	durations := map[string]*time.Duration{
		"late_grace": &terms.Hours.LateGrace, "early_grace": &terms.Hours.EarlyGrace, "min_in_out_gap": &terms.MinInOutGap,
		"max_shift": &terms.MaxShift, "worked_cap": &terms.WorkedCap, "half_day_below": &terms.HalfDayBelow,
		"absent_below": &terms.AbsentBelow, "overtime_daily": &terms.OvertimeDaily, "min_overtime": &terms.MinOvertime,
		"overtime_weekly": &terms.OvertimeWeekly, "settle_after": &terms.SettleAfter,
	}
	if d, ok := durations[l.word]; ok {
		*d = mustDuration(t, l, l.arg(t, 0))
		return true
	}
	switch l.word {
	case "start":
		terms.Hours.Start = mustTimeOfDay(t, l, l.arg(t, 0))
	case "end":
		terms.Hours.End = mustTimeOfDay(t, l, l.arg(t, 0))
	case "count_before_start":
		terms.CountBeforeStart = l.arg(t, 0) == "true"
	case "work_days":
		terms.WorkDays = mustWeekdays(t, l)
	case "week_start":
		terms.WeekStart = mustWeekdays(t, l)
	case "break":
		terms.Breaks = append(terms.Breaks, mustBreak(t, l))
	case "rounding":
		terms.Rounding = append(terms.Rounding, timesheet.Rounding{
			Target: timesheet.RoundingTarget(l.arg(t, 0)), Mode: timesheet.RoundingMode(l.arg(t, 1)), Interval: mustDuration(t, l, l.arg(t, 2)),
		})
	default:
		return false
	}
	return true
}

func (s *scenarios) addRule(t *testing.T, l line) {
	switch l.word {
	case "zone":
		a := timesheet.Assignment{Rule: timesheet.DayRule{Zone: l.arg(t, 0)}}
		rest := l.args[1:]
		if len(rest)%2 == 1 {
			boundary, err := time.ParseDuration(strings.Replace(rest[0], ":", "h", 1) + "m")
			if err != nil {
				l.failf(t, "%v", err)
			}
			a.Rule.Boundary, rest = boundary, rest[1:]
		}
		for ; len(rest) > 0; rest = rest[2:] {
			if rest[0] == "for" {
				a.Employee = timesheet.EmployeeID(rest[1])
			} else {
				a.From = mustDay(t, l, rest[1])
			}
		}
		s.days = append(s.days, a)
	case "holiday":
		s.holidays = append(s.holidays, timesheet.Holiday{Day: mustDay(t, l, l.arg(t, 0)), Name: strings.Join(l.args[1:], " ")})
	case "leave":
		s.leave = append(s.leave, timesheet.Leave{
			Employee: timesheet.EmployeeID(l.arg(t, 0)), From: mustDay(t, l, l.arg(t, 1)), To: mustDay(t, l, l.arg(t, 2)), Name: strings.Join(l.args[3:], " "),
		})
	case "person":
		row := timesheet.DirectoryRow{Employee: timesheet.EmployeeID(l.arg(t, 0))}
		for key, value := range mustPairs(t, l, l.args[1:]) {
			switch key {
			case "schedule":
				row.Schedule = value
			case "from":
				row.From = mustDay(t, l, value)
			case "until":
				row.Until = mustDay(t, l, value)
			case "alias":
				row.Aliases = append(row.Aliases, timesheet.EmployeeID(value))
			default:
				l.failf(t, "unknown %s", key)
			}
		}
		s.people = append(s.people, row)
	default:
		l.failf(t, "no command")
	}
}
